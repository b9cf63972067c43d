import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { LibraryStats } from "../../contract/library-stats.ts";
import { formatSchema, statusSchema } from "../../contract/library-fields.ts";
import { yearPeriod, type Period } from "../../src/library/domain/period.ts";
import { emptyEntry, withChange, type Entry } from "../../src/library/domain/entry.ts";
import { shelfKeys } from "../../src/library/domain/shelf-keys.ts";
import { d1LibraryNumbers } from "../../src/library/storage/stats.ts";
import { d1ShelfPages } from "../../src/library/storage/shelf-pages.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { memoryLog } from "../support/fakes.ts";
import { inCatalogue, isbnOf } from "../support/library.ts";
import { runs } from "../support/properties.ts";

const shelves = d1Shelves(env.DB, () => crypto.randomUUID(), memoryLog());
const pages = d1ShelfPages(env.DB, memoryLog());
const numbers = d1LibraryNumbers(env.DB, memoryLog());

const YEARS = [2019, 2020];
const date = fc.constantFrom("2019", "2019-02", "2020-02-29", "2020-12-31", "2020");

const details = {
  pageCount: fc.constantFrom(1, 100, 333),
  language: fc.constantFrom("de", "en"),
  categories: fc.array(fc.constantFrom("Sea", "Sun", "Art"), { maxLength: 3 }),
  publicationYear: fc.constantFrom(...YEARS),
};
const named = {
  title: fc.constantFrom("a", "B", "c"),
  authors: fc.array(fc.constantFrom("Ann", "Bea", "Cid", "Dan"), { maxLength: 3 }),
};
const described = fc.record({ ...named, ...details }, { requiredKeys: ["title", "authors"] });

/** A book on a shelf: the user's own, or one of the catalogue. */
const shelved = fc.record({
  own: described,
  edition: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
  progress: fc.array(
    fc.record({
      reading: fc.constantFrom("a", "b"),
      position: fc.oneof(
        fc.record({ page: fc.nat({ max: 333 }) }),
        fc.record({ percent: fc.nat({ max: 100 }) }),
        fc.record({ minutes: fc.nat({ max: 90 }) }),
      ),
      at: fc
        .record({
          day: fc.constantFrom("2019-12-30", "2019-12-31", "2020-01-01", "2020-01-02"),
          hour: fc.nat({ max: 23 }),
        })
        .map(({ day, hour }) => Date.parse(day) + hour * 3_600_000),
    }),
    { maxLength: 5 },
  ),
  change: fc.record(
    {
      format: fc.constantFrom(...formatSchema.options),
      tags: fc.subarray(["one", "two"]),
      ownSeries: fc.subarray([{ name: "Dune", position: "1" }, { name: "Mars" }]),
      status: fc.constantFrom(...statusSchema.options),
      rating: fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4),
      readings: fc.array(fc.record({ startedAt: date, finishedAt: date }, { requiredKeys: [] }), {
        maxLength: 3,
      }),
    },
    { requiredKeys: [] },
  ),
});
type Shelved = typeof shelved extends fc.Arbitrary<infer Book> ? Book : never;
type Described = typeof described extends fc.Arbitrary<infer Book> ? Book : never;

const catalogue = fc.sample(fc.record({ ...named, ...details }), 5);

interface Kept {
  entry: Entry;
  book: Described;
  progress: Shelved["progress"];
}

/** Time zones without summer time, with their hours from UTC. */
const ZONES = { UTC: 0, "Pacific/Kiritimati": 14, "America/Phoenix": -7 } as const;
type Zone = keyof typeof ZONES;
const zones = fc.constantFrom<Zone>("UTC", "Pacific/Kiritimati", "America/Phoenix");
const periods = fc
  .tuple(
    fc.constantFrom("0001-01-01", "2019-02-01", "2019-12-31", "2020-01-01"),
    fc.constantFrom("2020-01-01", "2020-02-29", "2020-12-31", "9999-12-31"),
  )
  .map(([from, to]) => ({ from, to }));
