import { isPartialDate } from "../../../contract/library-fields.ts";
import { sortKey } from "./fold.ts";
import type { ShelfStart, Sort, SortKey } from "./shelf-query.ts";

/** The last code point, which sorts after all continuations of a text. */
const END = "\u{10FFFF}";

/** The first and the last second of a day, a month or a year of the account. */
export type SecondsOf = (date: string) => { from: number; to: number };

/** Messages of `readStart` by sort key. */
const EXPECTED: Readonly<Record<SortKey, string>> = {
  title: "must be the beginning of a title",
  author: "must be the beginning of a name",
  series: "must be the beginning of a series",
  rating: "must be a rating from 0 to 5 in this sort order",
  year: "must be a year in this sort order",
  added: "must be a date in this sort order: YYYY-MM-DD, YYYY-MM or YYYY",
  finished: "must be a date in this sort order: YYYY-MM-DD, YYYY-MM or YYYY",
};

/**
 * Parses the position at which a page starts. A descending order starts at the end of the named
 * range: the titles that begin with the text, or the year.
 */
export function readStart(
  sort: Sort,
  text: string,
  secondsOf: SecondsOf,
): { ok: true; start: ShelfStart } | { ok: false; message: string } {
  const key = keyOf(sort, text.trim(), secondsOf);
  return key === undefined
    ? { ok: false, message: EXPECTED[sort.key] }
    : { ok: true, start: { key } };
}

function keyOf(
  { key, descending }: Sort,
  text: string,
  secondsOf: SecondsOf,
): string | number | undefined {
  switch (key) {
    case "title":
    case "author":
    case "series":
      return descending ? `${sortKey(text)}${END}` : sortKey(text);
    case "rating":
      return /^[0-5](\.\d{1,2})?$/.test(text) && Number(text) <= 5 ? Number(text) : undefined;
    case "year":
      return /^-?\d{1,4}$/.test(text) ? Number(text) : undefined;
    case "added":
      return isPartialDate(text) ? secondsOf(text)[descending ? "to" : "from"] : undefined;
    case "finished":
      return isPartialDate(text) ? (descending ? `${text}${END}` : text) : undefined;
  }
}
