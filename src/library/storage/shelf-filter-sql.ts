import { DAY_MS } from "../../platform/time.ts";
import { searchTerms } from "../domain/fold.ts";
import type { DayRange, ShelfFilter } from "../domain/shelf-query.ts";
import { BOOK_SERIES } from "./book-details.ts";
import { OWN } from "./entry-rows.ts";

/** A statement with its bound values. */
export interface Statement {
  sql: string;
  values: unknown[];
}

/** Conditions of a statement and the values bound to their `?`. */
export interface Query {
  conditions: string[];
  values: unknown[];
}

/** The entries to read of a user: all that match a filter, or those with these ids. */
export type Selection = { filter: ShelfFilter } | { ids: readonly number[] };

/** The authors of the book of `entry` as the user sees it, as JSON; `book` is Books. */
export const AUTHORS = `CASE WHEN book.isbn IS NULL THEN ${OWN} -> '$.authors' ELSE book.authors END`;

/** The language of the book of `entry` as the user sees it. */
export const LANGUAGE = `CASE WHEN book.isbn IS NULL THEN ${OWN} ->> '$.language' ELSE book.language END`;

/** The format of `entry`: the user's own if set, else the one that the book's binding names. */
export const FORMAT = "coalesce(entry.format, entry.book_format)";

/** The series of `entry`, as JSON: the user's own if there are any, else the book's. */
export const SERIES = `coalesce(entry.own_series, ${BOOK_SERIES})`;

/** The columns of `NamesRow`; `entry` and `book` are UserLibrary and Books. */
export const NAMES = `${AUTHORS} AS authors, ${SERIES} AS series`;

/** Lists of names, as JSON of unknown shape. */
export interface NamesRow {
  authors: string | null;
  series: string | null;
}

/** The names in a list of authors, and in a list of series. */
export const authorsIn = (list: string | null): string[] =>
  parsedList(list).filter((name) => typeof name === "string");
export const seriesIn = (list: string | null): string[] =>
  parsedList(list)
    .map((series) => (series as { name?: unknown } | null)?.name)
    .filter((name) => typeof name === "string");