const TODAY = Date.UTC(2020, 0, 2, 12);

let run = 0;

async function shelve(userId: string, books: readonly Shelved[]): Promise<Kept[]> {
  const kept = new Map<string, Kept>();
  for (const [index, { own, edition, change, progress }] of books.entries()) {
    const isbn = edition === undefined ? `local-${index}` : isbnOf(edition);
    if (kept.has(isbn)) continue;
    const book = (edition === undefined ? undefined : catalogue[edition]) ?? own;
    const entry = withChange(emptyEntry(isbn, 1), change, 1);
    await shelves.save({
      userId,
      entry: { ...entry, version: 1 },
      keys: shelfKeys(entry, { own: book }),
      own,
      bookVersion: 1,
      before: { bookVersion: 1 },
    });
    for (const [number, { reading, position, at }] of progress.entries()) {
      await env.DB.prepare(
        `INSERT INTO Progress (user_id, id, isbn, reading_id, page, percent, minutes, at, version, seq)
           VALUES (?1, ?2, ?3, ?4, ?5 ->> 'page', ?5 ->> 'percent', ?5 ->> 'minutes', ?6, 1, 1)`,
      )
        .bind(userId, `${index}-${number}`, isbn, reading, JSON.stringify(position), at)
        .run();
    }
    kept.set(isbn, { entry, book, progress });
  }
  return [...kept.values()];
}

/** The model: the same statistics computed over an array. */
function expected(shelf: readonly Kept[], year: number, zone: Zone, period: Period): LibraryStats {
  const rated = shelf.flatMap(({ entry }) => entry.rating ?? []);
  const read = shelf.map(({ entry: { readings, status }, book }) => {
    const ended = readings.filter(
      ({ startedAt, finishedAt }) => finishedAt !== undefined || startedAt === undefined,
    ).length;
    const times = ended === 0 && status === "completed" ? 1 : ended;
    return { times, pages: times * (book.pageCount ?? 0) };
  });
  const finished = (prefix: string) => {
    const ends = shelf.flatMap(({ entry, book }) =>
      entry.readings
        .filter(({ finishedAt }) => finishedAt?.startsWith(prefix))
        .map(() => ({ isbn: entry.isbn, pages: book.pageCount ?? 0 })),
    );
    return {
      books: new Set(ends.map(({ isbn }) => isbn)).size,
      readings: ends.length,
      pages: sum(ends.map((end) => end.pages)),
    };
  };
  const statusOf = (name: string) =>
    shelf.filter(({ entry }) => (entry.status ?? "none") === name).length;
  return {
    books: shelf.length,
    byStatus: {
      want_to_read: statusOf("want_to_read"),
      reading: statusOf("reading"),
      completed: statusOf("completed"),
      paused: statusOf("paused"),
      abandoned: statusOf("abandoned"),
      none: statusOf("none"),
    },
    ratings: counted(rated)
      .map(({ name: rating, books: count }) => ({ rating, count }))
      .sort((a, b) => a.rating - b.rating),
    ...(rated.length === 0
      ? {}
      : { averageRating: Math.round((sum(rated) / rated.length) * 100) / 100 }),
    readings: sum(read.map(({ times }) => times)),
    pages: sum(read.map((one) => one.pages)),
    year,
    byMonth: Array.from({ length: 12 }, (_, index) => ({
      month: index + 1,
      ...finished(`${year}-${String(index + 1).padStart(2, "0")}`),
    })),
    byYear: YEARS.map((one) => ({ year: one, ...finished(String(one)) })).filter(
      ({ readings }) => readings > 0,
    ),
    topAuthors: counted(shelf.flatMap(({ book }) => [...new Set(book.authors)])),
    categories: counted(shelf.flatMap(({ book }) => [...new Set(book.categories)])),
    languages: counted(shelf.flatMap(({ book }) => book.language ?? [])).map(
      ({ name: language, books }) => ({ language, books }),
    ),
    decades: counted(shelf.map(({ book }) => decadeOf(book)))
      .map(({ name, books }) => ({ decade: name === "none" ? null : Number(name), books }))
      .sort((a, b) => (a.decade ?? 9999) - (b.decade ?? 9999)),
    formats: counted(shelf.map(({ entry }) => entry.format ?? "none")).map(
      ({ name: format, books }) => ({ format, books }),
    ),
    series: counted(shelf.flatMap(({ entry }) => (entry.ownSeries ?? []).map(({ name }) => name))),
    tags: counted(shelf.flatMap(({ entry }) => entry.tags)),
    timeZone: zone,
    ...expectedDays(shelf, zone, period),
  };
}

