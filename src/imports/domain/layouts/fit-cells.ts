import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import { isPlaceholder, unwrap } from "./cells.ts";
import { readDate } from "./dates.ts";
import type { Field } from "./fields/index.ts";
import type { PlannedColumn } from "./plan.ts";
import { readStars } from "./ratings.ts";

const isDate = (text: string): boolean =>
  readDate(text, "mdy") !== undefined || readDate(text, "dmy") !== undefined;

const isName = (text: string): boolean => text.length > 100 || !parseIsbn(text).ok;

/** Accepts damaged ISBNs, such as `9.78E+12`. */
const isBookNumber = (text: string): boolean => /\d{6}|E\+|^0+$/i.test(text);

const isRating = (text: string): boolean =>
  readStars(text, 5) !== undefined || readStars(text, 10)?.isRounded === false;

/** Checks whether a cell is plausible for a field, for fields with a recognisable format. */
const PLAUSIBLE: ReadonlyMap<Field, (text: string) => boolean> = new Map<
  Field,
  (text: string) => boolean
>([
  ["isbn", isBookNumber],
  ["author", isName],
  ["authors", isName],
  ["authorsByComma", isName],
  ["moreAuthors", isName],
  ["publisher", isName],
  ["goodreadsId", (text) => /^\d+$/.test(text)],
  ["librarythingId", (text) => /^\d+$/.test(text)],
  ["rating", isRating],
  ["pageCount", (text) => /^\d{1,6}(?:\.0+)?(?:\s|$)/.test(text)],
  ["publicationYear", (text) => /^-?\d{1,4}$/.test(text)],
  ["finishedAt", isDate],
  ["addedAt", isDate],
  ["readCount", (text) => /^\d{1,4}$/.test(text)],
]);

/**
 * Fields in which an implausible cell proves a shift, such as a name in place of an ISBN. An odd
 * rating proves nothing.
 */
const IS_CERTAIN: ReadonlySet<Field> = new Set<Field>([
  "isbn",
  "author",
  "authors",
  "authorsByComma",
  "moreAuthors",
  "publisher",
]);

/**
 * Whether the cells of a record with a wrong number of cells no longer match their columns: one cell certainly does not fit,
 * or two probably do not.
 */
export function isShifted(cells: readonly string[], columns: readonly PlannedColumn[]): boolean {
  let signs = 0;
  for (const [index, { field }] of columns.entries()) {
    const isPlausible = PLAUSIBLE.get(field);
    const text = unwrap(cells[index] ?? "").trim();
    if (isPlausible === undefined || isPlaceholder(text) || isPlausible(text)) continue;
    signs += IS_CERTAIN.has(field) ? 2 : 1;
  }
  return signs > 1;
}
