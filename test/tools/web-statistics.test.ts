/** The numbers of the web app equal the statistics of the service, on generated shelves. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { LibraryStats } from "../../client/src/index.ts";
import { isIn, yearPeriod } from "../../src/library/domain/period.ts";
import { statsOf } from "../../src/library/domain/shelf-stats.ts";
import { addSums, sumsOf, type SummedEntry } from "../../src/library/domain/shelf-sums.ts";
import { goalLines, shareOfYear } from "../../web/src/pages/stats/goal.ts";
import {
  monthsOf,
  pagesOverTime,
  ratingsOf,
  restOf,
  yearsOf,
} from "../../web/src/pages/stats/numbers.ts";
import { yearOf } from "../../web/src/pages/year/year.ts";
import type { ListedBook } from "../../web/src/state/library.ts";

const date = fc
  .record({
    year: fc.integer({ min: 2020, max: 2023 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    length: fc.constantFrom(4, 7, 10),
  })
  .map(({ year, month, day, length }) =>
    `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`.slice(0, length),
  );

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

const entry: fc.Arbitrary<Omit<SummedEntry, "isbn">> = fc.record({
  status: optional(fc.constantFrom("want_to_read" as const, "completed" as const)),
  rating: optional(fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4)),
  readings: fc.array(
    fc.record({ id: fc.uuid(), startedAt: fc.constant(undefined), finishedAt: optional(date) }),
    { maxLength: 3 },
  ),
  pageCount: optional(fc.integer({ min: 1, max: 900 })),
  language: optional(fc.constantFrom("de", "en")),
  authors: fc.subarray(["Le Guin", "Butler", "Lem"]),
  categories: fc.constant([]),
  format: optional(fc.constantFrom("ebook" as const, "paperback" as const)),
  year: optional(fc.integer({ min: 1950, max: 2023 })),
  series: fc.constant([]),
  tags: fc.constant([]),
  progress: fc
    .array(
      fc.record({
        readingId: fc.constant("r"),
        page: fc.nat(900),
        at: fc.integer({ min: Date.UTC(2021, 0), max: Date.UTC(2022, 11, 31) }),
      }),
      { maxLength: 4 },
    )
    .map((list) => list.toSorted((one, other) => one.at - other.at)),
});

const shelf = fc
  .array(entry, { maxLength: 25 })
  .map((entries) => entries.map((one, index): SummedEntry => ({ ...one, isbn: `978${index}` })));

function statsOfShelf(entries: readonly SummedEntry[], year: number): LibraryStats {
  const query = { year, period: yearPeriod(year) };
  const goal = { year, books: 12, pages: 4000, version: 1 };
  const user = { timeZone: "UTC", today: "2022-05-05", goal };
  return asSent(statsOf(addSums([sumsOf(entries, "UTC")]), query, user));
}

/** Statistics as a client reads them. */
const asSent = (stats: ReturnType<typeof statsOf>): LibraryStats =>
  JSON.parse(JSON.stringify(stats)) as LibraryStats;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const years = fc.integer({ min: 2020, max: 2024 });

it("has tables that add up to their totals", () => {
  fc.assert(
    fc.property(shelf, years, (entries, year) => {
      const stats = statsOfShelf(entries, year);
      const { months, unknown } = monthsOf(stats);
      const whole = stats.byYear.find((one) => one.year === year);
      for (const part of ["readings", "pages"] as const) {
        expect(total(months.map((one) => one[part])) + unknown[part]).toBe(whole?.[part] ?? 0);
        const all = yearsOf(stats);
        expect(total(all.years.map((one) => one[part])) + all.unknown[part]).toBe(stats[part]);
        expect(Math.min(unknown[part], all.unknown[part])).toBeGreaterThanOrEqual(0);
      }
      const { stars, unrated } = ratingsOf(stats);
      expect(total(stars.map(({ count }) => count)) + unrated).toBe(entries.length);
      expect(restOf(stats.books, stats.formats)).toBe(0);
      expect(restOf(stats.books, stats.decades)).toBe(0);
      expect(restOf(stats.books, stats.languages)).toBe(
        entries.filter(({ language }) => language === undefined).length,
      );
    }),
  );
});

it("divides the pages of the period into few buckets without gaps", () => {
  fc.assert(
    fc.property(shelf, fc.constantFrom(2020, 2021, 2022), fc.boolean(), (entries, year, isAll) => {
      const range = isAll ? { from: "0001-01-01", to: "9999-12-31" } : yearPeriod(year);
      const user = { timeZone: "UTC", today: "2022-05-05" };
      const { period } = asSent(
        statsOf(addSums([sumsOf(entries, "UTC")]), { year, period: range }, user),
      );
      const { buckets, size } = pagesOverTime(period);
      expect(total(buckets.map(({ pages }) => pages))).toBe(period.progress.pages);
      expect(buckets.length).toBeLessThanOrEqual(70);
      expect(buckets.map(({ from }) => from)).toEqual(
        [...new Set(buckets.map(({ from }) => from))].toSorted(),
      );
      if (size !== "day") return;
      const days = buckets.map(({ from }) => Date.parse(from) / 86_400_000);
      days.slice(1).forEach((day, index) => expect(day - (days[index] ?? 0)).toBe(1));
    }),
  );
});

it("computes a goal on the device as the service does", () => {
  fc.assert(
    fc.property(shelf, years, (entries, year) => {
      const stats = statsOfShelf(entries, year);
      const targets = { books: 12, pages: 4000 };
      const today = "2022-05-05";
      const { goal, ...withoutGoal } = stats;
      const lines = goalLines(year, { stats: withoutGoal, targets, today });
      expect(lines).toEqual(goalLines(year, { stats, targets, today }));
      expect(lines.map(({ done }) => done)).toEqual([goal?.done.books, goal?.done.pages]);
      const isRunning = shareOfYear(year, today) > 0 && shareOfYear(year, today) < 1;
      expect(lines[0]?.ahead).toBe(isRunning ? goal?.ahead.books : undefined);
    }),
  );
});

it("computes the year in books from the device's shelf with the numbers of the service", () => {
  fc.assert(
    fc.property(shelf, years, (entries, year) => {
      const stats = statsOfShelf(entries, year);
      const local = yearOf(
        entries.map(
          (one) =>
            ({
              ...one,
              title: `Book ${one.isbn}`,
              authors: [...one.authors],
            }) as unknown as ListedBook,
        ),
        year,
      );
      const { period } = stats;
      expect([local.books.length, local.readings, local.pages]).toEqual([
        period.books,
        period.readings,
        period.pages,
      ]);
      expect(local.months).toEqual(stats.byMonth.map(({ readings }) => readings));
      expect(local.withoutMonth).toBe(monthsOf(stats).unknown.readings);
      expect([local.longest?.isbn, local.shortest?.isbn]).toEqual([
        period.longest?.isbn,
        period.shortest?.isbn,
      ]);
      for (const { finishedAt } of local.books) {
        expect(isIn(yearPeriod(year), finishedAt)).toBe(true);
      }
    }),
  );
});
