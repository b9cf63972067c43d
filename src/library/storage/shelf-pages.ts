import { d1Errors, type Database } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { Place, StoredEntry } from "../domain/entry.ts";
import { defined } from "../../platform/defined.ts";
import { COUNTED, countOf, type StatusCounts } from "../domain/shelf-counts.ts";
import type { PageDeps, ShelfPage, ShelfPageQuery } from "../domain/shelf-page.ts";
import { onlyStatuses, type ShelfFilter, type ShelfPosition } from "../domain/shelf-query.ts";
import { foldTag } from "../domain/tags.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import { COUNTS, countsOf, type ShelfRow } from "./shelf-counts.ts";
import {
  authorsIn,
  comparesNames,
  namesStatement,
  selectSql,
  seriesIn,
  type NamesRow,
  type Statement,
} from "./shelf-filter-sql.ts";
import {
  beforeStatement,
  countStatement,
  isLong,
  matchStatement,
  pagePlan,
  type PageQuery,
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

/** A row of a page; only the keys if `isWhole` of the plan is false. */
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

/**
 * The rows of a page, one more than its limit if there is another page, and the numbers that the
 * page reports.
 */
interface PageRows {
  rows: PageRow[];
  isWhole: boolean;
  total: number;
  before?: number;
}

type Statuses = NonNullable<ReturnType<typeof onlyStatuses>>;

/** A page of the entries with some statuses. */
type WalkQuery = Omit<PageQuery, "filter"> & { statuses: Statuses };

/** Reads a page in its order. Entries without the sort key are read only if the others do not fill it. */
async function walkedRows(
  db: D1Database,
  { read }: Database,
  userId: string,
  query: WalkQuery,
  limit: number,
  counts: StatusCounts | undefined,
): Promise<Pick<PageRows, "rows" | "isWhole">> {
  const rowsOf = async ({ sql, values }: Statement): Promise<PageRow[]> => {
    const statement = db.prepare(sql).bind(...values);
    return (await read(statement.all<PageRow>())).results;
  };
  const { known, tail, isWhole } = pagePlan(userId, query, limit, counts);
  const rows = known ? await rowsOf(known) : [];
  if (!tail || rows.length >= limit) return { rows, isWhole };
  return { rows: [...rows, ...(await rowsOf(tail))].slice(0, limit), isWhole };
}

/** Reads a page of the entries with some statuses, and their stored count. */
async function countedRows(
  db: D1Database,
  database: Database,
  userId: string,
  query: ShelfPageQuery & { statuses: Statuses },
  limit: number,
): Promise<PageRows> {
  const { read } = database;
  const { filter, start, isCounting, statuses } = query;
  const numberOf = async ({ sql, values }: Statement): Promise<number> => {
    const statement = db.prepare(sql).bind(...values);
    return (await read(statement.first<number>("total"))) ?? 0;
  };
  const counts = countsOf(await read(db.prepare(COUNTS).bind(userId).first<ShelfRow>()));
  const walked = await walkedRows(db, database, userId, query, limit, counts);
  const total = counts ? countOf(counts, statuses) : await numberOf(countStatement(userId, filter));
  if (!isCounting) return { ...walked, total };
  const before = start ? await numberOf(beforeStatement(userId, query, start)) : 0;
  return { ...walked, total, before };
}

/** Reads a page of the entries that match a filter. */
async function matchingRows(
  db: D1Database,
  database: Database,
  userId: string,
  query: ShelfPageQuery,
  limit: number,
): Promise<PageRows> {
  const { filter, isCounting = false } = query;
  const selection = comparesNames(filter)
    ? { ids: await matchingNames(db, database, userId, filter) }
    : { filter };
  const rowsOf = async <Row>({ sql, values }: Statement): Promise<Row[]> => {
    const statement = db.prepare(sql).bind(...values);
    return (await database.read(statement.all<Row>())).results;
  };
  const statement = matchStatement(userId, selection, query, limit, isCounting);
  const rows = await rowsOf<PageRow & Numbers>(statement);
  const [{ total, before } = await numbersOf()] = rows;
  return { rows, isWhole: false, total, ...(isCounting ? { before } : {}) };

  // After the last match there is no row to carry the numbers, so they are read separately.
  async function numbersOf(): Promise<Numbers> {
    const [counted] = await rowsOf<{ total: number }>(
      selectSql(userId, "count(*) AS total", selection),
    );
    const found = counted?.total ?? 0;
    return { total: found, before: found };
  }
}

/** The number of all entries that match, and of those before the start of a page. */
interface Numbers {
  total: number;
  before: number;
}

/** The ids of the entries that match a filter with names, in one pass over the shelf. */
export async function matchingNames(
  db: D1Database,
  { read }: Database,
  userId: string,
  filter: ShelfFilter,
): Promise<number[]> {
  const { author, series } = filter;
  const { sql, values } = namesStatement(userId, filter);
  const statement = db.prepare(sql).bind(...values);
  const { results } = await read(statement.all<NamesRow & { id: number }>());
  const isMatch = (row: NamesRow): boolean =>
    (author === undefined || authorsIn(row.authors).some((name) => foldTag(name) === author)) &&
    (series === undefined || seriesIn(row.series).some((name) => foldTag(name) === series));
  return results.flatMap((row) => (isMatch(row) ? [row.id] : []));
}

/** A page of entries, and the position of the last one unless the page is the last. */
export interface EntryPage {
  entries: Filled[];
  last?: ShelfPosition;
}

/** Reads one page of a whole shelf. */
export async function readEntries(
  db: D1Database,
  database: Database,
  userId: string,
  query: Pick<PageQuery, "sort" | "after">,
  limit: number,
): Promise<EntryPage> {
  const walk = { ...query, statuses: COUNTED };
  const rows = await walkedRows(db, database, userId, walk, limit + 1, undefined);
  return pageOf(db, database, userId, query, limit, rows);
}

/** Makes a page from rows that were read with one more than its limit. */
async function pageOf(
  db: D1Database,
  database: Database,
  userId: string,
  query: Pick<PageQuery, "sort">,
  limit: number,
  { rows, isWhole }: Pick<PageRows, "rows" | "isWhole">,
): Promise<EntryPage> {
  const included = withinBytes(rows.slice(0, limit));
  const filled = await fillEntries(
    db,
    database,
    userId,
    isWhole ? included.filter(isLong) : included,
  );
  const entries = included.flatMap((row) => {
    if (!isWhole || isLong(row)) return filled.get(row.id) ?? [];
    return filledOf(row);
  });
  const last = included.at(-1);
  const hasMore = last !== undefined && included.length < rows.length;
  return { entries, ...(hasMore ? { last: positionOf(last, query) } : {}) };
}

function positionOf({ id, key, added }: KeyRow, { sort }: Pick<PageQuery, "sort">): ShelfPosition {
  return { key, id, ...(key === null && sort.key !== "author" ? { addedAt: added } : {}) };
}

/** Pages of shelves in D1. @param log receives every failure */
export function d1ShelfPages(db: D1Database, log: Log): PageDeps["pages"] {
  const database = d1Errors(log);
  const { read } = database;

  return {
    async read(userId, query, limit): Promise<ShelfPage> {
      const statuses = onlyStatuses(query.filter);
      // One row more than the limit shows whether there is another page.
      const rows = await (statuses
        ? countedRows(db, database, userId, { ...query, statuses }, limit + 1)
        : matchingRows(db, database, userId, query, limit + 1));
      const page = await pageOf(db, database, userId, query, limit, rows);
      return { ...page, total: rows.total, ...defined({ before: rows.before }) };
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
