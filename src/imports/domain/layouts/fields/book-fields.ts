import { toLanguage } from "../../../../catalogue/domain/text/language.ts";
import { toWrittenLine } from "../../../../catalogue/domain/merge/normalise.ts";
import { toPageCount } from "../../../../catalogue/domain/text/page-count.ts";
import { toPublished } from "../../../../catalogue/domain/text/published-date.ts";
import { isPlaceholder, quotedItems, withoutInvisible } from "../cells.ts";
import { readDate } from "../dates.ts";
import { inCommonDigits, withoutHanNumerals } from "../digits.ts";
import { dateOrderIn, fitting, note, type Draft } from "../draft.ts";
import { withoutMarkup } from "../markup.ts";
import { isNotABook } from "../media.ts";
import { COPY_FIELDS } from "./copy-fields.ts";
import type { FieldReader } from "./reader.ts";

type LineField = "title" | "subtitle" | "publisher";

const LENGTHS: Readonly<Record<LineField, number>> = {
  title: 1000,
  subtitle: 1000,
  publisher: 300,
};
const MAX_DESCRIPTION_LENGTH = 20_000;
const MAX_CATEGORIES = 50;
const MAX_CATEGORY_LENGTH = 100;
/** The placeholder that Calibre writes for an unknown date. */
const UNKNOWN_DATE = /^0?101-01-0[12]/;
/** `1,024`, `1.024`, `1 024`. */
const THOUSANDS = /^\d{1,3}[.,'’\s]\d{3}(?!\d)/;
/** `ca. 320`, `p. 320`, `xii, 320`. */
const BEFORE_PAGES =
  /^(?:~|(?:ca?|approx|circa|about|etwa|pp?|pages?|s)\.?\s|[ivxlc]+\s*[,+]\s*)\s*(?=\d)/i;
const NUMBER = /^(-?\d{1,4})(?:\.0+)?$/;

/** Converts a number from the digits or numerals of any script to ASCII digits. */
const inDigits = (cell: string): string =>
  withoutHanNumerals(inCommonDigits(cell.normalize("NFKC").trim()));

const lineField =
  (field: LineField): FieldReader =>
  (cell, draft, column) => {
    // toWrittenLine truncates to 1,000 characters without a note, so the cell is truncated first.
    const fitted = fitting(draft, withoutInvisible(cell).trim(), LENGTHS[field], column);
    const line = toWrittenLine(fitted);
    if (line === undefined) return false;
    return once(draft, field, line);
  };

/**
 * Sets a field that several columns may provide; the first wins.
 * @returns whether the field now has this value
 */
function once<Field extends keyof Draft["book"]>(
  draft: Draft,
  field: Field,
  value: NonNullable<Draft["book"][Field]>,
): boolean {
  if (draft.book[field] === undefined) draft.book[field] = value;
  return draft.book[field] === value;
}

/**
 * `Fiction|12;Classics|7` from Enhance-GoodReads, `Fiction (12), Classics (7)`: the number of users
 * who chose each genre is dropped. No two parts of the pattern match the same spaces, which would
 * take exponential time.
 */
const WITH_COUNTS = /^\s*(?:[^\s;,|(][^;,|(]*(?:\|\d+|\(\d+\))\s*(?:[;,]\s*|$))+$/;

const withoutCounts = (cell: string): string =>
  WITH_COUNTS.test(cell) ? cell.replace(/[|(]\d+\)?\s*(?:[;,]|$)/g, "|") : cell;

const categories =
  (separator: RegExp): FieldReader =>
  (cell, draft, column) => {
    const found = (quotedItems(cell) ?? withoutCounts(cell).split(separator))
      .flatMap((part) => toWrittenLine(part) ?? [])
      .map((part) => fitting(draft, part, MAX_CATEGORY_LENGTH, column).trim())
      .filter((part) => part !== "");
    const all = [...new Set([...(draft.book.categories ?? []), ...found])];
    if (all.length > MAX_CATEGORIES) note(draft, "LIST_SHORTENED", `${column}: ${all.length}.`);
    if (all.length > 0) draft.book.categories = all.slice(0, MAX_CATEGORIES);
    return true;
  };

/** Fields that describe the book. */
export const BOOK_FIELDS = {
  title: lineField("title"),
  subtitle: lineField("subtitle"),
  publisher: lineField("publisher"),

  /**
   * LibraryThing: `Gallimard (1979), Poche`. The whole cell is also stored in `extra`, because it
   * contains more than the publisher.
   */
  publication: (cell, draft, column) => {
    const publisher = toWrittenLine(/^([^([]+)\(/.exec(cell)?.[1]);
    if (publisher !== undefined) once(draft, "publisher", fitting(draft, publisher, 300, column));
    return false;
  },

  publishedDate: (cell, draft, column) => {
    if (isPlaceholder(cell) || UNKNOWN_DATE.test(cell.trim())) return true;
    const number = NUMBER.exec(cell.trim());
    if (number !== null) return setYear(draft, Number(number[1]));
    const day = readDate(cell, dateOrderIn(draft, column))?.date;
    const { publishedDate, publicationYear } = toPublished(day ?? cell.trim());
    if (publishedDate === undefined || publicationYear === undefined) return false;
    draft.book.publicationYear ??= publicationYear;
    return once(draft, "publishedDate", publishedDate);
  },

  publicationYear: (cell, draft) => {
    if (isPlaceholder(cell)) return true;
    const text = inDigits(cell);
    const number = NUMBER.exec(text);
    if (number !== null) return setYear(draft, Number(number[1]), true);
    const { publicationYear } = toPublished(text);
    return publicationYear !== undefined && setYear(draft, publicationYear, true);
  },

  pageCount: (cell, draft) => {
    const bare = inDigits(cell).replace(BEFORE_PAGES, "").replace(/\.0+$/, "");
    const pages = toPageCount(THOUSANDS.test(bare) ? bare.replace(/[.,'’\s]/g, "") : bare);
    if (pages === undefined) return isPlaceholder(cell) || /^0+$/.test(cell.trim());
    return once(draft, "pageCount", pages);
  },

  language: (cell, draft) => {
    if (isPlaceholder(cell)) return true;
    const language = toLanguage(cell.split(/[,;|]/)[0]);
    return language !== undefined && once(draft, "language", language);
  },

  categories: categories(/[,;|\n]/),
  categoriesByBar: categories(/[|\n]/),

  description: (cell, draft, column) => {
    const text = fitting(draft, withoutMarkup(cell), MAX_DESCRIPTION_LENGTH, column);
    return text.trim() === "" || once(draft, "description", text);
  },

  media: (cell, draft) => {
    const found = isNotABook(cell);
    if (found !== undefined) draft.notABook = { word: cell.trim().slice(0, 50), ...found };
    if (found?.isCertain !== true) COPY_FIELDS.format(cell, draft);
    return false;
  },

  isRemoved: (cell, draft) => {
    draft.isRemoved = /^(?:true|yes|1)$/i.test(cell.trim());
    return !draft.isRemoved;
  },
} satisfies Record<string, FieldReader>;

/**
 * Years BC are negative; 0 means unknown.
 * @param outranks whether the year replaces one derived from a date
 */
function setYear(draft: Draft, year: number, outranks = false): boolean {
  if (year === 0) return true;
  if (year < -3000) return false;
  if (outranks) draft.book.publicationYear = year;
  else draft.book.publicationYear ??= year;
  return true;
}
