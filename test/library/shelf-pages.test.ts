import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { emptyEntry, withChange, type Entry } from "../../src/library/domain/entry.ts";
import { fold, searchTerms } from "../../src/library/domain/fold.ts";
import { shelfKeys, type ShelfKeys } from "../../src/library/domain/shelf-keys.ts";
import type { Book } from "../../contract/catalogue.ts";
import { dayIn } from "../../src/platform/time-zone.ts";
import { listShelf, type PageInput } from "../../src/library/domain/shelf-page.ts";
import {
  SORT_KEYS,
  type DayRange,
  type ShelfFilter,
  type Sort,
  type SortKey,
} from "../../src/library/domain/shelf-query.ts";
import { startOf } from "../../src/library/http/list-query.ts";
import { defined } from "../../src/platform/defined.ts";
import { inCatalogue, isbnOf } from "../support/library.ts";
import { foldTag } from "../../src/library/domain/tags.ts";
import { d1ShelfPages } from "../../src/library/storage/shelf-pages.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { formatSchema, statusSchema } from "../../contract/library-fields.ts";
import { memoryLog } from "../support/fakes.ts";
import { runs } from "../support/properties.ts";

const shelves = d1Shelves(env.DB, () => crypto.randomUUID(), memoryLog());
const pages = d1ShelfPages(env.DB, memoryLog());

/** Books of the catalogue. */
const KNOWN = 4;
const catalogue: Book[] = [];

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
  language: fc.option(fc.constantFrom("en", "de"), { nil: undefined }),
  /** A book of the catalogue; undefined for a book that only the user has. */
  known: fc.option(fc.integer({ min: 0, max: KNOWN - 1 }), { nil: undefined }),
  format: fc.option(fc.constantFrom(...formatSchema.options), { nil: null }),
  owned: fc.constantFrom(null, 0, 1),
  ownSeries: fc.option(
    fc.array(
      fc.record(
        { name: word, position: fc.constantFrom("1", "2", "1.5", "10", "1-3", "prequel") },
        { requiredKeys: ["name"] },
      ),
      { maxLength: 2 },
    ),
    { nil: null },
  ),
});

const filter: fc.Arbitrary<ShelfFilter> = fc.record(
  {
    statuses: fc.uniqueArray(fc.constantFrom(...statusSchema.options, "none" as const), {
      minLength: 1,
    }),
    rating: fc.constantFrom(0, 2.5, 4),
    year: fc.constantFrom(-400, 0, 1999),
    finishedYear: fc.constantFrom(2019, 2020, 2024),
    isRated: fc.boolean(),
    finished: fc.record(
      {
        from: fc.constantFrom("2019-01-01", "2020-02-01", "2020-02-02", "2024-01-01"),
        to: fc.constantFrom("2019-12-30", "2019-12-31", "2020-02-28", "2020-02-29", "2024-01-31"),
      },
      { requiredKeys: [] },
    ),
    added: fc.record(
      { from: fc.constantFrom(1, 2, 3), to: fc.constantFrom(1, 2, 3) },
      { requiredKeys: [] },
    ),
    isConfirmed: fc.boolean(),
    formats: fc.uniqueArray(fc.constantFrom(...formatSchema.options), { minLength: 1 }),
    isOwned: fc.boolean(),
    language: fc.constantFrom("en", "de", "fr"),
    author: phrase.map(foldTag),
    series: word.map(foldTag),
    terms: phrase.map(searchTerms),
    tag: word.map(foldTag),
  },
  { requiredKeys: [] },
);

/** At most three conditions, so that books remain. */
const fewFilters = fc
  .tuple(filter, fc.integer({ min: 0, max: 20 }))
  .map(([by, first]): ShelfFilter => {
    const entries = Object.entries(by);
    return Object.fromEntries([...entries, ...entries].slice(first % 10).slice(0, 3));
  });

/** Where a page may start, for each sort key. */
const STARTS: Readonly<Record<SortKey, readonly string[]>> = {
  added: ["1970", "1970-01-01", "1969-12", "1971-02-03"],
  title: ["", "a", "DUNE", "zo", "東"],
  author: ["a", "dune z", "łódź"],
  rating: ["0", "2.5", "5"],
  year: ["-400", "0", "2000"],
  finished: ["2019", "2020-02", "2020-02-29", "2024-01"],
  series: ["", "d", "ARGER", "zo"],
};

const order: fc.Arbitrary<Sort> = fc.record({
  key: fc.constantFrom(...SORT_KEYS),
  descending: fc.boolean(),
});

