import { useSignal } from "@preact/signals";
import { session } from "../../state/api.ts";
import { shelf } from "../../state/shelf.ts";
import { Button } from "../button.tsx";
import { Sheet } from "../dialog.tsx";
import { Icon } from "../icon.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { signInText as t } from "./text.ts";

/**
 * Shown on every page while this device's token is invalid: the sheet opens once automatically, and
 * can be opened again.
 */
export default function SignInNotice() {
  const isOpen = useSignal(true);
  const waiting = shelf.status.value?.pending ?? 0;
  return (
    <>
      <div class="notice notice-warning">
        <Icon name="lock" />
        <span class="grow">
          {t("noticeText")} {waiting > 0 && t("waiting", { count: waiting })}
        </span>
        <Button onClick={() => (isOpen.value = true)}>{t("again")}</Button>
      </div>
      {isOpen.value && (
        <Sheet title={t("sheetTitle")} onClose={() => (isOpen.value = false)}>
          <div class="stack">
            <p>
              {t("sheetText")} {waiting > 0 && t("waiting", { count: waiting })}
            </p>
            <SignInForm
              only={session.account.value?.userId}
              onDone={() => (isOpen.value = false)}
            />
          </div>
        </Sheet>
      )}
    </>
  );
}
