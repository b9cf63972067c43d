import { isPartialDate } from "../../../../contract/library-fields.ts";

/** Which of the first two numbers of `4/2/2021` is the day. */
export type DayOrder = "mdy" | "dmy";

/** A day, month or year (YYYY-MM-DD, YYYY-MM, YYYY). `instant` is in seconds since the epoch, present when the cell has a time. */
export interface ParsedDate {
  date: string;
  instant?: number;
}

/** Plausible years of reading or shelving a book; a date outside them is a typing error. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const YEAR_FIRST =
  /^(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[\sT]+\d{1,2}:\d{2}.*)?$/;
const MONTH_AND_YEAR = /^(\d{1,2})[-/.](\d{4})$/;
const DAY_NAMED_MONTH = /^(\d{1,2})(?:st|nd|rd|th)?[\s.-]+([a-z]{3,9})\.?[\s,-]+(\d{4}|\d{2})$/i;
const NAMED_MONTH_DAY = /^([a-z]{3,9})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})$/i;

/** Determines the order of day and month from an unambiguous date that ends with its year. Dates with dots are not used. */
export function dayOrderOf(cell: string): DayOrder | undefined {
  const [, first, separator, second] = YEAR_LAST.exec(cell.trim()) ?? [];
  if (separator === undefined || separator === ".") return undefined;
  if (Number(first) > 12 && Number(second) <= 12) return "dmy";
  return Number(second) > 12 && Number(first) <= 12 ? "mdy" : undefined;
}

/**
 * Parses the date in a cell; undefined if it is not a date or is ambiguous.
 * @param order order of day and month in the file, if known
 */
export function readDate(cell: string, order: DayOrder | undefined): ParsedDate | undefined {
  const text = cell.trim().replace(/^\[(.*)\]$/, "$1");
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) return withInstant(yearFirst);
  const compact = COMPACT.exec(text);
  if (compact !== null) return parsed(compact[1], compact[2], compact[3]);
  const monthAndYear = MONTH_AND_YEAR.exec(text);
  if (monthAndYear !== null) return parsed(monthAndYear[2], monthAndYear[1]);
  const dayNamed = DAY_NAMED_MONTH.exec(text);
  if (dayNamed !== null) return parsed(fullYear(dayNamed[3]), monthOf(dayNamed[2]), dayNamed[1]);
  const monthNamed = NAMED_MONTH_DAY.exec(text);
  if (monthNamed !== null) return parsed(monthNamed[3], monthOf(monthNamed[1]), monthNamed[2]);
  return yearLast(text, order);
}

function yearLast(text: string, order: DayOrder | undefined): ParsedDate | undefined {
  const [, first, separator, second, year] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const isSame = Number(first) === Number(second);
  const known = separator === "." || isSame ? "dmy" : (dayOrderOf(text) ?? order);
  if (known === undefined) return undefined;
  const [day, month] = known === "dmy" ? [first, second] : [second, first];
  return parsed(fullYear(year), month, day);
}

/** Expands a two-digit year, which spreadsheets use for 1970 to 2069. */
function fullYear(year = ""): string {
  if (year.length === 4) return year;
  return String(Number(year) + (Number(year) < 70 ? 2000 : 1900));
}

function monthOf(name = ""): string {
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return month === 0 ? "99" : String(month);
}

/** A month or day of 0 means unknown. */
function parsed(year = "", month = "", day = ""): ParsedDate | undefined {
  const parts = [year];
  if (Number(month) > 0) parts.push(month.padStart(2, "0"));
  if (Number(month) > 0 && Number(day) > 0) parts.push(day.padStart(2, "0"));
  const date = parts.join("-");
  const isPlausible = Number(year) >= FIRST_YEAR && Number(year) <= LAST_YEAR;
  return isPlausible && isPartialDate(date) ? { date } : undefined;
}

function withInstant(match: RegExpExecArray): ParsedDate | undefined {
  const [, year, , month, day, hour, minute, second = "0", zone = "Z"] = match;
  const found = parsed(year, month, day);
  if (found?.date.length !== 10 || hour === undefined || Number(hour) > 23 || Number(minute) > 59) {
    return found;
  }
  const [, sign, zoneHours, zoneMinutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  const ahead = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * 60;
  const local =
    dayInSeconds(found.date) +
    Number(hour) * 3600 +
    Number(minute) * 60 +
    Math.min(59, Number(second));
  return { ...found, instant: sign === "-" ? local + ahead : local - ahead };
}

/** Returns the start of a day, month or year in UTC, in seconds since the epoch. */
export function dayInSeconds(date: string): number {
  const [year = "", month = "1", day = "1"] = date.split("-");
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000;
}
