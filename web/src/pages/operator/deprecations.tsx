import type { Deprecation } from "../../../../client/src/index.ts";
import { formatMoment, formatNumber } from "../../i18n/format.ts";
import { Facts, More, Shown, usePages } from "./asked.tsx";
import { asOperator } from "./operator-session.ts";
import { text as t } from "./text.ts";

/** Deprecated features, and the apps that still use them. */
export function Deprecations() {
  const asked = usePages<Deprecation>((page) =>
    asOperator((operator) => operator.deprecations(page)),
  );
  return (
    <>
      <Shown asked={asked}>
        {({ items }) => (
          <>
            {items.length === 0 && <p class="quiet">{t("noDeprecations")}</p>}
            {items.map((item) => (
              <section key={item.id} class="card stack" aria-label={item.id}>
                <h2 class="operator-name">{item.id}</h2>
                <Facts title={item.id} rows={rowsOf(item)} />
                {item.clients.length > 0 && (
                  <Facts
                    title={t("clients")}
                    rows={item.clients.map(({ clientVersion, uses, lastUsedAt }) => [
                      clientVersion,
                      t("usesUntil", { count: uses, at: formatMoment(lastUsedAt) }),
                    ])}
                  />
                )}
              </section>
            ))}
          </>
        )}
      </Shown>
      <More {...asked} />
    </>
  );
}

const rowsOf = (item: Deprecation): [string, string][] => [
  [t("state"), t(`${item.state}State`)],
  [t("successor"), item.successor],
  [t("minVersion"), item.minAppVersion],
  [t("uses"), formatNumber(item.uses)],
  ...(item.sunsetAt === undefined
    ? []
    : [[t("sunset"), formatMoment(item.sunsetAt)] as [string, string]]),
];