const decadeOf = ({ publicationYear }: Described): string =>
  publicationYear === undefined ? "none" : `${String(publicationYear).slice(0, 3)}0`;

/**
 * The model of streak and period: the pages of a day are the increase of the sum of the highest
 * page of each reading.
 */
function expectedDays(shelf: readonly Kept[], zone: Zone, period: Period) {
  const dayOf = (at: number) => new Date(at + ZONES[zone] * 3_600_000).toISOString().slice(0, 10);
  const records = shelf.flatMap(({ entry, book, progress }) =>
    progress.map(({ reading, position, at }) => ({
      key: `${entry.isbn} ${reading}`,
      day: dayOf(at),
      page:
        "page" in position
          ? position.page
          : "percent" in position
            ? Math.round((position.percent * (book.pageCount ?? 0)) / 100)
            : 0,
      minutes: "minutes" in position ? position.minutes : 0,
    })),
  );
  const reached = (until: string, of: "page" | "minutes") =>
    sum(
      [...new Set(records.map(({ key }) => key))].map((key) =>
        Math.max(
          0,
          ...records.filter((one) => one.key === key && one.day <= until).map((one) => one[of]),
        ),
      ),
    );
  const before = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
  const days = [...new Set(records.map(({ day }) => day))].sort();
  const byDay = days
    .filter((day) => day >= period.from && day <= period.to)
    .map((date) => ({
      date,
      pages: reached(date, "page") - reached(before(date), "page"),
      minutes: reached(date, "minutes") - reached(before(date), "minutes"),
      records: records.filter(({ day }) => day === date).length,
    }));
  const run = (day: string): number => (days.includes(day) ? 1 + run(before(day)) : 0);
  const today = dayOf(TODAY);
  const pages = sum(byDay.map((day) => day.pages));
  return {
    streak: {
      current: days.includes(today) ? run(today) : run(before(today)),
      longest: Math.max(0, ...days.map(run)),
    },
    period: {
      ...period,
      ...expectedFinished(shelf, period),
      progress: {
        days: byDay.length,
        pages,
        minutes: sum(byDay.map((day) => day.minutes)),
        pagesPerDay: byDay.length === 0 ? 0 : Math.round((pages / byDay.length) * 10) / 10,
        byDay,
      },
    },
  };
}

