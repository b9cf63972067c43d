import type { ComponentChildren } from "preact";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { formatNumber, formatPartialDate } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { bookPath } from "./links.ts";
import { text as t } from "./text.ts";

/** The numbers of the period. */
export function Overview({ stats }: { stats: LibraryStats }) {
  const { period, streak } = stats;
  const { books, readings, pages, daysPerBook, longest, shortest, progress } = period;
  const hasEnds = period.from > "0001-01-01" && period.to < "9999-12-31";
  return (
    <section class="stack" aria-labelledby="period-title">
      <div>
        <h2 id="period-title">{t("inPeriod")}</h2>
        {hasEnds && (
          <p class="quiet">
            {formatPartialDate(period.from)} – {formatPartialDate(period.to)}
          </p>
        )}
      </div>
      <dl class="stats-tiles">
        <Tile
          name={t("booksRead")}
          value={formatNumber(books)}
          note={readings > books ? t("rereads", { count: readings - books }) : undefined}
        />
        <Tile name={t("pagesRead")} value={formatNumber(pages)} />
        {daysPerBook && (
          <Tile
            name={t("daysPerBook")}
            value={formatNumber(daysPerBook.average)}
            note={t("daysRange", { ...daysPerBook, count: daysPerBook.readings })}
          />
        )}
        {progress.days > 0 && (
          <Tile
            name={t("pagesPerDay")}
            value={formatNumber(progress.pagesPerDay)}
            note={t("overDays", { count: progress.days })}
          />
        )}
        {progress.minutes > 0 && (
          <Tile name={t("minutesRead")} value={formatNumber(progress.minutes)} />
        )}
        {streak.longest > 0 && (
          <Tile
            name={t("streak")}
            value={formatNumber(streak.current)}
            note={t("longestStreak", { longest: streak.longest })}
          />
        )}
        {longest && <Sized name={t("longest")} book={longest} />}
        {shortest && shortest.isbn !== longest?.isbn && (
          <Sized name={t("shortest")} book={shortest} />
        )}
      </dl>
    </section>
  );
}

function Tile({
  name,
  value,
  note,
}: {
  name: string;
  value: ComponentChildren;
  note?: string | undefined;
}) {
  return (
    <div class="card stats-tile">
      <dt class="quiet">{name}</dt>
      <dd class="number stats-big">{value}</dd>
      {note !== undefined && <dd class="quiet number stats-note">{note}</dd>}
    </div>
  );
}

function Sized({
  name,
  book: { isbn, title, pageCount },
}: {
  name: string;
  book: NonNullable<LibraryStats["period"]["longest"]>;
}) {
  // The user's own details may have a title that the catalogue lacks.
  const shown = shelf.listed(isbn)?.title ?? title ?? isbn;
  return (
    <div class="card stats-tile stats-tile-book">
      <dt class="quiet">{name}</dt>
      <dd class="clamp-2 stats-book" dir="auto" title={shown}>
        {shelf.listed(isbn) ? <a href={bookPath(isbn)}>{shown}</a> : shown}
      </dd>
      <dd class="quiet number stats-note">{t("pageCount", { count: pageCount })}</dd>
    </div>
  );
}
