import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { emptyEntry, withChange, type Entry } from "../../src/library/domain/entry.ts";
import { fold, searchTerms } from "../../src/library/domain/fold.ts";
import { shelfKeys, type ShelfKeys } from "../../src/library/domain/shelf-keys.ts";
import { listShelf } from "../../src/library/domain/shelf-page.ts";
import { SORT_KEYS, type ShelfFilter, type Sort } from "../../src/library/domain/shelf-query.ts";
import { foldTag } from "../../src/library/domain/tags.ts";
import { d1ShelfPages } from "../../src/library/storage/shelf-pages.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { statusSchema } from "../../contract/library-fields.ts";
import { memoryLog } from "../support/fakes.ts";
import { runs } from "../support/properties.ts";

const shelves = d1Shelves(env.DB, () => crypto.randomUUID(), memoryLog());
const pages = d1ShelfPages(env.DB, memoryLog());

const word = fc.constantFrom(
  "Ärger",
  "arger",
  "Zoë",
  "dune",
  "Dune",
  "ŁÓDŹ",
  "東京",
  "ß",
  "100%",
  "_",
  "😀",
  "ﬁn",
);
const phrase = fc.array(word, { maxLength: 3 }).map((words) => words.join(" "));
const date = fc.constantFrom("2019", "2020-02", "2020-02-29", "2021-12-31", "2024-01");

/** A book on a shelf. */
const shelved = fc.record({
  title: phrase.map((text) => `${text}!`),
  authors: fc.array(phrase, { maxLength: 2 }),
  year: fc.option(fc.constantFrom(-400, 0, 1999, 2020), { nil: undefined }),
  added: fc.integer({ min: 1, max: 4 }),
  status: fc.option(fc.constantFrom(...statusSchema.options), { nil: null }),
  rating: fc.option(
    fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4),
    { nil: null },
  ),
  review: fc.option(phrase, { nil: null }),
  notes: fc.option(phrase, { nil: null }),
  tags: fc.array(word, { maxLength: 2 }),
  readings: fc.array(fc.record({ startedAt: date, finishedAt: date }, { requiredKeys: [] }), {
    maxLength: 2,
  }),
});

const filter: fc.Arbitrary<ShelfFilter> = fc.record(
  {
    status: fc.constantFrom(...statusSchema.options),
    rating: fc.constantFrom(0, 2.5, 4),
    year: fc.constantFrom(-400, 0, 1999),
    finishedYear: fc.constantFrom(2019, 2020, 2024),
    terms: phrase.map(searchTerms),
    tag: word.map(foldTag),
  },
  { requiredKeys: [] },
);

const order: fc.Arbitrary<Sort> = fc.record({
  key: fc.constantFrom(...SORT_KEYS),
  descending: fc.boolean(),
});

interface Kept {
  entry: Entry;
  keys: ShelfKeys;
}

/** The model: the same filters and sort orders over an array. */
function expected(shelf: readonly Kept[], by: ShelfFilter, { key, descending }: Sort): string[] {
  const keyOf = ({ entry, keys }: Kept): string | number | undefined =>
    ({
      added: entry.addedAt,
      title: keys.sortTitle,
      author: keys.sortAuthor,
      rating: entry.rating,
      year: keys.year,
      finished: keys.lastFinished,
    })[key];
  const passes = ({ entry, keys }: Kept): boolean =>
    (by.status === undefined || entry.status === by.status) &&
    (by.rating === undefined || (entry.rating ?? -1) >= by.rating) &&
    (by.year === undefined || keys.year === by.year) &&
    (by.finishedYear === undefined ||
      entry.readings.some(({ finishedAt }) => finishedAt?.startsWith(String(by.finishedYear)))) &&
    (by.terms ?? []).every((term) => keys.searchText.includes(term)) &&
    (by.tag === undefined || entry.tags.some((tag) => fold(tag) === by.tag));
  const passed = shelf.filter(passes);
  const known = passed.filter((kept) => keyOf(kept) !== undefined);
  // A stable sort keeps the order of addition among equal keys; descending reverses both.
  known.sort((one, other) => compare(keyOf(one), keyOf(other)));
  const unknown = passed.filter((kept) => keyOf(kept) === undefined);
  // Entries without an author are in the order in which they were stored, all others in the order of addition.
  if (key !== "author") unknown.sort((one, other) => one.entry.addedAt - other.entry.addedAt);
  if (descending) {
    known.reverse();
    unknown.reverse();
  }
  return [...known, ...unknown].map(({ entry }) => entry.isbn);
}

