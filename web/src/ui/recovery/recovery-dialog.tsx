import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { session } from "../../state/api.ts";
import { recoveryText, type Recovery } from "../../state/session.ts";
import { announce } from "../announce.tsx";
import { Button, ButtonLink } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { TextArea, TextField } from "../fields.tsx";
import { recoveryTexts as t } from "./text.ts";

/**
 * Shows the recovery code to copy, print or save, until the user confirms that they have it. Also
 * used for a new code from the settings.
 * @param props.confirm checks the last four characters; by default against the session's code
 */
export default function RecoveryDialog({
  recovery,
  confirm = session.confirmRecovery,
  onClose,
}: {
  recovery: Recovery;
  confirm?: (lastFour: string) => boolean;
  onClose: () => void;
}) {
  const lastFour = useSignal("");
  const wrong = useSignal(false);
  const copied = useSignal<string | undefined>(undefined);
  const code = useRef<HTMLTextAreaElement>(null);
  const text = recoveryText(recovery);

  const copy = async (): Promise<void> => {
    code.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      copied.value = t("copied");
    } catch {
      // There is no clipboard over plain HTTP, and the user may deny access.
      copied.value = t("notCopied");
    }
  };
  const done = (): void => {
    wrong.value = !confirm(lastFour.value);
    if (wrong.value) return;
    announce(t("confirmed"));
    onClose();
  };

  return (
    <Dialog title={t("title")} onClose={onClose}>
      <form
        class="stack recovery"
        onSubmit={(event) => {
          event.preventDefault();
          done();
        }}
      >
        <p>{t("about")}</p>
        <TextArea label={t("code")} value={text} readOnly rows={3} areaRef={code} />
        <p class="recovery-printed" aria-hidden="true">
          {text}
        </p>
        <div class="row">
          <Button icon="copy" onClick={() => void copy()}>
            {t("copy")}
          </Button>
          <Button icon="print" onClick={() => print()}>
            {t("print")}
          </Button>
          <ButtonLink
            icon="download"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(t("file", { text }))}`}
            download={t("fileName")}
          >
            {t("save")}
          </ButtonLink>
        </div>
        <p role="status">{copied.value}</p>
        <TextField
          label={t("confirm")}
          hint={t("confirmHint")}
          error={wrong.value ? t("wrong") : undefined}
          value={lastFour.value}
          maxLength={8}
          spellcheck={false}
          autocapitalize="characters"
          onInput={({ currentTarget }) => (lastFour.value = currentTarget.value)}
        />
        <div class="dialog-actions">
          <Button look="quiet" onClick={onClose}>
            {t("later")}
          </Button>
          <Button type="submit" look="primary" icon="check">
            {t("done")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
