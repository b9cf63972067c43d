import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./button.tsx";
import { uiText as t } from "./text.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at the end; the one that goes on is the last. */
  actions?: ComponentChildren;
}

/**
 * A modal dialog: the browser keeps the focus inside, gives it back afterwards, and closes it on Escape. Render it only while
 * it is open.
 */
export const Dialog = (props: DialogProps) => <Modal kind="dialog" {...props} />;

/** The same from the bottom on a phone, and at the side when there is room. */
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
        // The backdrop belongs to the dialog's own box.
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
