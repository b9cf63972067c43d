import type { StatusCounts } from "../domain/shelf-counts.ts";
import { COUNTED, countOf, totalOf } from "../domain/shelf-counts.ts";
import type {
  ShelfFilter,
  ShelfPosition,
  ShelfStart,
  Sort,
  SortKey,
} from "../domain/shelf-query.ts";
import { placeColumns } from "./entry-rows.ts";
import { oneOfStatuses, selectSql, type Selection, type Statement } from "./shelf-filter-sql.ts";

/** The column of each sort key. */
const COLUMNS: Readonly<Record<SortKey, string>> = {
  added: "added_at",
  title: "sort_title",
  author: "sort_author",
  rating: "rating",
  year: "year",
  finished: "last_finished",
  series: "sort_series",
};
/** Keys that an entry may lack. The index of the author contains the entries without one; the other indexes do not. */
const NULLABLE: ReadonlySet<SortKey> = new Set(["author", "rating", "year", "finished", "series"]);

/**
 * Entries with more bytes of text than this are read separately, so that a page reads at most about
 * 1 MB.
 */
const LONG_TEXT = 20_000;

/** Size of an entry's long columns. All others together are at most about 60 KB. */
export const BYTES = `coalesce(octet_length(entry.review), 0) + coalesce(octet_length(entry.notes), 0) +
    coalesce(octet_length(entry.extra), 0)`;

/** Whether the long columns of a row were left out because of their size. */
export const isLong = ({ bytes }: { bytes: number }): boolean => bytes > LONG_TEXT;

const KEYS = (column: string): string =>
  `entry.id, entry.added_at AS added, entry.${column} AS key, ${BYTES} AS bytes`;

/** The columns of `PlaceRow` without the texts of long entries. */
export const PAGE_COLUMNS = placeColumns(
  (name) => `CASE WHEN ${BYTES} <= ${LONG_TEXT} THEN entry.${name} END AS ${name}`,
);

/** Where a page starts: after a position, at a position, or with the first entry. */
export interface PageQuery {
  filter: ShelfFilter;
  sort: Sort;
  after?: ShelfPosition | undefined;
  start?: ShelfStart | undefined;
}

/** The statements of one page. The last `?` of each is the limit. */
export interface PagePlan {
  /** Entries with the sort key; undefined when the page starts after the last of them. */
  known?: Statement;
  /** Entries without the sort key, which are read if the others do not fill the page. */
  tail?: Statement;
  /** Whether the statements yield whole entries, or only their ids and keys. */
  isWhole: boolean;
}

/** The number of entries that match a filter. */
export function countStatement(userId: string, filter: ShelfFilter): Statement {
  return selectSql(userId, "count(*) AS total", { filter });
}

/** The number of entries that match a filter and are before the start of a page. */
export function beforeStatement(
  userId: string,
  { filter, sort }: PageQuery,
  start: ShelfStart,
): Statement {
  const [condition, key] = beforeStart(sort, start, `entry.${COLUMNS[sort.key]}`);
  const { sql, values } = countStatement(userId, filter);
  return { sql: `${sql} AND ${condition}`, values: [...values, key] };
}

const beforeStart = (
  { descending }: Sort,
  { key }: ShelfStart,
  column: string,
): [string, unknown] => [`${column} ${descending ? ">" : "<"} ?`, key];

/** An index scan in one order. */
interface Walk {
  index: string;
  condition: Condition;
}

/** The index scans that find the entries with some statuses. @param statuses undefined for all */
function walksOf(index: string, statuses: readonly string[] | undefined): Walk[] {
  if (!statuses) return [{ index, condition: ["TRUE"] }];
  if (index !== "added") return [{ index, condition: oneOfStatuses(statuses) }];
  return statuses.map((status) => ({ index: "status_added", condition: oneOfStatuses([status]) }));
}

/**
 * The statements of one page of the entries with some statuses. SQLite merges the scans of several
 * statuses and stops at the limit.
 * @param statuses as returned by `onlyStatuses`
 * @param counts counts of the shelf, if known; they decide how to read a page of some statuses in
 * an order other than that of addition
 */
