import type { Readiness } from "../../../../client/src/index.ts";
import { publicApi } from "../../state/api.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Shown, useAsked } from "./asked.tsx";
import { checklistOf, type Check, type Known } from "./checklist.ts";
import { asOperator, operatorWith } from "./operator-session.ts";
import { text as t } from "./text.ts";

/** The checks of readiness, and the first-run checklist. */
export function Health() {
  const asked = useAsked(ask);
  return (
    <Shown asked={asked}>
      {(known) => (
        <>
          {known.readiness && <Checks readiness={known.readiness} />}
          <div>
            <Button icon="refresh" onClick={() => void asked.reload()}>
              {t("again")}
            </Button>
          </div>
          <Checklist checks={checklistOf(known)} />
        </>
      )}
    </Shown>
  );
}

async function ask(): Promise<Known> {
  const [readiness, capabilities, letters, metricsAreOpen] = await Promise.all([
    asOperator((operator) => operator.readiness()),
    publicApi.capabilities(),
    // The checklist is shown even if a part of it cannot be checked.
    asOperator((operator) => operator.deadLetters({ limit: 1 })).catch(() => undefined),
    operatorWith(undefined)
      .metrics()
      .then(
        () => true,
        () => false,
      ),
  ]);
  return {
    readiness,
    signup: capabilities.signup,
    metricsAreOpen,
    deadLetters: letters?.items.length,
    isSecure: isSecureContext && location.protocol === "https:",
  };
}

const Checks = ({ readiness }: { readiness: Readiness }) => (
  <section class="card stack" aria-labelledby="operator-ready">
    <h2 id="operator-ready">{readiness.status === "ready" ? t("ready") : t("notReady")}</h2>
    <p class="quiet">{t("version", { version: readiness.version })}</p>
    <ul role="list" class="operator-checks">
      {Object.entries(readiness.checks).map(([name, { ok, detail, optional }]) => (
        <li key={name} class={ok ? undefined : optional ? "operator-warn" : "operator-bad"}>
          <Icon name={ok ? "check" : "warning"} />
          <div>
            <strong>{name}</strong> · {ok ? t("works") : optional ? t("optional") : t("fails")}
            <p class="quiet">{detail}</p>
          </div>
        </li>
      ))}
    </ul>
  </section>
);

const ICONS = { todo: "warning", hand: "info", done: "check" } as const;

const Checklist = ({ checks }: { checks: readonly Check[] }) => (
  <section class="card stack" aria-labelledby="operator-list">
    <h2 id="operator-list">{t("checklist")}</h2>
    <ul role="list" class="operator-checks">
      {checks.map(({ name, state, detail }) => (
        <li key={name} class={state === "todo" ? "operator-warn" : undefined}>
          <Icon name={ICONS[state]} />
          <div>
            <strong>{t(`${name}Check`)}</strong> · {t(state)}
            {state !== "done" && <p class="quiet">{t(`${name}Help`)}</p>}
            {state === "todo" && detail !== undefined && <p class="quiet">{detail}</p>}
          </div>
        </li>
      ))}
    </ul>
  </section>
);
