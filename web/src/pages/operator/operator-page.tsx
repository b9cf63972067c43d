import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useId } from "preact/hooks";
import { online } from "../../state/connection.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/fields.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { OfflineState } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Cache } from "./cache.tsx";
import { Deprecations } from "./deprecations.tsx";
import { Failure } from "./failure.tsx";
import { Flags } from "./flags.tsx";
import { Health } from "./health.tsx";
import { Letters } from "./letters.tsx";
import { Migration } from "./migration.tsx";
import { hasToken, operatorWith, refused, setToken } from "./operator-session.ts";
import { Providers } from "./providers.tsx";
import { text as t } from "./text.ts";
import "../../ui/charts/charts.css";
import "./operator.css";

const TABS = {
  health: Health,
  flags: Flags,
  migration: Migration,
  letters: Letters,
  cache: Cache,
  providers: Providers,
  deprecations: Deprecations,
} as const;
type TabId = keyof typeof TABS;
const IDS = Object.keys(TABS) as TabId[];

/** `/operator`: the administration of the service. */
export default function OperatorPage() {
  const isSignedIn = hasToken("admin");
  return (
    <div class="stack operator">
      <div class="page-head">
        <PageTitle>{t("title")}</PageTitle>
        {isSignedIn && (
          <Button
            icon="lock"
            onClick={() => {
              refused.value = undefined;
              setToken("admin", undefined);
              setToken("metrics", undefined);
            }}
          >
            {t("signOut")}
          </Button>
        )}
      </div>
      {!online.value ? <OfflineState /> : isSignedIn ? <Parts /> : <SignIn />}
    </div>
  );
}

function Parts() {
  const { query, route } = useLocation();
  const selected = IDS.find((id) => id === query["tab"]) ?? "health";
  const Part = TABS[selected];
  return (
    <Tabs
      label={t("parts")}
      tabs={IDS.map((id) => ({ id, text: t(id) }))}
      selected={selected}
      onSelect={(id) => route(`/operator?tab=${id}`, true)}
    >
      <Part key={selected} />
    </Tabs>
  );
}

function SignIn() {
  const id = useId();
  const typed = useSignal("");
  const error = useSignal<unknown>(refused.value);
  const isBusy = useSignal(false);
  const signIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    const token = typed.value.trim();
    if (token === "" || isBusy.value) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      await operatorWith(token).flags();
      refused.value = undefined;
      setToken("admin", token);
    } catch (failure) {
      error.value = failure;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form class="stack operator-sign-in" onSubmit={(event) => void signIn(event)}>
      <p class="quiet">{t("signInText")}</p>
      {error.value !== undefined && <Failure error={error.value} />}
      <Field label={t("token")} hint={t("tokenHint")} id={id}>
        {(attributes) => (
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
            {...attributes}
          />
        )}
      </Field>
      <div>
        <Button look="primary" type="submit" busy={isBusy.value}>
          {t("signIn")}
        </Button>
      </div>
    </form>
  );
}
