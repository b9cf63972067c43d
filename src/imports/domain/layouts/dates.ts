import { isPartialDate } from "../../../../contract/library-fields.ts";
import type { DateOrder } from "../reading/assumptions.ts";
import { inCommonDigits, withoutHanNumerals } from "./digits.ts";
import { isWeekday, monthNamed } from "./month-names.ts";

/**
 * A day, month or year (YYYY-MM-DD, YYYY-MM, YYYY). `instant` is in seconds since the epoch, present when the cell has a time.
 */
export interface ParsedDate {
  date: string;
  instant?: number;
}

/** Plausible years for reading or shelving a book; a date outside this range is a typing error. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;
/** Longer than any date with weekday, time and time zone. */
const MAX_LENGTH = 100;

const YEAR_FIRST =
  /^(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
/** Also `21/3/4`, with the year first. */
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})(?:[\sT]+\d{1,2}:\d{2}.*)?$/;
const MONTH_AND_YEAR = /^(\d{1,2})[-/.](\d{4})$/;
/** Chinese, Japanese and Korean: `2021年3月5日`, `2021년 3월`. */
const EAST_ASIAN = /^(\d{4})\s*[年년](?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日号號일])?)?/u;
/** `5 tháng 3, 2021` */
const VIETNAMESE = /^(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})$/iu;
/** Numbers with spaces as or around separators: `2021 03 05`, `5 / 3 / 2021`. */
const SPACED = /^(\d{1,4})\s*([-/.\s])\s*(\d{1,2})\s*\2\s*(\d{1,4})$/;
/** A month as spreadsheets write it: `Mar-21`, `мар.21`, `Mar '21`. */
const MONTH_OF_YEAR = /^[\p{L}\p{M}]+\.?\s*(?:[-./]|\s?['’])\s*(\d{2})$/u;
/** October in Croatian, and November in Polish, which writes no dot after the day. */
const CROATIAN_OCTOBER = /\d\.\s*listopada/i;
/** Parts marked as unknown: `2003-xx-xx`, `2003-00-00`. */
const UNKNOWN_PARTS = /^(\d{4}(?:-\d{2})?)(?:-(?:xx|\?\?|00))+$/i;
const WEEKDAY =
  /^(?:\p{L}+\.?,|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?|(?:\p{L}{2}\.?|\p{L}{3}\.)(?=\s+\d{1,2}\.\s?\d{1,2}\.))\s+/iu;
const TIME =
  /[\sT,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|UTC|GMT))?(?:\s*\([^()]*\))?$/i;
/** `Fri Mar 05 10:00:00 +0000 2021`: the time is before the year. */
const TIME_WITHIN = /\s\d{1,2}:\d{2}:\d{2}(?:\s(?:[+-]\d{4}|[A-Z]{3,4}))?(?=\s\d{4}$)/;
/** Days since 1899-12-30 as spreadsheets store them (1982 to 2050), and seconds or milliseconds since 1970 (from 2001). */
const SERIAL = /^([345]\d{4})(?:\.\d+)?$/;
const EPOCH = /^([12]\d{9})(?:\d{3})?(?:\.\d+)?$/;
const FIRST_SERIAL_DAY = Date.UTC(1899, 11, 30) / 1000;
/** Words between the parts of a date, and suffixes of its numbers. */
const FILLER =
  /^(?:de|del|of|the|di|den|der|le|el|a|an|st|nd|rd|th|er|ta|e|[oºª]|г|года|год|р|r|року|i|an|m|d|lp|roku|gada|v)$/;

/**
 * Normalises a numeric date: ASCII digits, no spaces around separators, no word for the year. In any other text, only the
 * digits are converted.
 */
function figuresOf(cell: string): string {
  const written = inCommonDigits(cell.trim());
  if (written.length > MAX_LENGTH || !written.includes(" ")) return written;
  const text = written.replace(/(?<=\d) [rгр]\.?$/u, "");
  const [, first, separator = "", second, third] = SPACED.exec(text) ?? [];
  if (first === undefined) return text;
  // Unlike dots, spaces do not show that the day comes first.
  return [first, second, third].join(separator.trim() || "/");
}

const yearLastIn = (cell: string): RegExpExecArray | null =>
  YEAR_LAST.exec(cell.trim()) ?? YEAR_LAST.exec(figuresOf(cell));

/** What the numbers of a date reveal about their order. */
export type OrderShown =
  | DateOrder
  /** Day and month could be exchanged: `4/2/2021`. */
  | "ambiguous"
  /** The first or the last number may be the year: `21/03/20`. */
  | { first: number; last: number };

/**
 * Determines the order of a date that ends with the year, or that begins with a two-digit year; undefined for other texts, and
 * where the order does not matter. Dates with dots are ignored, because they begin with the day.
 */
export function orderShown(cell: string): OrderShown | undefined {
  const [, first, separator, second, third = ""] = yearLastIn(cell) ?? [];
  if (separator === undefined || separator === ".") return undefined;
  const [one, two, three] = [Number(first), Number(second), Number(third)];
  if (third.length === 1) return two <= 12 ? "ymd" : undefined;
  if (one > 31 && two <= 12 && third.length === 2) return "ymd";
  if (one > 12 && one <= 31 && two <= 12) {
    const mayBeYear = third.length === 2 && three >= 1 && three <= 31;
    return mayBeYear ? { first: one, last: three } : "dmy";
  }
  if (two > 12 && two <= 31 && one <= 12) return "mdy";
  return one <= 12 && two <= 12 && one !== two ? "ambiguous" : undefined;
}

/** Whether day and month of a date are interchangeable, as in `4/2/2021`, or day and year, as in `21/03/20`. */
export function isAmbiguousDate(cell: string): boolean {
  const shown = orderShown(cell);
  return shown === "ambiguous" || typeof shown === "object";
}

/** The year of a date with interchangeable day and month; undefined for any other text. */
export function yearOfAmbiguous(cell: string): string | undefined {
  const year = yearLastIn(cell)?.[4] ?? "";
  // A short number up to twelve may be a month.
  const isYear = year.length === 4 || Number(year) > 12;
  return isYear && orderShown(cell) === "ambiguous" ? parsed(fullYear(year))?.date : undefined;
}

/** A longer text may be a range. */
const MAX_DATE_IN_FIGURES = 10;
/** Maximum length of a range. */
const MAX_RANGE_LENGTH = 2 * MAX_LENGTH + 20;
const BETWEEN_DATES =
  /\s+(?:[-–—]|to|until|till|bis|au|à|al|a|até|do|tot|t\/m|до|по|til|till)\s+|\s*[→〜～–—]\s*|(?<=\d{4}-\d{2}(?:-\d{2})?)\/(?=\d{4})|(?<=\d\/\d{1,2}\/\d{4}|\d\.\d{1,2}\.\d{4}|\d-\d{1,2}-\d{4})-(?=\d)|(?<=[/.]\d{1,2})-(?=\d{4}[/.])/iu;

/** The two sides of a range of dates: `2021-01-02/2021-02-03`, `Jan 2021 to Feb 2021`; undefined for any other text. */
export function sidesOfRange(text: string): [start: string, end: string] | undefined {
  if (text.length <= MAX_DATE_IN_FIGURES || text.length > MAX_RANGE_LENGTH) return undefined;
  const [start, end, ...others] = text.split(BETWEEN_DATES);
  return start === undefined || end === undefined || others.length > 0 ? undefined : [start, end];
}

/** Words that make a year uncertain: `Summer 2020`, `ca. 2019`. */
const ABOUT =
  /^(?:~|≈|ca?\.?|circa|about|around|approx\.?|early|late|mid|um|etwa|vers|env\.|spring|summer|autumn|fall|winter|frühling|frühjahr|sommer|herbst|printemps|été|automne|hiver|q[1-4])\s*\/?\s*(\d{4})$/iu;
const NOTE = /(?<!\s)\s*[([（][^()[\]]*[)\]）]$/u;

/** A date with a remark: `2021-03-20 (reread)`, `ca. 2019`. */
export function dateWithRemark(cell: string, order: DateOrder | undefined): ParsedDate | undefined {
  const text = cell.trim();
  const year = ABOUT.exec(text)?.[1];
  if (year !== undefined) return parsed(year);
  const bare = text.replace(NOTE, "");
  return bare === text ? undefined : readDate(bare, order);
}

/** The year before the first year of each Japanese and Taiwanese era. */
const ERAS: Readonly<Record<string, number>> = {
  令和: 2018,
  平成: 1988,
  昭和: 1925,
  大正: 1911,
  民國: 1911,
  民国: 1911,
};
const ERA_LETTERS: Readonly<Record<string, string>> = { R: "令和", H: "平成", S: "昭和" };
/** `令和3年3月5日`, `R3.3.5` */
const ERA =
  /^(?:(令和|平成|昭和|大正|民國|民国)\s*(\d{1,3}|元)(?=\s*年)|([RHS])(\d{1,2})(?=[./-]\d{1,2}[./-]\d{1,2}$))/u;
/** Offset of Thai years from the common era. */
const THAI_YEARS = 543;

/** Converts numerals of other scripts to ASCII digits, and years of other eras to the common era. */
function inCommonFigures(text: string): string {
  // Latin, Greek, Cyrillic and Hebrew have no digits of their own.
  const isPlain = !/[\u0660-\uFFFF]/.test(text);
  if (isPlain && !/^[RHS]\d/.test(text)) return text;
  const digits = isPlain ? text : withoutHanNumerals(inCommonDigits(text.normalize("NFKC")));
  const common = digits.replace(
    ERA,
    (_, era = "", year: string, letter = "", short: string | undefined) => {
      const first = ERAS[era || (ERA_LETTERS[letter] ?? "")] ?? 0;
      return String(first + (year === "元" ? 1 : Number(short ?? year)));
    },
  );
  return /\p{Script=Thai}/u.test(text)
    ? common.replace(/(?<!\d)2[45]\d{2}(?!\d)/, (year) => String(Number(year) - THAI_YEARS))
    : common;
}

/**
 * Parses the date in a cell; undefined if it is not a date or is ambiguous.
 * @param order the order of the numbers in the file's dates, if known
 */
export function readDate(cell: string, order: DateOrder | undefined): ParsedDate | undefined {
  const text = inCommonFigures(cell.trim().replace(/^\[(.*)\]$/, "$1"));
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) return withInstant(yearFirst);
  const compact = COMPACT.exec(text);
  if (compact !== null) return parsed(compact[1], compact[2], compact[3]);
  if (text.length > MAX_LENGTH || !/\d/.test(text)) return undefined;
  const counted = ofCount(text);
  if (counted !== undefined) return counted;
  const monthAndYear = MONTH_AND_YEAR.exec(text);
  if (monthAndYear !== null) return parsed(monthAndYear[2], monthAndYear[1]);
  const figures = figuresOf(text);
  const spaced = figures === text ? null : YEAR_FIRST.exec(figures);
  return spaced === null ? (yearLast(figures, order) ?? withWords(text)) : withInstant(spaced);
}

