import type { LibraryStats } from "../../../contract/library-stats.ts";
import { formatSchema } from "../../../contract/library-fields.ts";
import { defined } from "../../platform/defined.ts";
import { presentGoal, type DoneInYear, type StoredGoal } from "./goals.ts";
import { periodStats, type Period } from "./period.ts";
import { streaksOf } from "./reading-days.ts";
import { totalOf } from "./shelf-counts.ts";
import type { Finished, ShelfSums } from "./shelf-sums.ts";

/** Maximum number of series and tags that are listed, most frequent first. */
const MAX_NAMES = 200;

/** The state that a shelf's statistics depend on, besides the time. */
export interface ShelfState {
  seq: number;
  timeZone: string;
}

/** The request: the year of `byMonth`, and the period, by default that year. */
export interface StatsQuery {
  year: number;
  period: Period;
}

/**
 * The statistics of a shelf with these sums.
 * @param user the user's time zone, today there, and the goal of the year
 */
export function statsOf(
  sums: ShelfSums,
  { year, period }: StatsQuery,
  user: { timeZone: string; today: string; goal?: StoredGoal | undefined },
): LibraryStats {
  const ratings = [...sums.ratings]
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
    byYear: [...sums.years.keys()]
      .sort()
      .map((period) => ({ year: Number(period), ...finishedIn(sums.years, period) })),
    topAuthors: mostFrequent(sums.authors, 10),
    categories: mostFrequent(sums.categories, 50),
    languages: mostFrequent(sums.languages).map(({ name: language, books }) => ({
      language,
      books,
    })),
    decades: [...sums.decades]
      .map(([decade, books]) => ({ decade: decade === "none" ? null : Number(decade), books }))
      .sort((one, other) => (one.decade ?? Infinity) - (other.decade ?? Infinity)),
    formats: mostFrequent(sums.formats).map(({ name, books }) => ({
      format: formatSchema.safeParse(name).data ?? "none",
      books,
    })),
    series: mostFrequent(sums.series, MAX_NAMES),
    tags: mostFrequent(sums.tags, MAX_NAMES),
    timeZone: user.timeZone,
    streak: streaksOf(sums.days, user.today),
    period: periodStats(period, sums.finished, sums.days),
    ...defined({ goal: user.goal && presentGoal(user.goal, doneIn(sums, year), user.today) }),
  };
}

/** What was read in a year, as a goal counts it. */
export function doneIn(sums: ShelfSums, year: number): DoneInYear {
  const { readings, pages } = finishedIn(sums.years, yearText(year));
  const ofYear = [...sums.days].filter(([day]) => day.startsWith(`${yearText(year)}-`));
  const minutes = ofYear.reduce((total, [, [, more]]) => total + more, 0);
  return { books: readings, pages, minutes };
}

const yearText = (year: number): string => String(year).padStart(4, "0");

function finishedIn(periods: ReadonlyMap<string, Finished>, period: string) {
  const [books, readings, pages] = periods.get(period) ?? [0, 0, 0];
  return { books, readings, pages };
}

interface NamedCount {
  name: string;
  books: number;
}

const byBooks = (one: NamedCount, other: NamedCount): number =>
  other.books - one.books || (one.name < other.name ? -1 : 1);

/**
 * The first names by number of books, then by name. Names beyond the limit are dropped early:
 * sorting all authors of a large shelf would take longer than all other statistics.
 */
function mostFrequent(counts: ReadonlyMap<string, number>, limit: number = Infinity): NamedCount[] {
  let first: NamedCount[] = [];
  let last: NamedCount | undefined;
  for (const [name, books] of counts) {
    if (last && (books < last.books || (books === last.books && name > last.name))) continue;
    first.push({ name, books });
    if (first.length < 2 * limit) continue;
    first = first.sort(byBooks).slice(0, limit);
    last = first.at(-1);
  }
  return first.sort(byBooks).slice(0, limit);
}
