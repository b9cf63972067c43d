import { useSignal } from "@preact/signals";
import type { CurrentUser } from "../../../../../client/src/index.ts";
import { formatMoment } from "../../../i18n/format.ts";
import { session, withApi } from "../../../state/api.ts";
import { textOfError } from "../../../state/problem-texts.ts";
import { announce } from "../../../ui/announce.tsx";
import { Button, IconButton } from "../../../ui/button.tsx";
import { SelectField } from "../../../ui/fields.tsx";
import { SignInForm } from "../../../ui/sign-in/sign-in-form.tsx";
import { useLoaded } from "../loaded.ts";
import { text as t } from "../text.ts";
import { NewRecovery } from "./new-recovery.tsx";
import { Section, WhenLoaded } from "./section.tsx";

/** The account, or the ways to get one. */
export function Account() {
  const userId = session.account.value?.userId;
  return (
    <Section title={t("account")}>
      {userId === undefined ? (
        <>
          <p>{t("noAccount")}</p>
          <SignInForm onDone={() => undefined} />
        </>
      ) : (
        <>
          <UserId userId={userId} />
          <Settings key={userId} />
          <NewRecovery />
        </>
      )}
    </Section>
  );
}

function UserId({ userId }: { userId: string }) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(userId);
      announce(t("copied"));
    } catch {
      announce(t("notCopied"));
    }
  };
  return (
    <div class="settings-id">
      <code>{userId}</code>
      <IconButton icon="copy" label={t("copyId")} onClick={() => void copy()} />
    </div>
  );
}

function Settings() {
  const loaded = useLoaded(() => withApi((api) => api.accounts.current()));
  return (
    <WhenLoaded loaded={loaded}>
      {(user) => (
        <>
          <p class="quiet">
            {t("since")} {formatMoment(user.createdAt)}
          </p>
          <TimeZone user={user} onChange={loaded.set} />
        </>
      )}
    </WhenLoaded>
  );
}

const zones = (): readonly string[] => ["UTC", ...Intl.supportedValuesOf("timeZone")];

function TimeZone({
  user: { timeZone },
  onChange,
}: {
  user: CurrentUser;
  onChange: (user: CurrentUser) => void;
}) {
  const error = useSignal<string | undefined>(undefined);
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const change = async (zone: string): Promise<void> => {
    error.value = undefined;
    try {
      onChange(await withApi((api) => api.accounts.changeSettings({ timeZone: zone })));
      announce(t("saved"));
    } catch (failure) {
      error.value = textOfError(failure);
    }
  };
  return (
    <>
      <SelectField
        label={t("timeZone")}
        hint={t("timeZoneHint")}
        error={error.value}
        value={timeZone}
        options={[...new Set([timeZone, ...zones()])].map((zone) => [zone, zone])}
        onChange={(zone) => void change(zone)}
      />
      {here !== timeZone && (
        <div class="row">
          <Button onClick={() => void change(here)}>{t("timeZoneHere", { zone: here })}</Button>
        </div>
      )}
    </>
  );
}
