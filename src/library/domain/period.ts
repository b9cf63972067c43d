import type { LibraryStats } from "../../../contract/library-stats.ts";
import { defined } from "../../platform/defined.ts";
import { DAY_MS } from "../../platform/time.ts";
import type { EntryReading } from "./entry.ts";
import type { ReadingDays } from "./reading-days.ts";

/**
 * The finished readings of a book in a year: the end of each, and its duration in days if known.
 */
export type FinishedBook = readonly [isbn: string, pages: number, readings: readonly Reading[]];

type Reading = readonly [finishedAt: string, days: number | null];

/** A range of days (YYYY-MM-DD), both included. */
export interface Period {
  from: string;
  to: string;
}

/** The days of a year. */
export function yearPeriod(year: number): Period {
  const text = String(year).padStart(4, "0");
  return { from: `${text}-01-01`, to: `${text}-12-31` };
}

/** The finished readings of a book; undefined if no finish date is known. */
export function finishedBook(
  isbn: string,
  pageCount: number,
  readings: readonly EntryReading[],
): FinishedBook | undefined {
  const finished = readings.flatMap(({ startedAt, finishedAt }) =>
    finishedAt === undefined ? [] : [[finishedAt, daysBetween(startedAt, finishedAt)] as const],
  );
  return finished.length === 0 ? undefined : [isbn, pageCount, finished];
}

/** The number of days of a reading, both ends included; null unless both are known to the day. */
function daysBetween(startedAt: string | undefined, finishedAt: string): number | null {
  if (startedAt?.length !== 10 || finishedAt.length !== 10) return null;
  return Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / DAY_MS) + 1;
}

/** Whether all days of a partial date are in a period. */
export function isIn({ from, to }: Period, date: string): boolean {
  if (date.length === 10) return date >= from && date <= to;
  const first = date.length === 4 ? `${date}-01-01` : `${date}-01`;
  return first >= from && first <= to && lastDayOf(date) <= to;
}

function lastDayOf(date: string): string {
  if (date.length === 4) return `${date}-12-31`;
  const next = new Date(`${date}-01`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return new Date(next.getTime() - DAY_MS).toISOString().slice(0, 10);
}

type PeriodStats = LibraryStats["period"];

/** The statistics of a period. */
export function periodStats(
  period: Period,
  finished: ReadonlyMap<string, readonly FinishedBook[]>,
  days: ReadingDays,
): PeriodStats {
  const books = booksIn(period, finished);
  const sized = books
    .filter(({ pageCount }) => pageCount > 0)
    .map(({ isbn, pageCount }) => ({ isbn, pageCount }))
    .sort((one, other) => one.pageCount - other.pageCount || (one.isbn < other.isbn ? -1 : 1));
  return {
    ...period,
    books: books.length,
    readings: sum(books.map(({ readings }) => readings.length)),
    pages: sum(books.map(({ readings, pageCount }) => readings.length * pageCount)),
    ...defined({
      shortest: sized[0],
      longest: sized.at(-1),
      daysPerBook: daysPerBook(
        books.flatMap(({ readings }) => readings.flatMap(([, n]) => n ?? [])),
      ),
    }),
    progress: progressIn(period, days),
  };
}

/** The books that were finished in a period, each with its readings of all years. */
function booksIn(period: Period, finished: ReadonlyMap<string, readonly FinishedBook[]>) {
  const books = new Map<string, { isbn: string; pageCount: number; readings: Reading[] }>();
  for (const [year, ofYear] of finished) {
    if (year < period.from.slice(0, 4) || year > period.to.slice(0, 4)) continue;
    for (const [isbn, pageCount, all] of ofYear) {
      const readings = all.filter(([date]) => isIn(period, date));
      if (readings.length === 0) continue;
      const book = books.get(isbn);
      if (book) book.readings.push(...readings);
      else books.set(isbn, { isbn, pageCount, readings });
    }
  }
  return [...books.values()];
}

function daysPerBook(days: readonly number[]): PeriodStats["daysPerBook"] {
  if (days.length === 0) return undefined;
  const average = Math.round((sum(days) / days.length) * 10) / 10;
  return { average, least: Math.min(...days), most: Math.max(...days), readings: days.length };
}

function progressIn(period: Period, days: ReadingDays): PeriodStats["progress"] {
  const byDay = [...days]
    .filter(([date]) => isIn(period, date))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([date, [pages, minutes, records]]) => ({ date, pages, minutes, records }));
  const pages = sum(byDay.map((day) => day.pages));
  const minutes = sum(byDay.map((day) => day.minutes));
  const pagesPerDay = byDay.length === 0 ? 0 : Math.round((pages / byDay.length) * 10) / 10;
  return { days: byDay.length, pages, minutes, pagesPerDay, byDay };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
