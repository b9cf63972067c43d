import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { session, withApi } from "../../../state/api.ts";
import { clearDevice } from "../../../state/clear-device.ts";
import { shelf } from "../../../state/shelf.ts";
import { announce } from "../../../ui/announce.tsx";
import { Ask } from "../../../ui/ask.tsx";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/fields.tsx";
import { text as t } from "../text.ts";
import { Section } from "./section.tsx";

/** Clearing this device, and deleting the account. */
export const Leave = () => (
  <Section title={t("device")}>
    <Clear />
    {session.account.value && <Delete />}
  </Section>
);

function Clear() {
  const isOpen = useSignal(false);
  const { route } = useLocation();
  const waiting = shelf.status.value?.pending ?? 0;
  const clear = async (): Promise<void> => {
    // Without a connection the token stays valid until it expires; other devices can revoke it.
    if (session.account.value) await withApi((api) => api.accounts.revoke()).catch(() => undefined);
    await clearDevice(window);
    announce(t("cleared"));
    route("/");
  };
  return (
    <>
      <h3>{t("clear")}</h3>
      <p>{t("clearText")}</p>
      <div class="row">
        <Button look="danger" onClick={() => (isOpen.value = true)}>
          {t("clear")}
        </Button>
      </div>
      {isOpen.value && (
        <Ask
          title={t("clearTitle")}
          action={t("clear")}
          onAgree={clear}
          onClose={() => (isOpen.value = false)}
        >
          {waiting > 0 && (
            <p class="notice notice-warning">{t("clearWaiting", { count: waiting })}</p>
          )}
          <p>{t("clearOnlyWay")}</p>
        </Ask>
      )}
    </>
  );
}

function Delete() {
  const isOpen = useSignal(false);
  const typed = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const { route } = useLocation();
  const word = t("deleteWord");
  const remove = async (): Promise<void> => {
    const isRight = typed.value.trim().toUpperCase() === word;
    error.value = isRight ? undefined : t("deleteWrong", { word });
    if (!isRight) return;
    await withApi((_api, library) => library.deleteEverything());
    await clearDevice(window);
    announce(t("deleted"));
    route("/");
  };
  return (
    <>
      <h3>{t("delete")}</h3>
      <p>{t("deleteText")}</p>
      <div class="row">
        <Button look="danger" icon="trash" onClick={() => (isOpen.value = true)}>
          {t("delete")}
        </Button>
      </div>
      {isOpen.value && (
        <Ask
          title={t("deleteTitle")}
          action={t("delete")}
          onAgree={remove}
          onClose={() => (isOpen.value = false)}
        >
          <p>{t("deleteAsk")}</p>
          <TextField
            label={t("deleteField", { word })}
            error={error.value}
            value={typed.value}
            spellcheck={false}
            autocapitalize="characters"
            onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          />
        </Ask>
      )}
    </>
  );
}
