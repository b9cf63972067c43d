import { withPlainDigits } from "../isbn/digits.ts";
import { asList } from "./json-values.ts";
import { monthOf } from "./months.ts";
import { textOf } from "../merge/normalise.ts";

/**
 * When an edition was published: `publishedDate` as YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known, and its year.
 */
export interface Published {
  publishedDate?: string;
  publicationYear?: number;
}

/**
 * Books have been printed since 1450. The lower bound also excludes placeholders (`0101-01-01`) and the current Hijri
 * years that catalogues list beside Gregorian ones (`1410 [1989]`); the upper bound excludes Buddhist and Hebrew years.
 */
const FIRST_YEAR = 1450;
const LAST_YEAR = 2100;
/** A longer text is prose, of which only the beginning is read. */
const MAX_LENGTH = 100;

const NAME = "(\\p{L}[\\p{L}\\p{M}]{2,13})\\.?";
const DAY = "(\\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?";
const OF = "(?:(?:of|de|d')\\s+)?";

/** `2003`, `2003-05`, `2003-05-01T00:00:00Z`, `2003/5/1`, `2003.05`. A longer run of digits does not match. */
const YEAR_FIRST = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const EAST_ASIAN = /^(\d{4})\s*[年년]\s*(?:(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일])?)?/;
const MONTH_FIRST = new RegExp(
  `^${NAME}\\s*(?:${DAY}(?:\\s*,\\s*|\\s+)|,\\s*)?${OF}(\\d{4})(?!\\d)`,
  "iu",
);
const DAY_FIRST = new RegExp(`^${DAY}\\s+${OF}${NAME},?\\s+${OF}(\\d{4})(?!\\d)`, "iu");
const YEAR_MONTH_NAME = new RegExp(`^(\\d{4}),?\\s+${NAME}(?:\\s+${DAY})?(?![\\p{L}\\d])`, "iu");
/** `2003. 5. 18.` */
const KOREAN = /^(\d{4})\.\s+(\d{1,2})\.\s+(\d{1,2})\.?$/;
/** `13/05/2003`, `05/2003`; in dates with dots the day always comes first. */
const YEAR_LAST = /^(?:(\d{1,2})([-/.]))?(\d{1,2})[-/.](\d{4})(?!\d)/;
/** `Thursday, May 18, 2017`, `Thu May 18 2017`. */
const WEEKDAY = /^\p{L}{2,10}(?:\.?,\s*|\s+(?=\p{L}))/u;
const BEFORE_CHRIST = /^-\d|\d\s*b\.?\s?c\.?(?:\s?e\b|\b|$)/i;
/** Four digits that are not part of a longer number. */
const ANY_YEAR = /(?<!\d)\d{4}(?!\d)/g;

function isYear(year: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The valid part of the date: the year if the month is invalid, year and month if the day is invalid. */
function published(year: number, month = 0, day = 0): Published {
  if (!isYear(year)) return {};
  let publishedDate = String(year);
  if (month >= 1 && month <= 12) {
    publishedDate += `-${String(month).padStart(2, "0")}`;
    if (day >= 1 && day <= daysIn(year, month)) publishedDate += `-${String(day).padStart(2, "0")}`;
  }
  return { publishedDate, publicationYear: year };
}

function dateIn(text: string): Published {
  const numeric = COMPACT.exec(text) ?? YEAR_FIRST.exec(text);
  if (numeric !== null && isYear(Number(numeric[1]))) {
    const [, year, name = "", day] = YEAR_MONTH_NAME.exec(text) ?? [];
    if (monthOf(name) > 0) return published(Number(year), monthOf(name), Number(day ?? 0));
    const [, month, dayOfMonth] = (EAST_ASIAN.exec(text) ?? numeric).slice(1);
    return published(Number(numeric[1]), Number(month ?? 0), Number(dayOfMonth ?? 0));
  }
  const [, first = "", dayAfter, firstYear] = MONTH_FIRST.exec(text) ?? [];
  if (monthOf(first) > 0)
    return published(Number(firstYear), monthOf(first), Number(dayAfter ?? 0));
  const [, dayBefore, second = "", secondYear] = DAY_FIRST.exec(text) ?? [];
  if (monthOf(second) > 0) return published(Number(secondYear), monthOf(second), Number(dayBefore));
  return yearLast(text);
}

/** A numeric date that ends with the year; only the year if day and month are ambiguous. */
function yearLast(text: string): Published {
  const [, one, mark, other, year] = YEAR_LAST.exec(text) ?? [];
  if (year === undefined) return {};
  const [first, second] = [Number(one ?? 0), Number(other)];
  if (one === undefined) return published(Number(year), second);
  if (mark === "." || first > 12 || first === second) return published(Number(year), second, first);
  return second > 12 ? published(Number(year), first, second) : published(Number(year));
}

/**
 * For any other format, the first possible year: `c1949`, `[1998]`, `5758 [1997 or 1998]`, `Spring 2003`, `01/05/2003`.
 */
function yearIn(text: string): Published {
  const year = (text.match(ANY_YEAR) ?? []).map(Number).find(isYear);
  return year === undefined ? {} : published(year);
}

function readDate(value: unknown): Published {
  const text = withPlainDigits(textOf(value)?.slice(0, MAX_LENGTH) ?? "")
    .trim()
    .replace(KOREAN, "$1-$2-$3");
  if (BEFORE_CHRIST.test(text)) return {};
  for (const written of [text, text.replace(WEEKDAY, "")]) {
    const date = dateIn(written);
    if (date.publicationYear !== undefined) return date;
  }
  return yearIn(text);
}

/**
 * Parses a publication date from a catalogue. Uncertain parts are dropped: `05/01/2003` yields the
 * year, `19xx` and `-800` nothing. For a list, the first entry that yields a date.
 */
export function toPublished(value: unknown): Published {
  for (const entry of asList(value)) {
    const found = readDate(entry);
    if (found.publicationYear !== undefined) return found;
  }
  return {};
}
