import { useSignal } from "@preact/signals";
import { formatNumber, formatPercent } from "../../i18n/format.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Facts, Shown, useAsked } from "./asked.tsx";
import { asOperator } from "./operator-session.ts";
import { text as t } from "./text.ts";

const MAX_ROWS = 50;

/** Hits and misses of the cache, the most requested books, and a form that drops one. */
export function Cache() {
  const asked = useAsked(() =>
    asOperator((operator) => operator.cacheMetrics({ limit: MAX_ROWS })),
  );
  const isbn = useSignal("");
  const dropped = useSignal<string | undefined>(undefined);
  const drop = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isbn.value.trim() === "") return;
    dropped.value = undefined;
    await asked.act(async () => {
      const answer = await asOperator((operator) => operator.dropFromCache(isbn.value.trim()));
      dropped.value = t("dropped", {
        isbn: answer.isbn,
        dropped: answer.dropped.length,
        kept: answer.kept.length,
      });
    });
  };
  return (
    <Shown asked={asked}>
      {({ keys, hits, misses, hitRate, items }) => (
        <>
          <section class="card stack" aria-label={t("cache")}>
            <h2>{t("cache")}</h2>
            <Facts
              title={t("cache")}
              rows={[
                [t("keys"), formatNumber(keys)],
                [t("hits"), formatNumber(hits)],
                [t("misses"), formatNumber(misses)],
                ...(hitRate === undefined ? [] : [[t("hitRate"), formatPercent(hitRate)] as const]),
              ]}
            />
          </section>
          <form class="card stack" noValidate onSubmit={(event) => void drop(event)}>
            <TextField
              label={t("dropIsbn")}
              hint={t("dropHint")}
              inputMode="numeric"
              value={isbn.value}
              onInput={({ currentTarget }) => (isbn.value = currentTarget.value)}
            />
            {dropped.value !== undefined && <p role="status">{dropped.value}</p>}
            <div>
              <Button type="submit" icon="trash" busy={asked.isBusy.value}>
                {t("drop")}
              </Button>
            </div>
          </form>
          {items.length > 0 && (
            <section class="card stack" aria-label={t("requested")}>
              <h2>{t("requested")}</h2>
              <Facts
                title={t("requested")}
                rows={items.map((item) => [
                  item.key,
                  t("hitsAndMisses", { hits: item.hits, misses: item.misses }),
                ])}
              />
            </section>
          )}
        </>
      )}
    </Shown>
  );
}
