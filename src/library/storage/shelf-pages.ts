import type { Place, StoredEntry } from "../domain/entry.ts";
import type { PageDeps, ShelfPage } from "../domain/shelf-page.ts";
import type { ShelfFilter, ShelfPosition, Sort, SortKey } from "../domain/shelf-query.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors, type Database } from "../../platform/d1/database.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";

/** The column of each sort key. Columns that are not in `NULLABLE` always have a value. */
const COLUMNS: Readonly<Record<SortKey, string>> = {
  added: "added_at",
  title: "sort_title",
  author: "sort_author",
  rating: "rating",
  year: "year",
  finished: "last_finished",
};
const NULLABLE: ReadonlySet<SortKey> = new Set(["author", "rating", "year", "finished"]);

/** Reviews and notes may have 300 KB each, so a page ends early when it would exceed this size. */
const MAX_PAGE_BYTES = 1_000_000;
/** Limit of a list with a single page. An isolate of 128 MB has room for several such lists. */
const MAX_LIST_BYTES = 4_000_000;

/** Size of an entry's long columns. All others together have at most about 20 KB. */
const BYTES =
  "coalesce(octet_length(review), 0) + coalesce(octet_length(notes), 0) + coalesce(octet_length(extra), 0) AS bytes";

/** Id, sort key and size of one entry of a page. */
export interface KeyRow {
  id: number;
  key: string | number | null;
  bytes: number;
}

/** Conditions of a statement and the values bound to their `?`. */
interface Query {
  conditions: string[];
  values: unknown[];
}

// The SQL of a filter is fixed text; only bound values come from a caller.
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
    // The user is bound again: a subquery that refers to the outer row would be executed for every book of the shelf.
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

/** The queries of a page: entries with a sort key, then those without. Either may be unnecessary. */
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

/** The SQL of one page of keys. The last `?` is the limit. */
function pageSql({ conditions }: Query, { key, descending }: Sort): string {
  const column = COLUMNS[key];
  const direction = descending ? "DESC" : "ASC";
  return `
    SELECT id, ${column} AS key, ${BYTES}
    FROM UserLibrary WHERE ${conditions.join(" AND ")}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT ?`;
}

/** All statements of a page with their bound values: the keys, and last the total count. */
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
 * Reads the entries with these ids, in the order of the ids. CROSS JOIN forces the planner to start with the ids. It would
 * otherwise use an index on the user and compare each of the user's entries with each id.
 */
export const FILL = `
  SELECT ${PLACE_COLUMNS}
  FROM json_each(?2) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.id = wanted.value
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  LEFT JOIN UserBooks AS own ON own.user_id = entry.user_id AND own.isbn = entry.isbn
  WHERE entry.user_id = ?1 ORDER BY wanted.key`;

/** An existing entry with its book. */
export type Filled = Place & { entry: StoredEntry };

/** Reads entries by row id, in the order of the ids. Deleted entries are omitted. */
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

/** The first rows that fit into `maxBytes`, but at least one, so that paging makes progress. */
export function withinBytes<Row extends { bytes: number }>(
  rows: readonly Row[],
  maxBytes = MAX_PAGE_BYTES,
): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > maxBytes;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}

/** Pages of shelves in D1. @param log receives every failure */
export function d1ShelfPages(db: D1Database, log: Log): PageDeps["pages"] {
  const database = d1Errors(log);
  return {
    async read(userId, query, limit): Promise<ShelfPage> {
      // One row more than the limit shows whether there is another page.
      const statements = pageStatements(userId, query, limit + 1).map(({ sql, values }) =>
        db.prepare(sql).bind(...values),
      );
      const results = await database.read(db.batch<KeyRow & { total: number }>(statements));
      const total = results.at(-1)?.results[0]?.total ?? 0;
      const rows: KeyRow[] = results.slice(0, -1).flatMap(({ results: page }) => page);
      const included = withinBytes(rows.slice(0, limit));
      const last = included.at(-1);
      const entries = await fillEntries(
        db,
        database,
        userId,
        included.map(({ id }) => id),
      );
      const hasMore = last !== undefined && included.length < rows.length;
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
      const included = withinBytes(ids.results, MAX_LIST_BYTES);
      return fillEntries(
        db,
        database,
        userId,
        included.map(({ id }) => id),
      );
    },
  };
}

const TOP_RATED = `
  SELECT id, ${BYTES}
  FROM UserLibrary WHERE user_id = ?1 AND year = ?2 AND rating >= 4
  ORDER BY rating DESC, sort_title, id LIMIT ?3`;
