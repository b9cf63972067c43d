import { useSignal } from "@preact/signals";
import { AccessError } from "../../../../client/src/index.ts";
import { formatNumber, formatPercent } from "../../i18n/format.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/fields.tsx";
import { Facts, Shown, useAsked } from "./asked.tsx";
import {
  budgetOf,
  parseMetrics,
  providersOf,
  refusalsOf,
  type ProviderLine,
  type Sample,
} from "./metrics.ts";
import { readMetrics, setToken } from "./operator-session.ts";
import { text as t } from "./text.ts";

/**
 * Quotas and state of the providers, the budget of the service, and refusals, from /metrics, which
 * has a separate token.
 */
export function Providers() {
  const asked = useAsked<readonly Sample[] | "token">(async () => {
    try {
      return parseMetrics(await readMetrics());
    } catch (error) {
      if (error instanceof AccessError) return "token";
      throw error;
    }
  });
  return (
    <Shown asked={asked}>
      {(samples) =>
        samples === "token" ? (
          <MetricsToken onToken={() => void asked.reload()} />
        ) : (
          <Numbers samples={samples} />
        )
      }
    </Shown>
  );
}

function Numbers({ samples }: { samples: readonly Sample[] }) {
  const refusals = refusalsOf(samples);
  const budget = budgetOf(samples);
  return (
    <>
      {providersOf(samples).map((line) => (
        <section key={line.provider} class="card stack" aria-label={line.provider}>
          <h2>{line.provider}</h2>
          <Facts title={line.provider} rows={rowsOf(line)} />
        </section>
      ))}
      {budget.length > 0 && (
        <section class="card stack" aria-label={t("budget")}>
          <h2>{t("budget")}</h2>
          <Facts
            title={t("budget")}
            rows={budget.map(({ share, used }) => [share, formatPercent(used)])}
          />
        </section>
      )}
      <section class="card stack" aria-label={t("refusals")}>
        <h2>{t("refusals")}</h2>
        {refusals.length === 0 ? (
          <p class="quiet">{t("noRefusals")}</p>
        ) : (
          <Facts
            title={t("refusals")}
            rows={refusals.map(({ quota, count }) => [quota, formatNumber(count)])}
          />
        )}
      </section>
    </>
  );
}

const rowsOf = ({ quota, breaker, calls, failed }: ProviderLine): [string, string][] => [
  [t("quotaUsed"), quota === undefined ? t("noQuota") : formatPercent(quota)],
  ...(breaker === undefined
    ? []
    : [
        [t("breaker"), breaker === 0 ? t("closed") : breaker === 1 ? t("open") : t("halfOpen")] as [
          string,
          string,
        ],
      ]),
  [t("calls"), formatNumber(calls)],
  [t("failedCalls"), formatNumber(failed)],
];

function MetricsToken({ onToken }: { onToken: () => void }) {
  const typed = useSignal("");
  return (
    <form
      class="stack operator-sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        setToken("metrics", typed.value.trim() || undefined);
        onToken();
      }}
    >
      <p>{t("metricsText")}</p>
      <Field label={t("metricsToken")}>
        {(attributes) => (
          <input
            type="password"
            autocomplete="off"
            value={typed.value}
            onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
            {...attributes}
          />
        )}
      </Field>
      <div>
        <Button type="submit">{t("show")}</Button>
      </div>
    </form>
  );
}
