import { useSignal } from "@preact/signals";
import type { Token } from "../../../../../client/src/index.ts";
import { formatMoment, formatPartialDate } from "../../../i18n/format.ts";
import { session, withApi } from "../../../state/api.ts";
import { announce } from "../../../ui/announce.tsx";
import { Ask } from "../../../ui/ask.tsx";
import { Button } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { later } from "../../../ui/later.tsx";
import { useLoaded } from "../loaded.ts";
import { inOrder, isLimited } from "../logic.ts";
import { text as t } from "../text.ts";
import { RenameDialog } from "./rename-dialog.tsx";
import { Section, WhenLoaded } from "./section.tsx";

const PairingDialog = later(() => import("./pairing-dialog.tsx"));

/** The signed-in devices. */
export function Devices() {
  const loaded = useLoaded(() => withApi((api) => api.accounts.tokens()));
  const isPairing = useSignal(false);
  const reload = (): void => void loaded.load();
  return (
    <Section title={t("devices")}>
      <WhenLoaded loaded={loaded}>
        {(tokens) => (
          <>
            <ul role="list" class="settings-rows">
              {inOrder(tokens).map((token) => (
                <DeviceRow key={token.id} token={token} onChange={reload} />
              ))}
            </ul>
            <div class="row">
              <Button icon="plus" onClick={() => (isPairing.value = true)}>
                {t("addDevice")}
              </Button>
            </div>
            {isPairing.value && (
              <PairingDialog
                known={tokens}
                onClose={() => {
                  isPairing.value = false;
                  reload();
                }}
              />
            )}
          </>
        )}
      </WhenLoaded>
    </Section>
  );
}

function DeviceRow({ token, onChange }: { token: Token; onChange: () => void }) {
  const isOpen = useSignal(false);
  const name = token.name ?? t("unnamed");
  const close = (): void => {
    isOpen.value = false;
  };
  const signOut = async (): Promise<void> => {
    await withApi((api) => api.accounts.revokeToken(token.id));
    announce(t("signedOut", { name }));
    close();
    onChange();
  };
  return (
    <li class="settings-row">
      <Icon name="device" />
      <div>
        <p class="settings-name" dir="auto">
          {name}
        </p>
        {token.current && <p class="settings-badge">{t("thisDevice")}</p>}
        <p class="quiet">{factsOf(token).join(" · ")}</p>
      </div>
      {token.current ? (
        <Button onClick={() => (isOpen.value = true)}>{t("rename")}</Button>
      ) : (
        <Button
          look="danger"
          aria-label={t("signOutOf", { name })}
          onClick={() => (isOpen.value = true)}
        >
          {t("signOutDevice")}
        </Button>
      )}
      {isOpen.value && token.current && (
        <RenameDialog token={token} onClose={close} onChange={onChange} />
      )}
      {isOpen.value && !token.current && session.account.value && (
        <Ask
          title={t("signOutTitle", { name })}
          action={t("signOutDevice")}
          onAgree={signOut}
          onClose={close}
        >
          <p>{t("signOutAsk")}</p>
        </Ask>
      )}
    </li>
  );
}

const factsOf = (token: Token): string[] => [
  token.lastUsedAt === undefined
    ? t("neverUsed")
    : t("lastUsed", { date: formatPartialDate(token.lastUsedAt) }),
  t("signedInOn", { date: formatMoment(token.createdAt) }),
  ...(isLimited(token) ? [t("limited")] : []),
];
