import { useSignal } from "@preact/signals";
import { session } from "../../state/api.ts";
import { Button } from "../button.tsx";
import { Icon } from "../icon.tsx";
import RecoveryDialog from "./recovery-dialog.tsx";
import { recoveryTexts as t } from "./text.ts";

/**
 * Shown on every page after the account was created, until the user has confirmed that they have
 * the code.
 */
export default function RecoveryNotice() {
  const isOpen = useSignal(false);
  const recovery = session.unconfirmedRecovery.value;
  if (!recovery) return null;
  return (
    <>
      <div class="notice">
        <Icon name="key" />
        <span class="grow">{t("notice")}</span>
        <Button onClick={() => (isOpen.value = true)}>{t("show")}</Button>
      </div>
      {isOpen.value && (
        <RecoveryDialog recovery={recovery} onClose={() => (isOpen.value = false)} />
      )}
    </>
  );
}
