/**
 * Numbers and dates in the user's language and region. A component that calls one of these follows
 * changes of the language.
 */
import { locale, type Locale } from "./locale.ts";

const formats = new Map<string, unknown>();

/**
 * The language with the browser's region, which determines the format of dates and numbers: `en-GB`
 * for English in Britain.
 */
const regional = (language: Locale): string =>
  navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;

function kept<Format>(name: string, make: (language: string) => Format): Format {
  const key = `${locale.value} ${name}`;
  const found = (formats.get(key) as Format | undefined) ?? make(regional(locale.value));
  formats.set(key, found);
  return found;
}

export const formatNumber = (value: number): string =>
  kept("number", (language) => new Intl.NumberFormat(language)).format(value);

/** @param value 0 to 1 */
export const formatPercent = (value: number): string =>
  kept("percent", (language) => new Intl.NumberFormat(language, { style: "percent" })).format(
    value,
  );

/** "1.5 MB" */
export const formatMegabytes = (bytes: number): string =>
  kept(
    "megabytes",
    (language) =>
      new Intl.NumberFormat(language, {
        style: "unit",
        unit: "megabyte",
        maximumFractionDigits: 1,
      }),
  ).format(bytes / 1e6);

/** "a, b and c" */
export const formatList = (items: readonly string[]): string =>
  kept("list", (language) => new Intl.ListFormat(language, { type: "conjunction" })).format(items);

/**
 * Formats a date from the service: a year, a month or a day (`2024`, `2024-03`, `2024-03-09`).
 * Other texts are returned unchanged.
 */
export function formatPartialDate(date: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date) ?? [];
  if (year === undefined) return date;
  if (month === undefined) return year;
  const options: Intl.DateTimeFormatOptions =
    day === undefined ? { year: "numeric", month: "long" } : { dateStyle: "medium" };
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1));
  return kept(
    day === undefined ? "month" : "day",
    (language) => new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }),
  ).format(at);
}

/** A moment, in the time zone of the device. @param at ISO 8601 or ms since the epoch */
export const formatMoment = (at: string | number): string =>
  kept(
    "moment",
    (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }),
  ).format(new Date(at));

/** The name of a month. @param width `narrow` is one letter in most languages */
export const formatMonth = (month: number, width: "long" | "short" | "narrow"): string =>
  kept(
    `month-${width}`,
    (language) => new Intl.DateTimeFormat(language, { month: width, timeZone: "UTC" }),
  ).format(Date.UTC(2024, month - 1, 1));

/**
 * The name of a language.
 * @param tag BCP 47, such as `en` or `pt-BR`; returned unchanged if it has no name
 */
export function formatLanguage(tag: string): string {
  try {
    const names = kept(
      "names",
      (language) => new Intl.DisplayNames(language, { type: "language" }),
    );
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A moment of today, in the time zone of the device: "14:32". @param at ISO 8601 or ms since the epoch */
export const formatTime = (at: string | number): string =>
  kept("time", (language) => new Intl.DateTimeFormat(language, { timeStyle: "short" })).format(
    new Date(at),
  );
