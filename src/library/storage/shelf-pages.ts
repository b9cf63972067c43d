import type { Place, StoredEntry } from "../domain/entry.ts";
import type { PageDeps, ShelfPage } from "../domain/shelf-page.ts";
import type { ShelfFilter, ShelfPosition, Sort, SortKey } from "../domain/shelf-query.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors, type Database } from "../../platform/d1/database.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";

/** The column of each order; what is not in `NULLABLE` is always known. */
const COLUMNS: Readonly<Record<SortKey, string>> = {
  added: "added_at",
  title: "sort_title",
  author: "sort_author",
  rating: "rating",
  year: "year",
  finished: "last_finished",
};
const NULLABLE: ReadonlySet<SortKey> = new Set(["author", "rating", "year", "finished"]);

/** Reviews and notes have up to 300 KB each: a page ends early rather than grow far beyond this. */
const MAX_PAGE_BYTES = 1_000_000;
/** A list that has one page only is given more, within what an isolate of 128 MB can hold several times. */
const MAX_LIST_BYTES = 4_000_000;

/** What of an entry can be long: all else of it has 20 KB or so at most. */
const BYTES =
  "coalesce(octet_length(review), 0) + coalesce(octet_length(notes), 0) + coalesce(octet_length(extra), 0) AS bytes";

/** One row of a page before it is filled. */
export interface KeyRow {
  id: number;
  key: string | number | null;
  bytes: number;
}

/** A statement in the making: conditions, and what is bound to their `?`. */
interface Query {
  conditions: string[];
  values: unknown[];
}

// The whole of a filter is fixed text; only what is bound comes from a caller.
function filtered(userId: string, filter: ShelfFilter): Query {
  const query: Query = { conditions: ["user_id = ?"], values: [userId] };
  const and = (condition: string, ...values: unknown[]): void => {
    query.conditions.push(condition);
    query.values.push(...values);
  };
  const { status, rating, year, finishedYear, terms = [], tag } = filter;
  if (status !== undefined) and("status = ?", status);
  if (rating !== undefined) and("rating >= ?", rating);
  if (year !== undefined) and("year = ?", year);
  if (finishedYear !== undefined) {
    // The user is bound once more: a list that refers to the outer row is made anew for every book of the shelf.
    const start = String(finishedYear).padStart(4, "0");
    and(
      "isbn IN (SELECT isbn FROM Readings WHERE user_id = ? AND finished_at BETWEEN ? AND ?)",
      userId,
      start,
      `${start}-99`,
    );
  }
  if (tag !== undefined) {
    and("isbn IN (SELECT isbn FROM Tags WHERE user_id = ? AND folded = ?)", userId, tag);
  }
  if (terms.length > 0) {
    and(
      "NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(search_text, value) = 0)",
      JSON.stringify(terms),
    );
  }
  return query;
}

/** The statements of a page: those of which the key is known, then the others; either may not be needed. */
function pageQueries(
  { conditions, values }: Query,
  { key, descending }: Sort,
  after: ShelfPosition | undefined,
): Query[] {
  const column = COLUMNS[key];
  const beyond = descending ? "<" : ">";
  const queries: Query[] = [];
  if (after?.key !== null) {
    const known = NULLABLE.has(key) ? [`${column} IS NOT NULL`] : [];
    queries.push(
      after
        ? {
            conditions: [...conditions, ...known, `(${column}, id) ${beyond} (?, ?)`],
            values: [...values, after.key, after.id],
          }
        : { conditions: [...conditions, ...known], values },
    );
  }
  if (NULLABLE.has(key)) {
    const unknown = [...conditions, `${column} IS NULL`];
    queries.push(
      after?.key === null
        ? { conditions: [...unknown, `id ${beyond} ?`], values: [...values, after.id] }
        : { conditions: unknown, values },
    );
  }
  return queries;
}

