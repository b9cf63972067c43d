import { asList } from "./json-values.ts";
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
/** A longer date is prose, and only its beginning is read. */
const MAX_LENGTH = 100;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAME =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";

/** `2003`, `2003-05`, `2003-05-01T00:00:00Z`, `2003/5/1`, `2003.05`. A longer run of digits does not match. */
const YEAR_FIRST = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const MONTH_FIRST = new RegExp(
  `^${MONTH_NAME}\\s*(?:${DAY}(?:\\s*,\\s*|\\s+)|,\\s*)?(\\d{4})(?!\\d)`,
  "i",
);
const DAY_FIRST = new RegExp(`^${DAY}\\s+(?:of\\s+)?${MONTH_NAME},?\\s+(\\d{4})(?!\\d)`, "i");
const YEAR_MONTH_NAME = new RegExp(`^(\\d{4}),?\\s+${MONTH_NAME}(?:\\s+${DAY})?(?!\\w)`, "i");
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

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf((name ?? "").slice(0, 3).toLowerCase()) + 1;
}

function dateIn(text: string): Published {
  const numeric = COMPACT.exec(text) ?? YEAR_FIRST.exec(text);
  if (numeric !== null && isYear(Number(numeric[1]))) {
    const named = YEAR_MONTH_NAME.exec(text);
    if (named !== null)
      return published(Number(named[1]), monthOf(named[2]), Number(named[3] ?? 0));
    return published(Number(numeric[1]), Number(numeric[2] ?? 0), Number(numeric[3] ?? 0));
  }
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) {
    return published(Number(monthFirst[3]), monthOf(monthFirst[1]), Number(monthFirst[2] ?? 0));
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) {
    return published(Number(dayFirst[3]), monthOf(dayFirst[2]), Number(dayFirst[1]));
  }
  return {};
}

/**
 * For any other format, the first possible year: `c1949`, `[1998]`, `5758 [1997 or 1998]`, `Spring 2003`, `01/05/2003`.
 */
function yearIn(text: string): Published {
  const year = (text.match(ANY_YEAR) ?? []).map(Number).find(isYear);
  return year === undefined ? {} : published(year);
}

function readDate(value: unknown): Published {
  const text = textOf(value)?.slice(0, MAX_LENGTH).trim() ?? "";
  if (BEFORE_CHRIST.test(text)) return {};
  const date = dateIn(text);
  return date.publicationYear === undefined ? yearIn(text) : date;
}

/**
 * Parses a date of publication as catalogues write it. Uncertain parts are dropped: `05/01/2003` yields the year,
 * `19xx` and `-800` nothing. For a list, the first entry that yields a date.
 */
export function toPublished(value: unknown): Published {
  for (const entry of asList(value)) {
    const found = readDate(entry);
    if (found.publicationYear !== undefined) return found;
  }
  return {};
}