interface Kept {
  entry: Entry;
  keys: ShelfKeys;
  /** The parts of the book and of the user's copy that filters use. */
  book: Pick<ShelvedBook, "known" | "format" | "owned" | "language" | "authors"> & {
    series: string[];
  };
}

function keyOf({ entry, keys }: Kept, key: SortKey): string | number | undefined {
  return {
    added: entry.addedAt,
    title: keys.sortTitle,
    author: keys.sortAuthor,
    rating: entry.rating,
    year: keys.year,
    finished: keys.lastFinished,
    series: keys.sortSeries,
  }[key];
}

/** Whether all days of a partial date are in a range. */
function isWithin(date: string, { from = "0000", to = "9999-99-99" }: DayRange): boolean {
  const [year = 0, month = 0] = date.split("-").map(Number);
  const end = new Date(Date.UTC(year, date.length === 4 ? 12 : month, 0)).getUTCDate();
  const first = `${date}-01-01`.slice(0, 10);
  const last = { 4: `${date}-12-31`, 7: `${date}-${end}` }[date.length] ?? date;
  return first >= from && last <= to;
}

/** The model of the filters that concern the user's entry. */
function hasEntry({ entry, book }: Kept, by: ShelfFilter): boolean {
  const dates = entry.readings.flatMap(({ finishedAt }) => finishedAt ?? []);
  return (
    (by.statuses === undefined || by.statuses.includes(entry.status ?? "none")) &&
    (by.rating === undefined || (entry.rating ?? -1) >= by.rating) &&
    (by.isRated === undefined || (entry.rating !== undefined) === by.isRated) &&
    (by.finishedYear === undefined ||
      dates.some((day) => day.startsWith(String(by.finishedYear)))) &&
    (by.finished === undefined || dates.some((day) => isWithin(day, by.finished ?? {}))) &&
    entry.addedAt >= (by.added?.from ?? 0) &&
    entry.addedAt <= (by.added?.to ?? Infinity) &&
    (by.formats === undefined || by.formats.some((format) => format === book.format)) &&
    (by.isOwned === undefined || (book.owned === 1) === by.isOwned) &&
    (by.tag === undefined || entry.tags.some((tag) => fold(tag) === by.tag))
  );
}

/** The model of the filters that concern the book. */
function hasBook({ keys, book }: Kept, by: ShelfFilter): boolean {
  return (
    (by.year === undefined || keys.year === by.year) &&
    (by.isConfirmed === undefined || (book.known !== undefined) === by.isConfirmed) &&
    (by.language === undefined || book.language === by.language) &&
    (by.author === undefined || book.authors.some((name) => foldTag(name) === by.author)) &&
    (by.series === undefined || book.series.some((name) => foldTag(name) === by.series)) &&
    (by.terms ?? []).every((term) => keys.searchText.includes(term))
  );
}

/** The model: the same filters and sort orders over an array. */
function expected(shelf: readonly Kept[], by: ShelfFilter, { key, descending }: Sort): Kept[] {
  const passed = shelf.filter((kept) => hasEntry(kept, by) && hasBook(kept, by));
  const known = passed.filter((kept) => keyOf(kept, key) !== undefined);
  // A stable sort keeps the order of addition among equal keys; descending reverses both.
  known.sort((one, other) => compare(keyOf(one, key), keyOf(other, key)));
  const unknown = passed.filter((kept) => keyOf(kept, key) === undefined);
  // Entries without an author are in the order in which they were stored, all others in the order of addition.
  if (key !== "author") unknown.sort((one, other) => one.entry.addedAt - other.entry.addedAt);
  if (descending) {
    known.reverse();
    unknown.reverse();
  }
  return [...known, ...unknown];
}

/** The model of `from`: the number of entries before it in an ordered list. */
function modelBefore(listed: readonly Kept[], { key, descending }: Sort, from: string): number {
  const isBefore = (value: string | number | undefined): boolean => {
    if (value === undefined) return false;
    if (key === "rating" || key === "year") {
      return descending ? Number(value) > Number(from) : Number(value) < Number(from);
    }
    const text = key === "added" ? dayIn("UTC", Number(value) * 1000) : String(value);
    const start = key === "title" || key === "author" || key === "series" ? fold(from) : from;
    // A date with only a year comes before the days of that year.
    const isAt = text.startsWith(start);
    if (descending) return !isAt && compare(text, start) > 0;
    return !isAt && compare(text, start) < 0;
  };
  const first = listed.findIndex((kept) => !isBefore(keyOf(kept, key)));
  return first === -1 ? listed.length : first;
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

/** Reads all pages. @returns the ISBNs in order */
async function walked(input: Omit<PageInput, "cursor">, total: number): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listShelf({ ...input, cursor }, { pages });
    if (page.kind !== "page") throw new Error("The service rejected one of its cursors.");
    expect(page.total).toBe(total);
    seen.push(...page.books.map(({ isbn }) => isbn));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return seen;
}

