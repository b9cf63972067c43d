import type { Format, Status } from "../../../contract/library-fields.ts";
import type { EntryReading } from "./entry.ts";
import { finishedBook, type FinishedBook } from "./period.ts";
import {
  addDay,
  readingDays,
  type DatedProgress,
  type ReadingDays,
  type ReadOnDay,
} from "./reading-days.ts";
import { COUNTED, noCounts, type StatusCounts } from "./shelf-counts.ts";

/** An entry as its statistics see it: the catalogue's data of its book if there is any, else the user's own. */
export interface SummedEntry {
  isbn: string;
  status?: Status | undefined;
  rating?: number | undefined;
  readings: readonly EntryReading[];
  pageCount?: number | undefined;
  language?: string | undefined;
  authors: readonly string[];
  categories: readonly string[];
  format?: Format | undefined;
  /** Year of publication. */
  year?: number | undefined;
  series: readonly string[];
  tags: readonly string[];
  /** By reading, then by time. */
  progress: readonly DatedProgress[];
}

/** Finished readings of a period: distinct books, readings, and pages. */
export type Finished = readonly [books: number, readings: number, pages: number];

/** Raised when sums change their members: those that are stored in an earlier form are made again. */
export const SUMS_FORM = 3;

/** Sums over some entries of a shelf. Sums of disjoint sets of entries can be added. */
export interface ShelfSums {
  /** `SUMS_FORM` of the release that made them; absent in sums of an earlier release. */
  form?: number;
  statuses: StatusCounts;
  /** Entries by rating, language, author and category. */
  ratings: Readonly<Record<string, number>>;
  languages: Readonly<Record<string, number>>;
  authors: Readonly<Record<string, number>>;
  categories: Readonly<Record<string, number>>;
  series: Readonly<Record<string, number>>;
  tags: Readonly<Record<string, number>>;
  /** By format and by decade of publication; `none` where it is unknown. */
  formats: Readonly<Record<string, number>>;
  decades: Readonly<Record<string, number>>;
  /** Finished read-throughs and their pages. */
  times: number;
  pages: number;
  /** By YYYY and by YYYY-MM. */
  years: Readonly<Record<string, Finished>>;
  months: Readonly<Record<string, Finished>>;
  /** Books with finished readings. */
  finished: readonly FinishedBook[];
  /** By progress, in the user's time zone. */
  days: ReadingDays;
}

/** An object in which any text, such as `constructor`, is a name like others. */
const dictionary = <Value>() => Object.create(null) as Record<string, Value>;

class Tally {
  readonly all = dictionary<number>();

  add(name: string, count = 1): void {
    this.all[name] = (this.all[name] ?? 0) + count;
  }
}

class Periods {
  readonly all = dictionary<Finished>();

  add(period: string, [books, readings, pages]: Finished): void {
    const [b, r, p] = this.all[period] ?? [0, 0, 0];
    this.all[period] = [b + books, r + readings, p + pages];
  }
}

const NAMED = [
  "ratings",
  "languages",
  "authors",
  "categories",
  "series",
  "tags",
  "formats",
  "decades",
] as const;
const PERIODS = ["years", "months"] as const;

function emptySums() {
  return {
    statuses: noCounts(),
    ratings: new Tally(),
    languages: new Tally(),
    authors: new Tally(),
    categories: new Tally(),
    series: new Tally(),
    tags: new Tally(),
    formats: new Tally(),
    decades: new Tally(),
    finished: [] as FinishedBook[],
    days: new Map<string, ReadOnDay>(),
    times: 0,
    pages: 0,
    years: new Periods(),
    months: new Periods(),
  };
}

function closed(sums: ReturnType<typeof emptySums>): ShelfSums {
  const { years, months, days, ...rest } = sums;
  const named = Object.fromEntries(NAMED.map((name) => [name, sums[name].all])) as Record<
    (typeof NAMED)[number],
    Record<string, number>
  >;
  return {
    form: SUMS_FORM,
    ...rest,
    ...named,
    years: years.all,
    months: months.all,
    days: Object.fromEntries(days),
  };
}

/**
 * Sums entries. A reading without dates has ended. A completed book counts as read once even without a reading.
 * @param timeZone of the days of progress
 */
export function sumsOf(entries: readonly SummedEntry[], timeZone: string): ShelfSums {
  const sums = emptySums();
  for (const entry of entries) {
    const { isbn, status, readings, pageCount = 0, progress } = entry;
    sums.statuses[status ?? "none"] += 1;
    addNames(sums, entry);
    const finished = finishedBook(isbn, pageCount, readings);
    if (finished) sums.finished.push(finished);
    if (progress.length > 0) {
      for (const [day, more] of readingDays(progress, entry.pageCount, timeZone)) {
        addDay(sums.days, day, more);
      }
    }
    const ended = readings.filter(
      ({ startedAt, finishedAt }) => finishedAt !== undefined || startedAt === undefined,
    ).length;
    const times = Math.max(status === "completed" ? 1 : 0, ended);
    sums.times += times;
    sums.pages += times * pageCount;
    if (finished) addFinished(sums, finished);
  }
  return closed(sums);
}

function addNames(sums: ReturnType<typeof emptySums>, entry: SummedEntry): void {
  const { rating, language, format = "none", year } = entry;
  if (rating !== undefined) sums.ratings.add(String(rating));
  if (language !== undefined) sums.languages.add(language);
  sums.formats.add(format);
  sums.decades.add(year === undefined ? "none" : String(Math.floor(year / 10) * 10));
  for (const list of ["authors", "categories", "series", "tags"] as const) {
    const names = entry[list];
    for (const name of names.length > 1 ? new Set(names) : names) sums[list].add(name);
  }
}

/** Adds the finished readings of one book to its years and months. */
function addFinished(
  { years, months }: Pick<ReturnType<typeof emptySums>, "years" | "months">,
  [, pageCount, readings]: FinishedBook,
): void {
  const days = readings.map(([day]) => day);
  addPeriods(
    years,
    days.map((day) => day.slice(0, 4)),
    pageCount,
  );
  const inMonth = days.filter((day) => day.length >= 7).map((day) => day.slice(0, 7));
  addPeriods(months, inMonth, pageCount);
}

/** Adds the finished readings of one book. */
function addPeriods(sums: Periods, periods: readonly string[], pageCount: number): void {
  const seen = new Set<string>();
  for (const period of periods) {
    sums.add(period, [seen.has(period) ? 0 : 1, 1, pageCount]);
    seen.add(period);
  }
}

/** Adds sums of disjoint sets of entries. */
export function addSums(all: readonly ShelfSums[]): ShelfSums {
  const sums = emptySums();
  for (const one of all) {
    for (const name of COUNTED) sums.statuses[name] += one.statuses[name];
    for (const list of NAMED) {
      const counts = one[list];
      for (const name in counts) sums[list].add(name, counts[name]);
    }
    for (const list of PERIODS) {
      for (const [period, finished] of Object.entries(one[list])) sums[list].add(period, finished);
    }
    sums.finished.push(...one.finished);
    for (const [day, more] of Object.entries(one.days)) addDay(sums.days, day, more);
    sums.times += one.times;
    sums.pages += one.pages;
  }
  return closed(sums);
}
