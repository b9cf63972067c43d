import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { LibraryStats } from "../../contract/library.ts";
import { statusSchema } from "../../contract/library-fields.ts";
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
  change: fc.record(
    {
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
}

let run = 0;

async function shelve(userId: string, books: readonly Shelved[]): Promise<Kept[]> {
  const kept = new Map<string, Kept>();
  for (const [index, { own, edition, change }] of books.entries()) {
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
    kept.set(isbn, { entry, book });
  }
  return [...kept.values()];
}

/** The model: the same statistics computed over an array. */
function expected(shelf: readonly Kept[], year: number): LibraryStats {
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
    // Another reader's shelf, which must never count.
    await shelve("somebody else", fc.sample(shelved, 20));
  });

  it("agree with the model", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shelved, { maxLength: 10 }),
        fc.constantFrom(...YEARS),
        async (books, year) => {
          const userId = `reader-${run++}`;
          const shelf = await shelve(userId, books);
          expect(await numbers.stats(userId, year)).toEqual(expected(shelf, year));
          const best = await pages.topRated(userId, year, 200);
          expect(best.map(({ entry }) => entry.isbn)).toEqual(expectedBest(shelf, year));
        },
      ),
      { numRuns: runs(20) },
    );
  });
});
