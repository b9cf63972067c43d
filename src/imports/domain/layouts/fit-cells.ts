import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import { saysNothing, unwrap } from "./cells.ts";
import { readDate } from "./dates.ts";
import type { Field } from "./fields/index.ts";
import type { PlannedColumn } from "./plan.ts";

const isDate = (text: string): boolean =>
  readDate(text, "mdy") !== undefined || readDate(text, "dmy") !== undefined;

const isName = (text: string): boolean => text.length > 100 || !parseIsbn(text).ok;

/** Damaged ones are numbers, too. */
const isNumberOfBook = (text: string): boolean => /\d{6}|E\+|^0+$/i.test(text);

const isRating = (text: string): boolean =>
  /^\d{1,2}(?:[.,]\d{1,4})?$/.test(text) && Number.isInteger(Number(text.replace(",", ".")) * 4);

/** What a cell of a field looks like, where that can be told. */
const LOOKS: ReadonlyMap<Field, (text: string) => boolean> = new Map<
  Field,
  (text: string) => boolean
>([
  ["isbn", isNumberOfBook],
  ["author", isName],
  ["authors", isName],
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

/** An author's name in place of an ISBN, or the reverse, can be nothing else; a rating may just be a strange one. */
const IS_CERTAIN: ReadonlySet<Field> = new Set<Field>([
  "isbn",
  "author",
  "authors",
  "moreAuthors",
  "publisher",
]);

/**
 * Whether the cells of a record with too many or too few of them have moved away from their columns: one certainly holds
 * what its column cannot, or two seem to.
 */
export function isShifted(cells: readonly string[], columns: readonly PlannedColumn[]): boolean {
  let signs = 0;
  for (const [index, { field }] of columns.entries()) {
    const looks = LOOKS.get(field);
    const text = unwrap(cells[index] ?? "").trim();
    if (looks === undefined || saysNothing(text) || looks(text)) continue;
    signs += IS_CERTAIN.has(field) ? 2 : 1;
  }
  return signs > 1;
}