function parsedList(json: string | null): unknown[] {
  try {
    const list: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

const WITH_BOOKS = "LEFT JOIN Books AS book ON book.isbn = entry.isbn";

/** Whether a filter compares names, which SQL cannot fold; call `matchingNames` first. */
export const comparesNames = ({ author, series }: ShelfFilter): boolean =>
  author !== undefined || series !== undefined;

/** Selects columns of the entries of a selection, except that names are not compared. */
export function selectSql(
  userId: string,
  columns: string,
  selection: Selection,
  isJoined = false,
): Statement {
  if ("ids" in selection) {
    // CROSS JOIN forces the planner to start with the ids; it would otherwise compare each of the
    // user's entries with each id.
    const sql = `
    SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN UserLibrary AS entry ON entry.id = wanted.value
    ${isJoined ? WITH_BOOKS : ""} WHERE entry.user_id = ?`;
    return { sql, values: [JSON.stringify(selection.ids), userId] };
  }
  const { filter } = selection;
  const { conditions, values } = filtered(userId, filter);
  const needsBooks = isJoined || filter.language !== undefined || filter.isConfirmed !== undefined;
  const sql = `
    SELECT ${columns} FROM UserLibrary AS entry ${needsBooks ? WITH_BOOKS : ""}
    WHERE ${conditions.join(" AND ")}`;
  return { sql, values };
}

/** Entries that match a filter regardless of the names of authors and series, with these names. */
export function namesStatement(userId: string, filter: ShelfFilter): Statement {
  return selectSql(userId, `entry.id, ${NAMES}`, { filter }, true);
}

/**
 * Maximum number of words with a condition each; a list would cost a row per word and entry. D1
 * binds at most 100 parameters.
 */
const MAX_TERMS = 20;

// The SQL of a filter is fixed text; only bound values come from a caller.
function filtered(userId: string, filter: ShelfFilter): Query {
  const query: Query = { conditions: ["entry.user_id = ?"], values: [userId] };
  const and = (condition: string, ...values: unknown[]): void => {
    query.conditions.push(condition);
    query.values.push(...values);
  };
  const { statuses, rating, isRated, year, finishedYear, finished, added } = filter;
  if (statuses !== undefined) and(...oneOfStatuses(statuses));
  if (rating !== undefined) and("entry.rating >= ?", rating);
  if (isRated !== undefined) and(`entry.rating IS ${isRated ? "NOT NULL" : "NULL"}`);
  if (year !== undefined) and("entry.year = ?", year);
  if (finishedYear !== undefined) {
    const start = String(finishedYear).padStart(4, "0");
    and(...read(userId, "finished_at BETWEEN ? AND ?", start, `${start}-99`));
  }
  if (finished !== undefined) and(...read(userId, ...daysIn(finished)));
  if (added?.from !== undefined) and("entry.added_at >= ?", added.from);
  if (added?.to !== undefined) and("entry.added_at <= ?", added.to);
  ofTheBook(filter, and);
  if (filter.tag !== undefined) {
    const tagged = "SELECT isbn FROM Tags WHERE user_id = ? AND folded = ?";
    and(`entry.isbn IN (${tagged})`, userId, filter.tag);
  }
  // An author's name is in the search text, so its words already exclude most other books.
  const terms = [...(filter.terms ?? []), ...searchTerms(filter.author ?? "")];
  for (const term of terms.slice(0, MAX_TERMS)) and("instr(entry.search_text, ?) > 0", term);
  if (terms.length > MAX_TERMS) {
    const missing = "SELECT 1 FROM json_each(?) WHERE instr(entry.search_text, value) = 0";
    and(`NOT EXISTS (${missing})`, JSON.stringify(terms.slice(MAX_TERMS)));
  }
  return query;
}

type And = (condition: string, ...values: unknown[]) => void;

function ofTheBook({ isConfirmed, formats, isOwned, language }: ShelfFilter, and: And): void {
  if (isConfirmed !== undefined) and(`book.isbn IS ${isConfirmed ? "NOT NULL" : "NULL"}`);
  if (formats !== undefined) {
    and(`${FORMAT} IN (SELECT value FROM json_each(?))`, JSON.stringify(formats));
  }
  if (isOwned !== undefined) and(`coalesce(entry.owned, 0) ${isOwned ? "<>" : "="} 0`);
  if (language !== undefined) and(`${LANGUAGE} = ?`, language);
}

/** The condition for entries with one of some statuses. */
export function oneOfStatuses(statuses: readonly string[]): [string, ...unknown[]] {
  const named = statuses.filter((status) => status !== "none");
  const isNone = "entry.status IS NULL";
  if (named.length === 0) return [statuses.length > 0 ? isNone : "FALSE"];
  const isNamed = `entry.status IN (${named.map(() => "?").join(", ")})`;
  return [named.length < statuses.length ? `(${isNamed} OR ${isNone})` : isNamed, ...named];
}

/**
 * The condition for entries with a reading. The user is bound again: a subquery that refers to the outer row would be executed
 * for every book of the shelf.
 */
function read(userId: string, condition: string, ...values: unknown[]): [string, ...unknown[]] {
  const found = `SELECT isbn FROM Readings WHERE user_id = ? AND finished_at IS NOT NULL AND ${condition}`;
  return [`entry.isbn IN (${found})`, userId, ...values];
}

/** The condition for dates in a range. A month or a year matches only with all of its days. */
function daysIn({ from, to }: DayRange): [string, ...unknown[]] {
  const conditions: string[] = [];
  const values: unknown[] = [];
  if (from !== undefined) {
    conditions.push("finished_at >= ?", `${wholeDate("-01", "-01")} >= ?`);
    values.push(from.slice(0, 4), from);
  }
  if (to !== undefined) {
    conditions.push("finished_at <= ?", `${wholeDate("-12", "-31")} <= ?`);
    values.push(to, lastDay(to));
  }
  return [conditions.join(" AND ") || "TRUE", ...values];
}

/** The SQL that completes a partial date with a month and a day. */
const wholeDate = (month: string, day: string): string => `
  CASE length(finished_at) WHEN 4 THEN finished_at || '${month}${day}' WHEN 7 THEN finished_at || '${day}' ELSE finished_at END`;

/** A day; the last day of a month becomes the 31st, as `wholeDate` completes a month. */
function lastDay(day: string): string {
  const next = new Date(Date.parse(day) + DAY_MS);
  return next.getUTCDate() === 1 ? `${day.slice(0, 7)}-31` : day;
}
