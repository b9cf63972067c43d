import { useSignal } from "@preact/signals";
import { withApi } from "../../../state/api.ts";
import type { Recovery } from "../../../state/session.ts";
import { Ask } from "../../../ui/ask.tsx";
import { Button } from "../../../ui/button.tsx";
import RecoveryDialog from "../../../ui/recovery/recovery-dialog.tsx";
import { endsWith } from "../logic.ts";
import { text as t } from "../text.ts";

/** Creates a new recovery code and shows it once. */
export function NewRecovery() {
  const isAsking = useSignal(false);
  const made = useSignal<Recovery | undefined>(undefined);
  const make = async (): Promise<void> => {
    made.value = await withApi(async (api, _library, { userId }) => ({
      userId,
      recoveryCode: await api.accounts.newRecoveryCode(),
    }));
    isAsking.value = false;
  };
  const code = made.value;
  return (
    <>
      <h3>{t("recovery")}</h3>
      <p>{t("recoveryText")}</p>
      <div class="row">
        <Button icon="key" onClick={() => (isAsking.value = true)}>
          {t("newRecovery")}
        </Button>
      </div>
      {isAsking.value && (
        <Ask
          title={t("newRecoveryTitle")}
          action={t("makeIt")}
          look="primary"
          onAgree={make}
          onClose={() => (isAsking.value = false)}
        >
          <p>{t("newRecoveryAsk")}</p>
        </Ask>
      )}
      {code && (
        <RecoveryDialog
          recovery={code}
          confirm={(lastFour) => endsWith(code.recoveryCode, lastFour)}
          onClose={() => (made.value = undefined)}
        />
      )}
    </>
  );
}
