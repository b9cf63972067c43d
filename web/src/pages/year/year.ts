/** A year in books, computed from the shelf on the device; nothing leaves the browser. */
import type { ListedBook } from "../../state/library.ts";

/** A book finished in the year. */
export interface YearBook {
  readonly isbn: string;
  readonly title: string;
  readonly authors: readonly string[];
  readonly rating: number | undefined;
  readonly pageCount: number | undefined;
  /** The latest finish date in this year, as precisely as known. */
  readonly finishedAt: string;
  readonly readings: number;
}

export interface Year {
  /** By finish date; those with only a year come last. */
  readonly books: readonly YearBook[];
  readonly readings: number;
  readonly pages: number;
  /** Readings by month, and those with only a year. */
  readonly months: readonly number[];
  readonly withoutMonth: number;
  readonly averageRating: number | undefined;
  readonly rated: number;
  /** At most six, the best first. */
  readonly best: readonly YearBook[];
  readonly longest: YearBook | undefined;
  readonly shortest: YearBook | undefined;
  /** Authors of at least two of the books. */
  readonly authors: readonly { readonly name: string; readonly books: number }[];
}

const MAX_BEST = 6;
const MAX_AUTHORS = 5;

export function yearOf(shelf: readonly ListedBook[], year: number): Year {
  const prefix = yearText(year);
  const dates: string[] = [];
  const books = shelf.flatMap((book): YearBook[] => {
    const finished = book.readings
      .flatMap(({ finishedAt }) => finishedAt ?? [])
      .filter((date) => date.startsWith(prefix))
      .toSorted();
    const last = finished.at(-1);
    if (last === undefined) return [];
    dates.push(...finished);
    const { isbn, title, authors, rating, pageCount } = book;
    const readings = finished.length;
    return [{ isbn, title, authors, rating, pageCount, finishedAt: last, readings }];
  });
  books.sort((one, other) => compare(sortKey(one), sortKey(other)));
  const rated = books.filter((book) => book.rating !== undefined);
  const sized = books
    .filter(({ pageCount = 0 }) => pageCount > 0)
    .toSorted(
      (one, other) =>
        (one.pageCount ?? 0) - (other.pageCount ?? 0) || compare(one.isbn, other.isbn),
    );
  return {
    books,
    readings: dates.length,
    pages: sum(books.map(({ readings, pageCount = 0 }) => readings * pageCount)),
    months: Array.from(
      { length: 12 },
      (_, index) => dates.filter((date) => Number(date.slice(5, 7)) === index + 1).length,
    ),
    withoutMonth: dates.filter((date) => date.length === 4).length,
    rated: rated.length,
    averageRating:
      rated.length === 0
        ? undefined
        : Math.round((sum(rated.map(({ rating = 0 }) => rating)) / rated.length) * 100) / 100,
    best: rated
      .toSorted((one, other) => (other.rating ?? 0) - (one.rating ?? 0))
      .slice(0, MAX_BEST),
    longest: sized.at(-1),
    shortest: sized[0],
    authors: authorsOf(books),
  };
}

function authorsOf(books: readonly YearBook[]): Year["authors"] {
  const counts = new Map<string, number>();
  for (const { authors } of books) {
    for (const name of new Set(authors)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, books: count }))
    .filter((one) => one.books > 1)
    .toSorted((one, other) => other.books - one.books || compare(one.name, other.name))
    .slice(0, MAX_AUTHORS);
}

/** The years in which books were finished, oldest first. */
export function yearsWithBooks(shelf: readonly ListedBook[]): number[] {
  const years = new Set<number>();
  for (const { readings } of shelf) {
    for (const { finishedAt } of readings) {
      if (finishedAt !== undefined) years.add(Number(finishedAt.slice(0, 4)));
    }
  }
  return [...years].toSorted((one, other) => one - other);
}

/** The year in the path; undefined for anything else. */
export const parseYear = (text: string | undefined): number | undefined =>
  /^\d{4}$/.test(text ?? "") ? Number(text) : undefined;

/** The nearest years with books before and after a year. */
export function neighbours(
  years: readonly number[],
  year: number,
): { before: number | undefined; after: number | undefined } {
  return {
    before: years.findLast((one) => one < year),
    after: years.find((one) => one > year),
  };
}

const yearText = (year: number): string => String(year).padStart(4, "0");

/** Sorts exact dates first, then months, then years. */
const sortKey = ({ finishedAt, isbn }: YearBook): string =>
  `${finishedAt.slice(5, 7) || "99"}${finishedAt.slice(8) || "99"}${isbn}`;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
