import { d1Errors, type Database } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { Place, StoredEntry } from "../domain/entry.ts";
import { totalOf, type StatusCounts } from "../domain/shelf-counts.ts";
import type { PageDeps, ShelfPage } from "../domain/shelf-page.ts";
import type { ShelfFilter, ShelfPosition } from "../domain/shelf-query.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import { COUNTS, countsOf, type ShelfRow } from "./shelf-counts.ts";
import {
  countStatement,
  isCounted,
  isLong,
  pagePlan,
  type PagePlan,
  type PageQuery,
  type Statement,
} from "./shelf-page-sql.ts";

/** Reviews and notes may have 300 KB each, so a page ends early when it would exceed this size. */
const MAX_PAGE_BYTES = 1_000_000;
/** Limit of a list with a single page. An isolate of 128 MB has room for several such lists. */
const MAX_LIST_BYTES = 4_000_000;

/** Id, sort key and size of one entry of a page. */
interface KeyRow {
  id: number;
  key: string | number | null;
  added: number;
  bytes: number;
}

/** A row of a page; only the keys if the plan is not whole. */
type PageRow = KeyRow & Omit<PlaceRow, "id">;

/**
 * Reads the entries with these ids, in the order of the ids. CROSS JOIN forces the planner to start with the ids. It would
 * otherwise use an index on the user and compare each of the user's entries with each id.
 */
export const FILL = `
  SELECT ${PLACE_COLUMNS}
  FROM json_each(?2) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.id = wanted.value
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 ORDER BY wanted.key`;

/** An existing entry with its book. */
export type Filled = Place & { entry: StoredEntry };

/** Reads entries by row id. Deleted entries are omitted. */
export async function fillEntries(
  db: D1Database,
  { read }: Database,
  userId: string,
  rows: readonly { id: number }[],
): Promise<Map<number, Filled>> {
  if (rows.length === 0) return new Map();
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const { results } = await read(db.prepare(FILL).bind(userId, ids).all<PlaceRow>());
  return new Map(results.flatMap((row) => filledOf(row).map((filled) => [row.id ?? 0, filled])));
}

/** The entry of a row with its book; none if the row has no entry. */
export function filledOf(row: PlaceRow): Filled[] {
  const { entry, ...place } = placeOf(row);
  return entry ? [{ ...place, entry }] : [];
}

/** The first rows that fit into `maxBytes`, but at least one, so that paging makes progress. */
function withinBytes<Row extends { bytes: number }>(
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

/** Reads the rows of a page, at most `limit`. Entries without the sort key are read only if the others do not fill it. */
async function pageRows(
  db: D1Database,
  { read }: Database,
  { known, tail }: PagePlan,
  limit: number,
): Promise<PageRow[]> {
  const rowsOf = async ({ sql, values }: Statement): Promise<PageRow[]> =>
    (
      await read(
        db
          .prepare(sql)
          .bind(...values)
          .all<PageRow>(),
      )
    ).results;
  const rows = known ? await rowsOf(known) : [];
  if (!tail || rows.length >= limit) return rows;
  return [...rows, ...(await rowsOf(tail))].slice(0, limit);
}

/** A page of entries, and the position of the last one unless the page is the last. */
export interface EntryPage {
  entries: Filled[];
  last?: ShelfPosition;
}

/** Reads one page. @param counts counts of the shelf, if they are known @param limit entries at most */
export async function readEntries(
  db: D1Database,
  database: Database,
  userId: string,
  query: PageQuery,
  limit: number,
  counts: StatusCounts | undefined,
): Promise<EntryPage> {
  // One row more than the limit shows whether there is another page.
  const plan = pagePlan(userId, query, limit + 1, counts);
  const rows = await pageRows(db, database, plan, limit + 1);
  const included = withinBytes(rows.slice(0, limit));
  const filled = await fillEntries(
    db,
    database,
    userId,
    plan.isWhole ? included.filter(isLong) : included,
  );
  const entries = included.flatMap((row) => {
    if (!plan.isWhole || isLong(row)) return filled.get(row.id) ?? [];
    return filledOf(row);
  });
  const last = included.at(-1);
  const hasMore = last !== undefined && included.length < rows.length;
  return { entries, ...(hasMore ? { last: positionOf(last, query) } : {}) };
}

function positionOf({ id, key, added }: KeyRow, { sort }: PageQuery): ShelfPosition {
  return { key, id, ...(key === null && sort.key !== "author" ? { addedAt: added } : {}) };
}

/** Pages of shelves in D1. @param log receives every failure */
export function d1ShelfPages(db: D1Database, log: Log): PageDeps["pages"] {
  const database = d1Errors(log);
  const { read } = database;

  async function countedBy(userId: string, filter: ShelfFilter): Promise<number> {
    const { sql, values } = countStatement(userId, filter);
    return (
      (await read(
        db
          .prepare(sql)
          .bind(...values)
          .first<number>("total"),
      )) ?? 0
    );
  }

  return {
    async read(userId, query, limit): Promise<ShelfPage> {
      const { filter } = query;
      const row = await read(db.prepare(COUNTS).bind(userId).first<ShelfRow>());
      const counts = countsOf(row);
      const page = await readEntries(db, database, userId, query, limit, counts);
      const total =
        counts && isCounted(filter)
          ? filter.status === undefined
            ? totalOf(counts)
            : counts[filter.status]
          : await countedBy(userId, filter);
      return { ...page, total };
    },
    async topRated(userId, year, limit) {
      const top = await read(db.prepare(TOP_RATED).bind(userId, year, limit).all<KeyRow>());
      const included = withinBytes(top.results, MAX_LIST_BYTES);
      const filled = await fillEntries(db, database, userId, included);
      return included.flatMap(({ id }) => filled.get(id) ?? []);
    },
  };
}

const TOP_RATED = `
  SELECT id, coalesce(octet_length(review), 0) + coalesce(octet_length(notes), 0) +
    coalesce(octet_length(extra), 0) AS bytes
  FROM UserLibrary WHERE user_id = ?1 AND year = ?2 AND rating >= 4
  ORDER BY rating DESC, sort_title, id LIMIT ?3`;
