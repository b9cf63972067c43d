import type { LibraryStats } from "../../../contract/library.ts";
import { statusSchema } from "../../../contract/library-fields.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";

// The book data that the user sees: the catalogue's row if there is one, else the user's own details.
const SEEN = `
  WITH seen AS (
    SELECT entry.isbn, entry.status,
      CASE WHEN book.isbn IS NULL THEN own.details ->> 'pageCount' ELSE book.page_count END AS pages,
      CASE WHEN book.isbn IS NULL THEN own.details ->> 'language' ELSE book.language END AS language,
      CASE WHEN book.isbn IS NULL THEN own.details ->> 'authors' ELSE book.authors END AS authors,
      CASE WHEN book.isbn IS NULL THEN own.details ->> 'categories' ELSE book.categories END AS categories
    FROM UserLibrary AS entry
    LEFT JOIN Books AS book ON book.isbn = entry.isbn
    LEFT JOIN UserBooks AS own ON own.user_id = entry.user_id AND own.isbn = entry.isbn
    WHERE entry.user_id = ?1
  )`;

const BY_STATUS = `
  SELECT status AS name, count(*) AS books FROM UserLibrary WHERE user_id = ?1 GROUP BY status`;

const RATINGS = `
  SELECT rating, count(*) AS count FROM UserLibrary
  WHERE user_id = ?1 AND rating IS NOT NULL GROUP BY rating ORDER BY rating`;

const AVERAGE = "SELECT avg(rating) AS average FROM UserLibrary WHERE user_id = ?1";

// A reading without dates has ended. A completed book counts as read once even without a reading.
const READ = `${SEEN}, times AS (
    SELECT seen.isbn, pages, max(seen.status IS 'completed', (
      SELECT count(*) FROM Readings
      WHERE user_id = ?1 AND isbn = seen.isbn AND (finished_at IS NOT NULL OR started_at IS NULL)
    )) AS times FROM seen
  )
  SELECT coalesce(sum(times), 0) AS readings, coalesce(sum(times * pages), 0) AS pages FROM times`;

const finished = (period: string, condition: string): string => `${SEEN}
  SELECT CAST(${period} AS INTEGER) AS period, count(DISTINCT reading.isbn) AS books, count(*) AS readings,
    coalesce(sum(seen.pages), 0) AS pages
  FROM Readings AS reading JOIN seen ON seen.isbn = reading.isbn
  WHERE reading.user_id = ?1 AND ${condition}
  GROUP BY period ORDER BY period`;

const BY_YEAR = finished("substr(finished_at, 1, 4)", "finished_at IS NOT NULL");
const BY_MONTH = finished(
  "substr(finished_at, 6, 2)",
  "length(finished_at) >= 7 AND substr(finished_at, 1, 4) = ?2",
);

const listed = (list: "authors" | "categories", limit: number): string => `${SEEN}
  SELECT item.value AS name, count(DISTINCT seen.isbn) AS books
  FROM seen, json_each(CASE WHEN json_valid(seen.${list}) THEN seen.${list} ELSE '[]' END) AS item
  WHERE item.type = 'text'
  GROUP BY item.value ORDER BY books DESC, name LIMIT ${limit}`;

const TOP_AUTHORS = listed("authors", 10);
const CATEGORIES = listed("categories", 50);

const LANGUAGES = `${SEEN}
  SELECT language AS name, count(*) AS books FROM seen
  WHERE language IS NOT NULL GROUP BY language ORDER BY books DESC, name`;

interface NamedRow {
  name: string;
  books: number;
}

interface PeriodRow {
  period: number;
  books: number;
  readings: number;
  pages: number;
}

/** Statistics of a shelf, aggregated in D1. */
export interface LibraryNumbers {
  /** @param year the year of `byMonth` @throws DomainError DATABASE_UNAVAILABLE */
  stats(userId: string, year: number): Promise<LibraryStats>;
}

/** @param log receives every failure */
export function d1LibraryNumbers(db: D1Database, log: Log): LibraryNumbers {
  const { read } = d1Errors(log);
  return {
    async stats(userId, year) {
      const of = (sql: string): D1PreparedStatement => db.prepare(sql).bind(userId);
      const month = db.prepare(BY_MONTH).bind(userId, String(year).padStart(4, "0"));
      const results = await read(
        db.batch([
          ...[BY_STATUS, RATINGS, AVERAGE, READ, BY_YEAR].map(of),
          month,
          ...[TOP_AUTHORS, CATEGORIES, LANGUAGES].map(of),
        ]),
      );
      const rows = <Row>(index: number): Row[] => (results[index]?.results ?? []) as Row[];
      const statuses = rows<{ name: string | null; books: number }>(0);
      const average = rows<{ average: number | null }>(2)[0]?.average ?? null;
      const totals = rows<{ readings: number; pages: number }>(3)[0];
      return {
        books: statuses.reduce((sum, { books }) => sum + books, 0),
        byStatus: byStatus(statuses),
        ratings: rows<{ rating: number; count: number }>(1),
        ...defined({ averageRating: average === null ? undefined : round2(average) }),
        readings: totals?.readings ?? 0,
        pages: totals?.pages ?? 0,
        year,
        byMonth: everyMonth(rows<PeriodRow>(5)),
        byYear: rows<PeriodRow>(4).map(({ period, ...counts }) => ({ year: period, ...counts })),
        topAuthors: rows<NamedRow>(6),
        categories: rows<NamedRow>(7),
        languages: rows<NamedRow>(8).map(({ name, books }) => ({ language: name, books })),
      };
    },
  };
}

const round2 = (value: number): number => Math.round(value * 100) / 100;

function byStatus(rows: readonly { name: string | null; books: number }[]) {
  const counts = {
    want_to_read: 0,
    reading: 0,
    completed: 0,
    paused: 0,
    abandoned: 0,
    none: 0,
  };
  for (const { name, books } of rows) counts[statusSchema.safeParse(name).data ?? "none"] += books;
  return counts;
}

function everyMonth(rows: readonly PeriodRow[]): LibraryStats["byMonth"] {
  const nothing = { books: 0, readings: 0, pages: 0 };
  return Array.from({ length: 12 }, (_, index) => {
    const { period: month, ...counts } = rows.find(({ period }) => period === index + 1) ?? {
      period: index + 1,
      ...nothing,
    };
    return { month, ...counts };
  });
}