/** The model of the books finished in a period. */
function expectedFinished(shelf: readonly Kept[], { from, to }: Period) {
  const whole = (date: string) =>
    ({ 4: [`${date}-01-01`, `${date}-12-31`], 7: [`${date}-01`, `${date}-28`] })[date.length] ?? [
      date,
      date,
    ];
  const read = shelf.flatMap(({ entry, book }) =>
    entry.readings.flatMap(({ startedAt, finishedAt }) => {
      const [first = "", last = ""] = finishedAt === undefined ? [] : whole(finishedAt);
      if (finishedAt === undefined || first < from || last > to) return [];
      const isExact = startedAt?.length === 10 && finishedAt.length === 10;
      const days = (Date.parse(finishedAt) - Date.parse(startedAt ?? "")) / 86_400_000 + 1;
      const { title } = book;
      return [
        { isbn: entry.isbn, title, pageCount: book.pageCount ?? 0, days: isExact ? days : null },
      ];
    }),
  );
  const sized = read
    .filter(({ pageCount }) => pageCount > 0)
    .map(({ isbn, title, pageCount }) => ({ isbn, title, pageCount }))
    .sort((a, b) => a.pageCount - b.pageCount || compare(a.isbn, b.isbn));
  const days = read.flatMap((one) => one.days ?? []);
  const [shortest, longest] = [sized[0], sized.at(-1)];
  return {
    books: new Set(read.map(({ isbn }) => isbn)).size,
    readings: read.length,
    pages: sum(read.map(({ pageCount }) => pageCount)),
    ...(shortest && longest ? { shortest, longest } : {}),
    ...(days.length > 0
      ? {
          daysPerBook: {
            average: Math.round((sum(days) / days.length) * 10) / 10,
            least: Math.min(...days),
            most: Math.max(...days),
            readings: days.length,
          },
        }
      : {}),
  };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** Counts the values of a list, most frequent first. */
function counted<Value extends string | number>(values: readonly Value[]) {
  return [...new Set(values)]
    .map((name) => ({ name, books: values.filter((value) => value === name).length }))
    .sort((a, b) => b.books - a.books || (a.name < b.name ? -1 : 1));
}

function expectedBest(shelf: readonly Kept[], year: number): string[] {
  const keyOf = ({ entry, book }: Kept): [number, string] => [
    -(entry.rating ?? 0),
    book.title.toLowerCase(),
  ];
  return shelf
    .filter(({ entry, book }) => (entry.rating ?? 0) >= 4 && book.publicationYear === year)
    .map((kept) => ({ isbn: kept.entry.isbn, key: keyOf(kept) }))
    .sort((a, b) => a.key[0] - b.key[0] || compare(a.key[1], b.key[1]))
    .map(({ isbn }) => isbn);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

describe("the statistics of a shelf", () => {
  beforeAll(async () => {
    for (const [edition, book] of catalogue.entries()) {
      await inCatalogue({ isbn: isbnOf(edition), ...book });
    }
    // Another user's shelf, which must never be counted.
    await shelve("somebody else", fc.sample(shelved, 20));
  });

  it("agree with the model", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shelved, { maxLength: 10 }),
        fc.constantFrom(...YEARS),
        zones,
        fc.option(periods),
        periods,
        async (books, year, zone, some, other) => {
          const userId = `reader-${run++}`;
          const shelf = await shelve(userId, books);
          const period = some ?? yearPeriod(year);
          const ask = (asked: Period) =>
            numbers.stats(userId, { year, period: asked }, { timeZone: zone }, TODAY);
          const stats = await ask(period);
          expect(stats).toEqual(expected(shelf, year, zone, period));
          // From the sums stored by the first request.
          expect(await ask(other)).toEqual(expected(shelf, year, zone, other));
          const total = (list: readonly { books: number }[]) => sum(list.map(({ books: n }) => n));
          expect([stats.decades, stats.formats].map(total)).toEqual([stats.books, stats.books]);
          const best = await pages.topRated(userId, year, 200);
          expect(best.map(({ entry }) => entry.isbn)).toEqual(expectedBest(shelf, year));
        },
      ),
      { numRuns: runs(20) },
    );
  });

  it("do not use sums in the format of an earlier release", async () => {
    const own = { title: "a" as const, authors: [] };
    const change = { readings: [{ finishedAt: "2020-02-29" as const }] };
    const userId = "reader of an earlier release";
    await shelve(userId, [{ own, edition: undefined, progress: [], change }]);
    const ask = () => {
      const query = { year: 2020, period: yearPeriod(2020) };
      return numbers.stats(userId, query, { timeZone: "UTC" }, TODAY);
    };
    const stats = await ask();
    expect(stats.period.readings).toBe(1);
    const earlier = { form: 3, finished: [["local-0", 100, [["2020-02-29", null]]]] };
    for (const sums of [earlier, {}]) {
      await env.DB.prepare("UPDATE ShelfSlices SET sums = ?2, due = 0 WHERE user_id = ?1")
        .bind(userId, JSON.stringify(sums))
        .run();
      expect(await ask()).toEqual(stats);
    }
  });
});
