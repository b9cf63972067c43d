import { useSignal } from "@preact/signals";
import type { Token } from "../../../../../client/src/index.ts";
import { session, withApi } from "../../../state/api.ts";
import { MAX_DEVICE_NAME } from "../../../state/device-name.ts";
import { textOfError } from "../../../state/problem-texts.ts";
import { announce } from "../../../ui/announce.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/fields.tsx";
import { uiText } from "../../../ui/text.ts";
import { text as t } from "../text.ts";

/** A token's name cannot change, so this device gets a new token and revokes the old one. */
export function RenameDialog({
  token: { id, name: before = "" },
  onClose,
  onChange,
}: {
  token: Token;
  onClose: () => void;
  onChange: () => void;
}) {
  const name = useSignal(before);
  const error = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const save = async (): Promise<void> => {
    const chosen = name.value.trim();
    error.value = chosen === "" ? t("nameMissing") : undefined;
    if (chosen === "" || busy.value) return;
    busy.value = true;
    try {
      const issued = await withApi((api) => api.accounts.issueToken({ name: chosen }));
      session.adopt(issued);
      await withApi((api) => api.accounts.revokeToken(id));
      announce(t("saved"));
      onClose();
      onChange();
    } catch (failure) {
      error.value = textOfError(failure);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={t("renameTitle")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label={t("name")}
          error={error.value}
          value={name.value}
          maxLength={MAX_DEVICE_NAME}
          onInput={({ currentTarget }) => (name.value = currentTarget.value)}
        />
        <div class="dialog-actions">
          <Button look="quiet" onClick={onClose}>
            {uiText("cancel")}
          </Button>
          <Button type="submit" look="primary" busy={busy.value}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
