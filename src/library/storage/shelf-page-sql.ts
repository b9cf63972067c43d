import type { StatusCounts } from "../domain/shelf-counts.ts";
import { totalOf } from "../domain/shelf-counts.ts";
import type { ShelfFilter, ShelfPosition, Sort, SortKey } from "../domain/shelf-query.ts";
import { placeColumns } from "./entry-rows.ts";

/** The column of each sort key. */
const COLUMNS: Readonly<Record<SortKey, string>> = {
  added: "added_at",
  title: "sort_title",
  author: "sort_author",
  rating: "rating",
  year: "year",
  finished: "last_finished",
};
/** Keys that an entry may lack. The index of the author contains the entries without one; the other indexes do not. */
const NULLABLE: ReadonlySet<SortKey> = new Set(["author", "rating", "year", "finished"]);

/** Entries with longer texts than this many bytes are read on their own, so that a page reads at most about 1 MB of them. */
const LONG_TEXT = 20_000;

/** Size of an entry's long columns. All others together have at most about 60 KB. */
const BYTES = `coalesce(octet_length(entry.review), 0) + coalesce(octet_length(entry.notes), 0) +
    coalesce(octet_length(entry.extra), 0)`;

/** Whether the long columns of a row were left out because of their size. */
export const isLong = ({ bytes }: { bytes: number }): boolean => bytes > LONG_TEXT;

const KEYS = (column: string): string =>
  `entry.id, entry.added_at AS added, entry.${column} AS key, ${BYTES} AS bytes`;

const PAGE_COLUMNS = placeColumns(
  (name) => `CASE WHEN ${BYTES} <= ${LONG_TEXT} THEN entry.${name} END AS ${name}`,
);

/** A statement with its bound values; the last `?` is the limit. */
export interface Statement {
  sql: string;
  values: unknown[];
}

/** Conditions of a statement and the values bound to their `?`. */
interface Query {
  conditions: string[];
  values: unknown[];
}

/** What a page is read from. */
export interface PageQuery {
  filter: ShelfFilter;
  sort: Sort;
  after?: ShelfPosition | undefined;
}

/** The statements of one page. */
export interface PagePlan {
  /** Entries with the sort key; undefined when the page starts after the last of them. */
  known?: Statement;
  /** Entries without the sort key, which are read if the others do not fill the page. */
  tail?: Statement;
  /** Whether the statements yield whole entries, or only their ids and keys. */
  isWhole: boolean;
}

// The SQL of a filter is fixed text; only bound values come from a caller.
function filtered(userId: string, filter: ShelfFilter): Query {
  const query: Query = { conditions: ["entry.user_id = ?"], values: [userId] };
  const and = (condition: string, ...values: unknown[]): void => {
    query.conditions.push(condition);
    query.values.push(...values);
  };
  const { status, rating, year, finishedYear, terms = [], tag } = filter;
  if (status !== undefined) and("entry.status = ?", status);
  if (rating !== undefined) and("entry.rating >= ?", rating);
  if (year !== undefined) and("entry.year = ?", year);
  if (finishedYear !== undefined) {
    // The user is bound again: a subquery that refers to the outer row would be executed for every book of the shelf.
    const start = String(finishedYear).padStart(4, "0");
    and(
      "entry.isbn IN (SELECT isbn FROM Readings WHERE user_id = ? AND finished_at BETWEEN ? AND ?)",
      userId,
      start,
      `${start}-99`,
    );
  }
  if (tag !== undefined) {
    and("entry.isbn IN (SELECT isbn FROM Tags WHERE user_id = ? AND folded = ?)", userId, tag);
  }
  if (terms.length > 0) {
    and(
      "NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(entry.search_text, value) = 0)",
      JSON.stringify(terms),
    );
  }
  return query;
}

/** The number of entries that match a filter. */
export function countStatement(userId: string, filter: ShelfFilter): Statement {
  const { conditions, values } = filtered(userId, filter);
  return {
    sql: `SELECT count(*) AS total FROM UserLibrary AS entry WHERE ${conditions.join(" AND ")}`,
    values,
  };
}