async function shelve(userId: string, books: readonly ShelvedBook[]): Promise<Kept[]> {
  const kept: Kept[] = [];
  const shelf = new Set<number | undefined>();
  for (const [index, book] of books.entries()) {
    const { title, authors, year, added, language, known, format, owned, ownSeries, ...change } =
      book;
    const found = shelf.has(known) ? undefined : catalogue[known ?? -1];
    if (found) shelf.add(known);
    const isbn = found?.isbn ?? `local-${index}`;
    const entry = withChange(emptyEntry(isbn, added), { ...change, ownSeries }, added);
    const own = { title, authors, ...defined({ publicationYear: year, language }) };
    const keys = shelfKeys(entry, found ? { book: found } : { own });
    await shelves.save({
      userId,
      entry: { ...entry, version: 1 },
      keys,
      own,
      bookVersion: found ? 1 : 0,
      before: { bookVersion: 0 },
    });
    await env.DB.prepare(
      "UPDATE UserLibrary SET format = ?3, owned = ?4 WHERE user_id = ?1 AND isbn = ?2",
    )
      .bind(userId, isbn, format, owned)
      .run();
    const seen = found ?? { authors, language, series: [] };
    kept.push({
      entry,
      keys,
      book: {
        known: found ? known : undefined,
        format: format ?? (found?.binding === undefined ? null : "paperback"),
        owned,
        language: seen.language as typeof language,
        authors: seen.authors,
        series: (ownSeries ?? seen.series ?? []).map(({ name }) => name),
      },
    });
  }
  return kept;
}

type ShelvedBook = typeof shelved extends fc.Arbitrary<infer Book> ? Book : never;

describe("pages of a shelf", () => {
  beforeAll(async () => {
    for (let number = 0; number < KNOWN; number += 1) {
      const [authors, series] = [["Zoë", "dune"], [{ name: "Dune" }]];
      const details =
        number % 2
          ? { authors, series, language: "de", binding: "Mass Market Paperback" }
          : { authors: ["Ärger"] };
      catalogue.push(await inCatalogue({ isbn: isbnOf(900 + number), ...details }));
    }
    // Another user's shelf, which must never appear.
    await shelve("somebody else", fc.sample(shelved, 20));
  });

  it("agree with the model, page by page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shelved, { maxLength: 12 }),
        fc.array(
          fc.tuple(fc.oneof(filter, fewFilters), order, fc.integer({ min: 1, max: 5 }), fc.nat()),
          { minLength: 12, maxLength: 12 },
        ),
        async (books, queries) => {
          const userId = `reader-${run++}`;
          const shelf = await shelve(userId, books);
          for (const [by, sort, limit, number] of queries) {
            const wanted = expected(shelf, by, sort);
            const isbns = wanted.map(({ entry: { isbn } }) => isbn);
            expect(await walked({ userId, filter: by, sort, limit }, wanted.length)).toEqual(isbns);
            const starts = STARTS[sort.key];
            const from = starts[number % starts.length] ?? "";
            const before = modelBefore(wanted, sort, from);
            const start = startOf(sort, from, "UTC");
            const page = await listShelf(
              { userId, filter: by, sort, limit, start, isCounting: true },
              { pages },
            );
            expect([sort, from, page]).toMatchObject([sort, from, { total: isbns.length, before }]);
            expect(await walked({ userId, filter: by, sort, limit, start }, isbns.length)).toEqual(
              isbns.slice(before),
            );
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
    if (first.kind !== "page") throw new Error("There is no page.");
    // Each review has 600 KB.
    expect(first.books).toHaveLength(1);
    const { nextCursor: cursor } = first;
    const second = await listShelf({ userId, filter: {}, sort, limit: 50, cursor }, { pages });
    if (second.kind !== "page") throw new Error("There is no page.");
    const isbns = [...first.books, ...second.books].map(({ isbn }) => isbn);
    expect(isbns).toEqual(Array.from({ length: isbns.length }, (_, index) => `local-${index}`));
    expect(isbns).toHaveLength(2);
  });
});
