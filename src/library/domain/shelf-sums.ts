import type { Format, Status } from "../../../contract/library-fields.ts";
import type { EntryReading } from "./entry.ts";
import { finishedBook, type FinishedBook } from "./period.ts";
import { addDay, readingDays, type DatedProgress, type ReadOnDay } from "./reading-days.ts";
import { COUNTED, noCounts, type StatusCounts } from "./shelf-counts.ts";

/**
 * The values of an entry that statistics sum: the catalogue's data of its book if there is any,
 * else the user's own.
 */
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

/**
 * Increased when the members of the sums change; stored sums of an earlier form are computed again.
 */
export const SUMS_FORM = 4;

/** Sums over some entries of a shelf, by name or period. */
interface Sums<Counts, Periods, Finishes, Days> {
  statuses: StatusCounts;
  /** Entries by rating, language, author and category. */
  ratings: Counts;
  languages: Counts;
  authors: Counts;
  categories: Counts;
  series: Counts;
  tags: Counts;
  /** By format and by decade of publication; `none` where it is unknown. */
  formats: Counts;
  decades: Counts;
  /** Finished read-throughs and their pages. */
  times: number;
  pages: number;
  /** By YYYY and by YYYY-MM. */
  years: Periods;
  months: Periods;
  /** Finished readings, by YYYY: each book once per year. */
  finished: Finishes;
  /** By progress, in the user's time zone. */
  days: Days;
}

/** The sums of a whole shelf. */
export type ShelfSums = Readonly<
  Sums<
    ReadonlyMap<string, number>,
    ReadonlyMap<string, Finished>,
    ReadonlyMap<string, readonly FinishedBook[]>,
    ReadonlyMap<string, ReadOnDay>
  >
>;

/**
 * A Map as JSON: a list of keys and a list of values. Parsing takes a third of the time of an
 * object with many names.
 */
type Lists<Value> = readonly [keys: readonly string[], values: readonly Value[]];

/**
 * The sums of a part of a shelf, as JSON. Sums of disjoint parts can be added. The years of
 * `finished` are keys, so that SQL can omit some.
 */
export interface PartSums extends Readonly<
  Sums<
    Lists<number>,
    Lists<Finished>,
    Readonly<Record<string, readonly FinishedBook[]>>,
    Lists<ReadOnDay>
  >
> {
  /** `SUMS_FORM` of the release that computed them; absent in sums of an earlier release. */
  readonly form?: number;
}

class Tally extends Map<string, number> {
  add(name: string, count = 1): void {
    this.set(name, (this.get(name) ?? 0) + count);
  }
}

class Periods extends Map<string, Finished> {
  add(period: string, [books, readings, pages]: Finished): void {
    const [b, r, p] = this.get(period) ?? [0, 0, 0];
    this.set(period, [b + books, r + readings, p + pages]);
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

type OpenSums = Sums<Tally, Periods, Map<string, FinishedBook[]>, Map<string, ReadOnDay>>;

function emptySums(): OpenSums {
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
    finished: new Map(),
    days: new Map(),
    times: 0,
    pages: 0,
    years: new Periods(),
    months: new Periods(),
  };
}

function asPart(sums: OpenSums): PartSums {
  const named = Object.fromEntries(NAMED.map((name) => [name, listsOf(sums[name])])) as Record<
    (typeof NAMED)[number],
    Lists<number>
  >;
  return {
    form: SUMS_FORM,
    ...sums,
    ...named,
    years: listsOf(sums.years),
    months: listsOf(sums.months),
    finished: Object.fromEntries(sums.finished),
    days: listsOf(sums.days),
  };
}

const listsOf = <Value>(map: ReadonlyMap<string, Value>): Lists<Value> => [
  [...map.keys()],
  [...map.values()],
];

/**
 * Sums entries. A reading without dates counts as finished. A completed book counts as read once
 * even without a reading.
 * @param timeZone of the days of progress
 */
export function sumsOf(entries: readonly SummedEntry[], timeZone: string): PartSums {
  const sums = emptySums();
  for (const entry of entries) {
    const { isbn, status, readings, pageCount = 0, progress } = entry;
    sums.statuses[status ?? "none"] += 1;
    addNames(sums, entry);
    const finished = finishedBook(isbn, pageCount, readings);
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
  return asPart(sums);
}

function addNames(sums: OpenSums, entry: SummedEntry): void {
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
function addFinished({ years, months, finished }: OpenSums, book: FinishedBook): void {
  const [isbn, pageCount, readings] = book;
  const days = readings.map(([day]) => day);
  addPeriods(
    years,
    days.map((day) => day.slice(0, 4)),
    pageCount,
  );
  const inMonth = days.filter((day) => day.length >= 7).map((day) => day.slice(0, 7));
  addPeriods(months, inMonth, pageCount);
  for (const year of new Set(days.map((day) => day.slice(0, 4)))) {
    const ofYear = readings.filter(([day]) => day.startsWith(year));
    addBooks(finished, year, [[isbn, pageCount, ofYear]]);
  }
}

function addBooks(
  finished: OpenSums["finished"],
  year: string,
  books: readonly FinishedBook[],
): void {
  const list = finished.get(year);
  if (list) list.push(...books);
  else finished.set(year, [...books]);
}

/** Adds the finished readings of one book. */
function addPeriods(sums: Periods, periods: readonly string[], pageCount: number): void {
  const seen = new Set<string>();
  for (const period of periods) {
    sums.add(period, [seen.has(period) ? 0 : 1, 1, pageCount]);
    seen.add(period);
  }
}

/** Adds the sums of all parts of a shelf. */
export function addSums(parts: readonly PartSums[]): ShelfSums {
  const sums = emptySums();
  for (const part of parts) {
    for (const name of COUNTED) sums.statuses[name] += part.statuses[name];
    for (const list of NAMED) eachOf(part[list], (name, count) => sums[list].add(name, count));
    for (const list of PERIODS) {
      eachOf(part[list], (period, finished) => sums[list].add(period, finished));
    }
    for (const [year, books] of Object.entries(part.finished)) {
      addBooks(sums.finished, year, books);
    }
    eachOf(part.days, (day, more) => addDay(sums.days, day, more));
    sums.times += part.times;
    sums.pages += part.pages;
  }
  return sums;
}

function eachOf<Value>([keys, values]: Lists<Value>, use: (key: string, value: Value) => void) {
  keys.forEach((key, index) => use(key, values[index] as Value));
}