/** The SQL of one page of keys; `?` at its end is how many rows at most. */
function pageSql({ conditions }: Query, { key, descending }: Sort): string {
  const column = COLUMNS[key];
  const direction = descending ? "DESC" : "ASC";
  return `
    SELECT id, ${column} AS key, ${BYTES}
    FROM UserLibrary WHERE ${conditions.join(" AND ")}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT ?`;
}

/** Every statement of a page with what is bound: the rows by their keys, and last how many there are in all. */
export function pageStatements(
  userId: string,
  { filter, sort, after }: { filter: ShelfFilter; sort: Sort; after?: ShelfPosition | undefined },
  limit: number,
): { sql: string; values: unknown[] }[] {
  const where = filtered(userId, filter);
  return [
    ...pageQueries(where, sort, after).map((query) => ({
      sql: pageSql(query, sort),
      values: [...query.values, limit],
    })),
    {
      sql: `SELECT count(*) AS total FROM UserLibrary WHERE ${where.conditions.join(" AND ")}`,
      values: where.values,
    },
  ];
}

/**
 * The entries with these ids, in their order. The ids come first, whatever the planner thinks of it: by an index of the reader's
 * it would hold each of his entries against each id.
 */
export const FILL = `
  SELECT ${PLACE_COLUMNS}
  FROM json_each(?2) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.id = wanted.value
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  LEFT JOIN UserBooks AS own ON own.user_id = entry.user_id AND own.isbn = entry.isbn
  WHERE entry.user_id = ?1 ORDER BY wanted.key`;

/** An entry that is there, with its book. */
export type Filled = Place & { entry: StoredEntry };

/** Fetches entries by row id, in the order of the ids; what is gone is left out. */
export async function fillEntries(
  db: D1Database,
  { read }: Database,
  userId: string,
  ids: readonly number[],
): Promise<Filled[]> {
  if (ids.length === 0) return [];
  const statement = db.prepare(FILL).bind(userId, JSON.stringify(ids));
  const { results } = await read(statement.all<PlaceRow>());
  return results.flatMap((row) => {
    const { entry, ...place } = placeOf(row);
    return entry ? [{ ...place, entry }] : [];
  });
}

/** As many of the first rows as fit on a page; at least one, so that reading goes on. */
export function withinBytes<Row extends { bytes: number }>(
  rows: readonly Row[],
  most = MAX_PAGE_BYTES,
): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > most;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}

/** Pages of shelves in D1. @param log is told of every failure. */
export function d1ShelfPages(db: D1Database, log: Log): PageDeps["pages"] {
  const database = d1Errors(log);
  return {
    async read(userId, query, limit): Promise<ShelfPage> {
      // One row more than is shown says whether there is another page.
      const statements = pageStatements(userId, query, limit + 1).map(({ sql, values }) =>
        db.prepare(sql).bind(...values),
      );
      const results = await database.read(db.batch<KeyRow & { total: number }>(statements));
      const total = results.at(-1)?.results[0]?.total ?? 0;
      const rows: KeyRow[] = results.slice(0, -1).flatMap(({ results: page }) => page);
      const shown = withinBytes(rows.slice(0, limit));
      const last = shown.at(-1);
      const entries = await fillEntries(
        db,
        database,
        userId,
        shown.map(({ id }) => id),
      );
      const hasMore = last !== undefined && shown.length < rows.length;
      return {
        entries,
        total,
        ...(hasMore ? { last: { key: last.key, id: last.id } } : {}),
      };
    },
    async topRated(userId, year, limit) {
      const ids = await database.read(
        db.prepare(TOP_RATED).bind(userId, year, limit).all<KeyRow>(),
      );
      const shown = withinBytes(ids.results, MAX_LIST_BYTES);
      return fillEntries(
        db,
        database,
        userId,
        shown.map(({ id }) => id),
      );
    },
  };
}

const TOP_RATED = `
  SELECT id, ${BYTES}
  FROM UserLibrary WHERE user_id = ?1 AND year = ?2 AND rating >= 4
  ORDER BY rating DESC, sort_title, id LIMIT ?3`;