/** A date given as a number of days or seconds since an epoch. */
function ofCount(text: string): ParsedDate | undefined {
  const [, days] = SERIAL.exec(text) ?? [];
  if (days !== undefined) return { date: dayAt(FIRST_SERIAL_DAY + Number(days) * DAY_SECONDS) };
  const [, seconds] = EPOCH.exec(text) ?? [];
  return seconds === undefined
    ? undefined
    : { date: dayAt(Number(seconds)), instant: Number(seconds) };
}

const DAY_SECONDS = 86_400;
const dayAt = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** The order of a date according to its numbers; if two are possible, the more usual one, with the year last. */
function evidentOrder(text: string): DateOrder | undefined {
  const shown = orderShown(text);
  if (typeof shown === "object") return "dmy";
  return shown === "ambiguous" ? undefined : shown;
}

function yearLast(text: string, order: DateOrder | undefined): ParsedDate | undefined {
  const [, first, separator, second, third] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined || second === undefined) return undefined;
  if (third?.length === 1 && order !== "ymd") return undefined;
  const isSame = Number(first) === Number(second);
  const evident = separator === "." ? "dmy" : evidentOrder(text);
  const known = order === "ymd" && third?.length !== 4 ? order : (evident ?? order);
  if (known === "ymd" && third?.length !== 4) return parsed(fullYear(first), second, third);
  if (!isSame && (known === undefined || known === "ymd")) return undefined;
  const [day, month] = known === "mdy" ? [second, first] : [first, second];
  return parsed(fullYear(third), month, day);
}

