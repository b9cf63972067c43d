import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./button.tsx";
import { uiText as t } from "./text.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at the end; the primary one is last. */
  actions?: ComponentChildren;
}

/**
 * A modal dialog: the browser traps and restores the focus, and closes the dialog on Escape. Render
 * it only while it is open.
 */
export const Dialog = (props: DialogProps) => <Modal kind="dialog" {...props} />;

/** The same as a sheet: at the bottom on a phone, at the side if there is room. */
export const Sheet = (props: DialogProps) => <Modal kind="dialog sheet" {...props} />;

function Modal({ kind, title, onClose, children, actions }: DialogProps & { kind: string }) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={({ target, currentTarget }) => {
        // A click on the backdrop targets the dialog element itself.
        if (target === currentTarget) onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </div>
      {children}
      {actions && <div class="dialog-actions">{actions}</div>}
    </dialog>
  );
}
