import type { LibraryStats } from "../../../../client/src/index.ts";
import { formatLanguage, formatNumber } from "../../i18n/format.ts";
import { Bars, type Bar } from "../../ui/charts/bars.tsx";
import { Card } from "./charts.tsx";
import { shelfOf, type Filter } from "./links.ts";
import { restOf } from "./numbers.ts";
import { text as t } from "./text.ts";

const STATUSES = ["want_to_read", "reading", "completed", "paused", "abandoned", "none"] as const;

/** The composition of the whole shelf: tables with bars. */
export function ShelfCharts({ stats }: { stats: LibraryStats }) {
  return (
    <section class="stack" aria-labelledby="shelf-title">
      <h2 id="shelf-title">
        {t("shelf")}
        <span class="quiet number"> · {formatNumber(stats.books)}</span>
      </h2>
      <div class="stats-columns">
        {sectionsOf(stats)
          .filter(({ bars }) => bars.length > 0)
          .map(({ title, of, note, bars }) => (
            <Card key={title} title={title} note={note}>
              {() => <Bars title={title} of={of} what={t("books")} bars={bars} />}
            </Card>
          ))}
      </div>
    </section>
  );
}

interface Section {
  title: string;
  of: string;
  note?: string | undefined;
  bars: readonly Bar[];
}

function sectionsOf(stats: LibraryStats): Section[] {
  const { books, byStatus, topAuthors, languages, formats, decades } = stats;
  const statuses = STATUSES.filter((status) => byStatus[status] > 0);
  return [
    {
      title: t("byStatus"),
      of: t("byStatus"),
      bars: statuses.map((status) => ({
        key: status,
        name: t(status),
        value: byStatus[status],
        href: shelfOf("status", status),
        isRest: status === "none",
      })),
    },
    {
      title: t("authors"),
      of: t("author"),
      note: t("severalAuthors"),
      bars: named(topAuthors, "author"),
    },
    {
      title: t("formats"),
      of: t("format"),
      bars: [
        ...formats
          .filter(({ format }) => format !== "none")
          .map(({ format, books: value }) => ({
            key: format,
            name: t(format),
            value,
            href: shelfOf("format", format),
          })),
        ...unsaid(formats.find(({ format }) => format === "none")?.books ?? 0, "format"),
      ],
    },
    {
      title: t("languages"),
      of: t("language"),
      bars: [
        ...languages.map(({ language, books: value }) => ({
          key: language,
          name: formatLanguage(language),
          value,
          href: shelfOf("language", language),
        })),
        ...unsaid(restOf(books, languages), "language"),
      ],
    },
    {
      title: t("decades"),
      of: t("decade"),
      bars: decades.map(({ decade, books: value }) => ({
        key: String(decade),
        name: decade === null ? t("notSaid") : t("decadeOf", { decade: String(decade) }),
        value,
        href: shelfOf("decade", String(decade ?? "none")),
        isRest: decade === null,
      })),
    },
    { title: t("series"), of: t("series"), bars: named(stats.series, "series") },
    { title: t("tags"), of: t("tag"), bars: named(stats.tags, "tag") },
    { title: t("categories"), of: t("category"), bars: named(stats.categories, "category") },
  ];
}

const named = (list: readonly { name: string; books: number }[], filter: Filter): Bar[] =>
  list.map(({ name, books }) => ({ key: name, name, value: books, href: shelfOf(filter, name) }));

const unsaid = (value: number, filter: Filter): Bar[] =>
  value > 0
    ? [{ key: "", name: t("notSaid"), value, isRest: true, href: shelfOf(filter, "none") }]
    : [];
