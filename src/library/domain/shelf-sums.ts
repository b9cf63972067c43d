import type { LibraryStats } from "../../../contract/library.ts";
import type { Status } from "../../../contract/library-fields.ts";
import type { EntryReading } from "./entry.ts";
import { COUNTED, noCounts, totalOf, type StatusCounts } from "./shelf-counts.ts";

/** An entry as its statistics see it: the catalogue's data of its book if there is any, else the user's own. */
export interface SummedEntry {
  status?: Status | undefined;
  rating?: number | undefined;
  readings: readonly EntryReading[];
  pageCount?: number | undefined;
  language?: string | undefined;
  authors: readonly string[];
  categories: readonly string[];
}

/** Finished readings of a period: distinct books, readings, and pages. */
type Finished = readonly [books: number, readings: number, pages: number];

/** Sums over some entries of a shelf. Sums of disjoint sets of entries can be added. */
export interface ShelfSums {
  statuses: StatusCounts;
  /** Entries by rating, language, author and category. */
  ratings: Readonly<Record<string, number>>;
  languages: Readonly<Record<string, number>>;
  authors: Readonly<Record<string, number>>;
  categories: Readonly<Record<string, number>>;
  /** Finished read-throughs and their pages. */
  times: number;
  pages: number;
  /** By YYYY and by YYYY-MM. */
  years: Readonly<Record<string, Finished>>;
  months: Readonly<Record<string, Finished>>;
}

class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  all(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

class Periods {
  readonly #periods = new Map<string, Finished>();

  add(period: string, [books, readings, pages]: Finished): void {
    const [b, r, p] = this.#periods.get(period) ?? [0, 0, 0];
    this.#periods.set(period, [b + books, r + readings, p + pages]);
  }

  all(): Record<string, Finished> {
    return Object.fromEntries(this.#periods);
  }
}

const NAMED = ["ratings", "languages", "authors", "categories"] as const;
const PERIODS = ["years", "months"] as const;

function emptySums() {
  return {
    statuses: noCounts(),
    ratings: new Tally(),
    languages: new Tally(),
    authors: new Tally(),
    categories: new Tally(),
    times: 0,
    pages: 0,
    years: new Periods(),
    months: new Periods(),
  };
}

function closed(sums: ReturnType<typeof emptySums>): ShelfSums {
  const { ratings, languages, authors, categories, years, months } = sums;
  return {
    ...sums,
    ratings: ratings.all(),
    languages: languages.all(),
    authors: authors.all(),
    categories: categories.all(),
    years: years.all(),
    months: months.all(),
  };
}

/**
 * Sums entries. A reading without dates has ended. A completed book counts as read once even without a reading.
 */
export function sumsOf(entries: readonly SummedEntry[]): ShelfSums {
  const sums = emptySums();
  for (const entry of entries) {
    const { status, rating, readings, pageCount = 0, language } = entry;
    sums.statuses[status ?? "none"] += 1;
    if (rating !== undefined) sums.ratings.add(String(rating));
    if (language !== undefined) sums.languages.add(language);
    for (const name of new Set(entry.authors)) sums.authors.add(name);
    for (const name of new Set(entry.categories)) sums.categories.add(name);
    const ended = readings.filter(
      ({ startedAt, finishedAt }) => finishedAt !== undefined || startedAt === undefined,
    ).length;
    const times = Math.max(status === "completed" ? 1 : 0, ended);
    sums.times += times;
    sums.pages += times * pageCount;
    const days = readings.flatMap(({ finishedAt }) => finishedAt ?? []);
    addPeriods(
      sums.years,
      days.map((day) => day.slice(0, 4)),
      pageCount,
    );
    const months = days.filter((day) => day.length >= 7).map((day) => day.slice(0, 7));
    addPeriods(sums.months, months, pageCount);
  }
  return closed(sums);
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
      for (const [name, count] of Object.entries(one[list])) sums[list].add(name, count);
    }
    for (const list of PERIODS) {
      for (const [period, finished] of Object.entries(one[list])) sums[list].add(period, finished);
    }
    sums.times += one.times;
    sums.pages += one.pages;
  }
  return closed(sums);
}

/** The statistics of a shelf with these sums. @param year the year of `byMonth` */
export function statsOf(sums: ShelfSums, year: number): LibraryStats {
  const ratings = Object.entries(sums.ratings)
    .map(([rating, count]) => ({ rating: Number(rating), count }))
    .sort((one, other) => one.rating - other.rating);
  const rated = ratings.reduce((total, { count }) => total + count, 0);
  const stars = ratings.reduce((total, { rating, count }) => total + rating * count, 0);
  return {
    books: totalOf(sums.statuses),
    byStatus: sums.statuses,
    ratings,
    ...(rated === 0 ? {} : { averageRating: Math.round((stars / rated) * 100) / 100 }),
    readings: sums.times,
    pages: sums.pages,
    year,
    byMonth: Array.from({ length: 12 }, (_, index) => ({
      month: index + 1,
      ...finishedIn(sums.months, `${yearText(year)}-${String(index + 1).padStart(2, "0")}`),
    })),
    byYear: Object.keys(sums.years)
      .sort()
      .map((period) => ({ year: Number(period), ...finishedIn(sums.years, period) })),
    topAuthors: mostFrequent(sums.authors).slice(0, 10),
    categories: mostFrequent(sums.categories).slice(0, 50),
    languages: mostFrequent(sums.languages).map(({ name: language, books }) => ({
      language,
      books,
    })),
  };
}

const yearText = (year: number): string => String(year).padStart(4, "0");

function finishedIn(periods: Readonly<Record<string, Finished>>, period: string) {
  const [books, readings, pages] = periods[period] ?? [0, 0, 0];
  return { books, readings, pages };
}

/** Names by number of books, then by name. */
function mostFrequent(counts: Readonly<Record<string, number>>): { name: string; books: number }[] {
  return Object.entries(counts)
    .map(([name, books]) => ({ name, books }))
    .sort((one, other) => other.books - one.books || (one.name < other.name ? -1 : 1));
}
