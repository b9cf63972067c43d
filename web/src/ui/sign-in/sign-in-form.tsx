import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { AccessError } from "../../../../client/src/index.ts";
import { session } from "../../state/api.ts";
import { deviceName, MAX_DEVICE_NAME } from "../../state/device-name.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { OtherAccountError, proofOf } from "../../state/session.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../announce.tsx";
import { Button } from "../button.tsx";
import { TextField } from "../fields.tsx";
import { signInText as t } from "./text.ts";

/**
 * Signs in with a pairing code or a recovery code.
 * @param props.only the account that is expected
 * @param props.code prefilled, but only sent when the user confirms, because a link may be someone
 * else's
 */
export function SignInForm({
  only,
  code = "",
  onDone,
}: {
  only?: string | undefined;
  code?: string;
  onDone: () => void;
}) {
  const id = useId();
  const typed = useSignal(code);
  const name = useSignal(deviceName(navigator.userAgent));
  const error = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const count = shelf.books.value.length;

  const fail = (text: string): void => {
    error.value = text;
    document.getElementById(id)?.focus();
  };
  const signIn = async (): Promise<void> => {
    if (busy.value) return;
    const proof = proofOf(typed.value);
    if (!proof) return fail(t(typed.value.trim() === "" ? "codeMissing" : "codeUnreadable"));
    busy.value = true;
    error.value = undefined;
    try {
      const chosen = name.value.trim();
      await session.signIn(proof, { only, ...(chosen === "" ? {} : { name: chosen }) });
      announce(t("signedIn"));
      onDone();
    } catch (failure) {
      fail(textOf(failure));
    } finally {
      busy.value = false;
    }
  };

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      {only === undefined && session.account.value && count > 0 && (
        <p class="notice notice-warning">{t("replaces", { count })}</p>
      )}
      <TextField
        id={id}
        label={t("code")}
        hint={t("codeHint")}
        error={error.value}
        value={typed.value}
        autocapitalize="characters"
        spellcheck={false}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      />
      <TextField
        label={t("name")}
        hint={t("nameHint")}
        value={name.value}
        maxLength={MAX_DEVICE_NAME}
        onInput={({ currentTarget }) => (name.value = currentTarget.value)}
      />
      <div class="row">
        <Button type="submit" look="primary" icon="key" busy={busy.value}>
          {t("signIn")}
        </Button>
      </div>
    </form>
  );
}

function textOf(failure: unknown): string {
  if (failure instanceof OtherAccountError) return t("otherAccount");
  return failure instanceof AccessError && failure.status === 401
    ? t("wrongCode")
    : textOfError(failure);
}