export function pagePlan(
  userId: string,
  { statuses: given, sort, after, start }: Omit<PageQuery, "filter"> & { statuses: Statuses },
  limit: number,
  counts: StatusCounts | undefined,
): PagePlan {
  const { key, descending } = sort;
  const statuses = given.length === COUNTED.length ? undefined : given;
  const sorts = statuses !== undefined && key !== "added" && sortsStatuses(statuses, limit, counts);
  const direction = descending ? "DESC" : "ASC";
  const statement = (isTail: boolean, wanted: [string, ...unknown[]], order: string): Statement => {
    const isByAddition = key === "added" || sorts || (isTail && key !== "author");
    const walks = walksOf(isByAddition ? "added" : key, statuses);
    const selects = walks.map(
      ({ index, condition: [condition] }) => `
    SELECT ${KEYS(COLUMNS[key])}${sorts ? "" : `, ${PAGE_COLUMNS}`}
    FROM UserLibrary AS entry INDEXED BY idx_user_library_${index}
    ${sorts ? "" : "LEFT JOIN Books AS book ON book.isbn = entry.isbn"}
    WHERE entry.user_id = ? AND ${condition} AND ${wanted[0]}`,
    );
    const values = walks.flatMap(({ condition: [, ...own] }) => [
      userId,
      ...own,
      ...wanted.slice(1),
    ]);
    const sql = `${selects.join(" UNION ALL ")} ORDER BY ${order}id ${direction} LIMIT ?`;
    return { sql, values: [...values, limit] };
  };
  const plan: PagePlan = { isWhole: !sorts };
  const [known, tail] = conditionsOf(
    sort,
    { after, start },
    { key: `entry.${COLUMNS[key]}`, added: "entry.added_at" },
  );
  if (known) plan.known = statement(false, known, `key ${direction}, `);
  if (tail) plan.tail = statement(true, tail, key === "author" ? "" : `added ${direction}, `);
  return plan;
}

type Statuses = readonly (keyof StatusCounts)[];

/** A condition with the values bound to it. */
type Condition = [string, ...unknown[]];

/** The conditions for the entries of a page that have the sort key, and for those that lack it; undefined for none. */
function conditionsOf(
  { key, descending }: Sort,
  { after, start }: Pick<PageQuery, "after" | "start">,
  columns: { key: string; added: string },
): [known: Condition | undefined, tail: Condition | undefined] {
  const beyond = descending ? "<" : ">";
  const isKnown = NULLABLE.has(key) ? `${columns.key} IS NOT NULL` : "TRUE";
  const isUnknown = `${columns.key} IS NULL`;
  const tail: Condition | undefined = NULLABLE.has(key) ? [isUnknown] : undefined;
  if (!after) return [start ? [`${columns.key} ${beyond}= ?`, start.key] : [isKnown], tail];
  if (after.key !== null) {
    const [position, id] = [`(${columns.key}, entry.id) ${beyond} (?, ?)`, after.id];
    return [[`${isKnown} AND ${position}`, after.key, id], tail];
  }
  const [condition, ...values] = afterTail(key, after, beyond, columns.added);
  return [undefined, [`${isUnknown} AND ${condition}`, ...values]];
}

/** The condition for the entries of a tail after a position. Cursors of older releases lack the date of addition. */
function afterTail(
  key: SortKey,
  { id, addedAt }: ShelfPosition,
  beyond: string,
  added: string,
): Condition {
  if (key === "author") return [`entry.id ${beyond} ?`, id];
  if (addedAt !== undefined) return [`(${added}, entry.id) ${beyond} (?, ?)`, addedAt, id];
  const addedThen = "(SELECT added_at FROM UserLibrary WHERE id = ?)";
  return [`(${added}, entry.id) ${beyond} (${addedThen}, ?)`, id, id];
}

/**
 * The statement of one page of a selection that no index provides in its order. It reads the
 * selection once. Each row of the page also has the total and the number of entries before `start`;
 * an empty page has no row.
 * @param isCounting whether to count the entries before `start`
 */
export function matchStatement(
  userId: string,
  selection: Selection,
  { sort, after, start }: Omit<PageQuery, "filter">,
  limit: number,
  isCounting: boolean,
): Statement {
  const { key, descending } = sort;
  const direction = descending ? "DESC" : "ASC";
  const matched = selectSql(userId, KEYS(COLUMNS[key]), selection);
  const nullsLast = NULLABLE.has(key) ? "key IS NULL, " : "";
  const ties =
    NULLABLE.has(key) && key !== "author" ? `iif(key IS NULL, added, 0) ${direction}, ` : "";
  const columns = { key: "entry.key", added: "entry.added" };
  const wanted = conditionsOf(sort, { after, start }, columns).filter(
    (condition) => condition !== undefined,
  );
  const before: Condition = isCounting && start ? beforeStart(sort, start, "entry.key") : ["FALSE"];
  // The limit makes SQLite keep the order of the inner query, over which the window functions
  // count.
  return {
    sql: `
    SELECT * FROM (
      SELECT entry.*, count(*) OVER () AS total, count(*) FILTER (WHERE ${before[0]}) OVER () AS before
      FROM (SELECT * FROM (${matched.sql}) ORDER BY ${nullsLast}key ${direction}, ${ties}id ${direction} LIMIT -1) AS entry
    ) AS entry WHERE ${wanted.map(([condition]) => `(${condition})`).join(" OR ")} LIMIT ?`,
    values: [
      ...before.slice(1),
      ...matched.values,
      ...wanted.flatMap(([, ...values]) => values),
      limit,
    ],
  };
}

/**
 * Whether sorting all entries of some statuses reads less than scanning the order's index. For each
 * match, the scan reads on average the total divided by the number of entries with these statuses.
 */
function sortsStatuses(
  statuses: Statuses,
  limit: number,
  counts: StatusCounts | undefined,
): boolean {
  if (counts === undefined) return true;
  return countOf(counts, statuses) ** 2 < limit * totalOf(counts);
}