/** Compares numbers by value and text by code points, which is the order of UTF-8. */
function compare(one: string | number | undefined, other: string | number | undefined): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const [left, right] = [one, other].map((text) =>
    Array.from(String(text), (c) => c.codePointAt(0) ?? 0),
  );
  for (const [index, code] of (left ?? []).entries()) {
    const difference = code - (right?.[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}

let run = 0;

async function shelve(userId: string, books: readonly ShelvedBook[]): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const [index, book] of books.entries()) {
    const { title, authors, year, added, ...change } = book;
    const isbn = `local-${index}`;
    const entry = withChange(emptyEntry(isbn, added), change, added);
    const own = { title, authors, ...(year === undefined ? {} : { publicationYear: year }) };
    const keys = shelfKeys(entry, { own });
    await shelves.save({
      userId,
      entry: { ...entry, version: 1 },
      keys,
      own,
      bookVersion: 0,
      before: { bookVersion: 0 },
    });
    kept.push({ entry, keys });
  }
  return kept;
}

type ShelvedBook = typeof shelved extends fc.Arbitrary<infer Book> ? Book : never;

describe("pages of a shelf", () => {
  beforeAll(async () => {
    // Another reader's shelf, which must never show.
    await shelve("somebody else", fc.sample(shelved, 20));
  });

  it("agree with the model, page by page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shelved, { maxLength: 12 }),
        fc.array(fc.tuple(filter, order, fc.integer({ min: 1, max: 5 })), {
          minLength: 6,
          maxLength: 6,
        }),
        async (books, queries) => {
          const userId = `reader-${run++}`;
          const shelf = await shelve(userId, books);
          for (const [by, sort, limit] of queries) {
            const wanted = expected(shelf, by, sort);
            const seen: string[] = [];
            let cursor: string | undefined;
            do {
              const page = await listShelf({ userId, filter: by, sort, limit, cursor }, { pages });
              if (page.kind !== "page") throw new Error("a cursor of ours was refused");
              expect(page.total).toBe(wanted.length);
              seen.push(...page.books.map(({ isbn }) => isbn));
              cursor = page.nextCursor;
            } while (cursor !== undefined);
            expect(seen).toEqual(wanted);
          }
        },
      ),
      { numRuns: runs(20) },
    );
  });

  it("end early when reviews are long, and continue", async () => {
    const userId = "long";
    for (let index = 0; index < 20; index++) {
      const text = "ế".repeat(100_000);
      const entry = withChange(emptyEntry(`local-${index}`, 1), { review: text, notes: text }, 1);
      await shelves.save({
        userId,
        entry: { ...entry, version: 1 },
        keys: shelfKeys(entry, {}),
        bookVersion: 0,
        before: { bookVersion: 0 },
      });
    }
    const sort: Sort = { key: "added", descending: false };
    const first = await listShelf({ userId, filter: {}, sort, limit: 50 }, { pages });
    if (first.kind !== "page") throw new Error("no page");
    // Each has 600 KB.
    expect(first.books).toHaveLength(1);
    const { nextCursor: cursor } = first;
    const second = await listShelf({ userId, filter: {}, sort, limit: 50, cursor }, { pages });
    if (second.kind !== "page") throw new Error("no page");
    const isbns = [...first.books, ...second.books].map(({ isbn }) => isbn);
    expect(isbns).toEqual(Array.from({ length: isbns.length }, (_, index) => `local-${index}`));
    expect(isbns).toHaveLength(2);
  });
});