/** Whether the counts of a shelf are the totals of this filter. */
export function isCounted({ status: _status, ...others }: ShelfFilter): boolean {
  const { terms = [], ...exact } = others;
  return terms.length === 0 && Object.values(exact).every((value) => value === undefined);
}

/**
 * The statements of one page.
 * @param counts counts of the shelf, if they are known; they decide how a page by status in another order than that of
 * addition is read
 */
export function pagePlan(
  userId: string,
  { filter, sort, after }: PageQuery,
  limit: number,
  counts: StatusCounts | undefined,
): PagePlan {
  const where = filtered(userId, filter);
  const { key, descending } = sort;
  const sorts =
    filter.status !== undefined && key !== "added" && sortsStatus(filter.status, limit, counts);
  const isWhole = isCounted(filter) && !sorts;
  const index = (isTail: boolean): string => {
    if (!isCounted(filter)) return "";
    const isByAddition = key === "added" || sorts || (isTail && key !== "author");
    if (!isByAddition) return `INDEXED BY idx_user_library_${key}`;
    return `INDEXED BY idx_user_library_${filter.status === undefined ? "added" : "status_added"}`;
  };
  const statement = (query: Query, isTail: boolean, order: string): Statement => ({
    sql: `
    SELECT ${KEYS(COLUMNS[key])}${isWhole ? `, ${PAGE_COLUMNS}` : ""}
    FROM UserLibrary AS entry ${index(isTail)}
    ${isWhole ? "LEFT JOIN Books AS book ON book.isbn = entry.isbn" : ""}
    WHERE ${query.conditions.join(" AND ")}
    ORDER BY ${order} LIMIT ?`,
    values: [...query.values, limit],
  });
  const beyond = descending ? "<" : ">";
  const direction = descending ? "DESC" : "ASC";
  const plan: PagePlan = { isWhole };
  if (after?.key !== null) {
    const column = `entry.${COLUMNS[key]}`;
    const known = NULLABLE.has(key) ? [`${column} IS NOT NULL`] : [];
    const query = {
      conditions: [
        ...where.conditions,
        ...known,
        ...(after ? [`(${column}, entry.id) ${beyond} (?, ?)`] : []),
      ],
      values: [...where.values, ...(after ? [after.key, after.id] : [])],
    };
    plan.known = statement(query, false, `${column} ${direction}, entry.id ${direction}`);
  }
  if (NULLABLE.has(key)) {
    const unknown = [...where.conditions, `entry.${COLUMNS[key]} IS NULL`];
    const [beyondLast, values] = after?.key === null ? afterTail(key, after, beyond) : ["", []];
    const query = {
      conditions: [...unknown, ...(beyondLast === "" ? [] : [beyondLast])],
      values: [...where.values, ...values],
    };
    const added = key === "author" ? "" : `entry.added_at ${direction}, `;
    plan.tail = statement(query, true, `${added}entry.id ${direction}`);
  }
  return plan;
}

/** The condition for the entries of a tail after a position. Cursors of older releases lack the date of addition. */
function afterTail(
  key: SortKey,
  { id, addedAt }: ShelfPosition,
  beyond: string,
): [string, unknown[]] {
  if (key === "author") return [`entry.id ${beyond} ?`, [id]];
  if (addedAt !== undefined) return [`(entry.added_at, entry.id) ${beyond} (?, ?)`, [addedAt, id]];
  return [
    `(entry.added_at, entry.id) ${beyond} ((SELECT added_at FROM UserLibrary WHERE id = ?), ?)`,
    [id, id],
  ];
}

/**
 * Whether sorting all entries of a status reads less than walking the order's index: the walk passes on average as many
 * entries for each found one as the status has its share of the shelf.
 */
function sortsStatus(
  status: keyof StatusCounts,
  limit: number,
  counts: StatusCounts | undefined,
): boolean {
  if (counts === undefined) return true;
  return counts[status] ** 2 < limit * totalOf(counts);
}
