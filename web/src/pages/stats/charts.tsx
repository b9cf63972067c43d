import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { formatMonth, formatNumber, formatPartialDate } from "../../i18n/format.ts";
import { Columns, type Rest } from "../../ui/charts/columns.tsx";
import type { Point } from "../../ui/charts/scale.ts";
import { shelfOf } from "./links.ts";
import { Toggle } from "./toggle.tsx";
import {
  monthsOf,
  pagesOverTime,
  ratingsOf,
  yearsOf,
  type Amount,
  type BucketSize,
} from "./numbers.ts";
import { text as t } from "./text.ts";

type Counted = keyof Amount;

/** Charts over time, each with its table. */
export function TimeCharts({ stats }: { stats: LibraryStats }) {
  const counted = useSignal<Counted>("readings");
  const { months, unknown } = monthsOf(stats);
  const years = yearsOf(stats);
  const rest = (name: string, amount: Amount): Rest[] =>
    amount.readings > 0 ? [{ name, value: amount[counted.value] }] : [];
  const what = counted.value === "readings" ? t("ofReadings") : t("ofPages");
  return (
    <>
      <Toggle
        label={t("count")}
        options={[
          ["readings", t("ofReadings")],
          ["pages", t("ofPages")],
        ]}
        value={counted.value}
        onChange={(value) => (counted.value = value)}
      />
      <div class="stats-grid">
        <Card title={t("byMonth", { year: String(stats.year) })}>
          {(title) => (
            <Columns
              title={title}
              of={t("month")}
              what={what}
              points={months.map((one) => ({
                key: String(one.month),
                name: formatMonth(one.month, "long"),
                label: formatMonth(one.month, "short"),
                short: formatMonth(one.month, "narrow"),
                value: one[counted.value],
                href:
                  one.readings > 0
                    ? shelfOf("month", `${stats.year}-${String(one.month).padStart(2, "0")}`)
                    : undefined,
              }))}
              rest={rest(t("noMonth"), unknown)}
            />
          )}
        </Card>
        {years.years.length > 0 && (
          <Card title={t("byYear")}>
            {(title) => (
              <Columns
                title={title}
                of={t("year")}
                what={what}
                points={years.years.map((one) => ({
                  key: String(one.year),
                  name: String(one.year),
                  label: String(one.year),
                  short: `’${String(one.year).slice(-2)}`,
                  value: one[counted.value],
                  href: one.readings > 0 ? shelfOf("year", String(one.year)) : undefined,
                }))}
                rest={rest(t("noDate"), years.unknown)}
              />
            )}
          </Card>
        )}
        <PagesOverTime stats={stats} />
        <Ratings stats={stats} />
      </div>
    </>
  );
}

function PagesOverTime({ stats }: { stats: LibraryStats }) {
  const { size, buckets } = pagesOverTime(stats.period);
  if (buckets.length === 0) return null;
  return (
    <Card title={t(`per${size}`)}>
      {(title) => (
        <Columns
          title={title}
          of={t("time")}
          what={t("pages")}
          // Of the weeks, only the first of each month has a label.
          labelEvery={size === "week" ? 1 : undefined}
          points={buckets.map(({ from, pages }) => ({
            key: from,
            ...namesOf(from, size),
            value: pages,
          }))}
        />
      )}
    </Card>
  );
}

/** The names of a bucket in the table and below its column. */
function namesOf(from: string, size: BucketSize): Pick<Point, "name" | "label" | "short"> {
  const [year = "", month = "", day = ""] = from.split("-");
  if (size === "year") return { name: year, label: year, short: `’${year.slice(-2)}` };
  const short = formatMonth(Number(month), "short");
  if (size === "month") {
    return { name: formatPartialDate(`${year}-${month}`), label: short, short: month };
  }
  const date = formatPartialDate(from);
  if (size === "week") {
    const name = t("weekOf", { day: date });
    if (Number(day) > 7) return { name, label: "", short: "" };
    return { name, label: short, short: formatMonth(Number(month), "narrow") };
  }
  const label = String(Number(day));
  return { name: date, label, short: label };
}

function Ratings({ stats }: { stats: LibraryStats }) {
  const { stars, unrated } = ratingsOf(stats);
  const rated = stats.books - unrated;
  if (rated === 0) return null;
  return (
    <Card
      title={t("ratings")}
      note={t("average", { average: formatNumber(stats.averageRating ?? 0), rated })}
    >
      {(title) => (
        <Columns
          title={title}
          of={t("stars")}
          what={t("books")}
          // Every fourth of twenty columns has a label.
          labelEvery={4}
          points={stars.map(({ rating, count }) => ({
            key: String(rating),
            name: t("starsOf", { count: rating }),
            label: formatNumber(rating),
            short: formatNumber(rating),
            value: count,
            href: count > 0 ? shelfOf("stars", String(rating)) : undefined,
          }))}
          rest={[{ name: t("unrated"), value: unrated, href: shelfOf("stars", "none") }]}
        />
      )}
    </Card>
  );
}

/** A titled card with a chart. */
export function Card({
  title,
  note,
  children,
}: {
  title: string;
  note?: string | undefined;
  children: (title: string) => ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="card stack stats-card" aria-labelledby={id}>
      <div>
        <h3 id={id}>{title}</h3>
        {note !== undefined && <p class="quiet stats-note">{note}</p>}
      </div>
      {children(title)}
    </section>
  );
}
