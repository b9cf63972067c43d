import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { textOfError } from "../state/problem-texts.ts";
import { Button, type ButtonLook } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { uiText as t } from "./text.ts";

/**
 * Asks for confirmation of an irreversible action. If the action fails, the dialog stays open and
 * shows why.
 */
export function Ask({
  title,
  action,
  look = "danger",
  onAgree,
  onClose,
  children,
}: {
  title: string;
  /** Text of the confirming button. */
  action: string;
  look?: ButtonLook;
  onAgree: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const busy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const agree = async (): Promise<void> => {
    busy.value = true;
    error.value = undefined;
    try {
      await onAgree();
    } catch (failure) {
      error.value = textOfError(failure);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy.value) void agree();
        }}
      >
        {children}
        {error.value !== undefined && (
          <p class="notice notice-error" role="alert">
            {error.value}
          </p>
        )}
        <div class="dialog-actions">
          <Button look="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" look={look} busy={busy.value}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
