/** The data of the charts, derived from the service's statistics so that every table adds up. */
import type { LibraryStats } from "../../../../client/src/index.ts";

type Period = LibraryStats["period"];

/** Finished readings and their pages. */
export interface Amount {
  readonly readings: number;
  readonly pages: number;
}

/** Maximum number of years shown without gaps. */
const MAX_YEARS = 60;
/** Maximum lengths of periods, in days, that are shown by day and by week. */
const MAX_DAYS = 45;
const MAX_DAYS_IN_WEEKS = 400;
const MAX_DAYS_IN_MONTHS = 2000;
const DAY_MS = 86_400_000;

/** The months of the year, and readings finished in it without a month. */
export function monthsOf({ year, byMonth, byYear }: LibraryStats): {
  months: readonly (Amount & { readonly month: number })[];
  unknown: Amount;
} {
  const whole = byYear.find((one) => one.year === year) ?? { readings: 0, pages: 0 };
  return { months: byMonth, unknown: without(whole, byMonth) };
}

/**
 * The years with readings and, if there are not too many, those between them; and readings without
 * a finish date.
 */
export function yearsOf({ byYear, readings, pages }: LibraryStats): {
  years: readonly (Amount & { readonly year: number })[];
  unknown: Amount;
} {
  const [first, last] = [byYear[0]?.year ?? 0, byYear.at(-1)?.year ?? -1];
  const known = new Map(byYear.map((one) => [one.year, one]));
  const years =
    last - first >= MAX_YEARS
      ? byYear
      : Array.from(
          { length: last - first + 1 },
          (_, index) => known.get(first + index) ?? { year: first + index, readings: 0, pages: 0 },
        );
  return { years, unknown: without({ readings, pages }, byYear) };
}

const without = (whole: Amount, parts: readonly Amount[]): Amount => ({
  readings: whole.readings - sum(parts.map(({ readings }) => readings)),
  pages: whole.pages - sum(parts.map(({ pages }) => pages)),
});

/** Books by every quarter star, and those without a rating. */
export function ratingsOf({ ratings, books }: LibraryStats): {
  stars: readonly { readonly rating: number; readonly count: number }[];
  unrated: number;
} {
  const counts = new Map(ratings.map(({ rating, count }) => [rating, count]));
  return {
    stars: Array.from({ length: 20 }, (_, index) => {
      const rating = (index + 1) / 4;
      return { rating, count: counts.get(rating) ?? 0 };
    }),
    unrated: books - sum(ratings.map(({ count }) => count)),
  };
}

/** The number of books not covered by a list with one value per book. */
export const restOf = (books: number, list: readonly { readonly books: number }[]): number =>
  books - sum(list.map((one) => one.books));

export type BucketSize = "day" | "week" | "month" | "year";

/** Pages from progress between two days, inclusive. */
export interface Bucket {
  readonly from: string;
  readonly pages: number;
}

/**
 * Pages from progress over a period, from the first to the last day with progress, in a limited
 * number of buckets.
 */
export function pagesOverTime({ progress: { byDay } }: Period): {
  size: BucketSize;
  buckets: readonly Bucket[];
} {
  const [first, last] = [byDay[0]?.date, byDay.at(-1)?.date];
  if (first === undefined || last === undefined) return { size: "day", buckets: [] };
  const size = sizeFor((Date.parse(last) - Date.parse(first)) / DAY_MS + 1);
  const pages = new Map<string, number>();
  for (let at = startOf(first, size); at <= last; at = next(at, size)) pages.set(at, 0);
  for (const day of byDay) {
    const start = startOf(day.date, size);
    pages.set(start, (pages.get(start) ?? 0) + day.pages);
  }
  return { size, buckets: [...pages].map(([from, count]) => ({ from, pages: count })) };
}

const sizeFor = (days: number): BucketSize =>
  days <= MAX_DAYS
    ? "day"
    : days <= MAX_DAYS_IN_WEEKS
      ? "week"
      : days <= MAX_DAYS_IN_MONTHS
        ? "month"
        : "year";

/** The first day of the bucket of a day; weeks begin on Monday. */
function startOf(day: string, size: BucketSize): string {
  if (size === "day") return day;
  if (size === "month") return `${day.slice(0, 7)}-01`;
  if (size === "year") return `${day.slice(0, 4)}-01-01`;
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  return textOf(Date.parse(day) - weekday * DAY_MS);
}

function next(start: string, size: BucketSize): string {
  const date = new Date(start);
  if (size === "day") date.setUTCDate(date.getUTCDate() + 1);
  if (size === "week") date.setUTCDate(date.getUTCDate() + 7);
  if (size === "month") date.setUTCMonth(date.getUTCMonth() + 1);
  if (size === "year") date.setUTCFullYear(date.getUTCFullYear() + 1);
  return textOf(date.getTime());
}

const textOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