/** Parses dates with the name of a month, or with the words for year, month and day. */
function withWords(text: string): ParsedDate | undefined {
  const [, year, month, day] = EAST_ASIAN.exec(text) ?? [];
  if (year !== undefined) return parsed(year, month, day);
  const [, dayOf, monthOf, yearOf] = VIETNAMESE.exec(text) ?? [];
  if (yearOf !== undefined) return parsed(yearOf, monthOf, dayOf);
  const [, certain] = UNKNOWN_PARTS.exec(text) ?? [];
  if (certain !== undefined) return parsed(...(certain.split("-") as [string, string?]));
  const bare = text.replace(TIME_WITHIN, "").replace(TIME, "").replace(WEEKDAY, "");
  // `2021. 3. 5.`, `5. 3. 2021`
  const dotted = bare.replace(/\.\s+(?=\d)/g, ".").replace(/\.$/, "");
  const yearFirst = YEAR_FIRST.exec(dotted);
  if (yearFirst !== null) return withInstant(yearFirst);
  if (dotted !== text && dotted.includes(".") && YEAR_LAST.test(dotted))
    return yearLast(dotted, "dmy");
  return withMonthName(bare);
}

function withMonthName(text: string): ParsedDate | undefined {
  const tokens = text.toLowerCase().match(/[\p{L}\p{M}]+|\d+/gu) ?? [];
  if (tokens.length > 8) return undefined;
  const numbers = tokens.filter((token) => /^\d/.test(token));
  const words = tokens.filter((token) => !/^\d/.test(token));
  const months = words.flatMap((word) => monthNamed(word) ?? []);
  const others = words.filter(
    (word) => monthNamed(word) === undefined && !FILLER.test(word) && !isWeekday(word),
  );
  const month = CROATIAN_OCTOBER.test(text) ? 10 : months[0];
  if (month === undefined || months.length > 1 || others.length > 0) return undefined;
  const [, short] = MONTH_OF_YEAR.exec(text) ?? [];
  if (short !== undefined) return parsed(fullYear(short), String(month));
  if (numbers.length === 0 || numbers.length > 2) return undefined;
  const year = numbers.find(({ length }) => length === 4) ?? fullYear(numbers[1]);
  const day = numbers.find((number) => number !== year && number.length <= 2);
  if (year.length !== 4 || (numbers.length === 2 && day === undefined)) return undefined;
  return parsed(year, String(month), day);
}

/** Expands a two-digit year, which spreadsheets use for 1970 to 2069. */
function fullYear(year = ""): string {
  if (year.length === 4 || year === "") return year;
  return String(Number(year) + (Number(year) < 70 ? 2000 : 1900));
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
