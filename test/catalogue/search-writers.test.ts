import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { Counting } from "../../bench/workers/counted-service/counting.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { searchTextsOf } from "../../src/catalogue/storage/search-texts.ts";
import { searchBooksOfOthers } from "../../src/catalogue/storage/search-upkeep.ts";
import { d1MigrationRuns } from "../../src/kv-migration/storage/runs.ts";
import { migrationWork } from "../../src/kv-migration/run-work.ts";
import { aBook } from "../support/books.ts";
import { emptyCatalogue, fillCatalogue } from "../support/catalogue.ts";
import { memoryLog } from "../support/fakes.ts";
import { isbnOf } from "../support/library.ts";
import { emptied, migrated, stored } from "../support/migration.ts";
import { testPlatform } from "../support/platform.ts";

const book = aBook({ title: "Żółw: powieść", subtitle: "三体", authors: ["Łukasz Ślązak"] });
const record = { book, fetchedAt: 1000, freshUntil: 2000 };
/** A value from before D1. */
const flat = { title: "Żółw: powieść", authors: ["Łukasz Ślązak"], publishedDate: "2001" };

beforeEach(async () => {
  await emptied();
  await emptyCatalogue();
});

/** Every book of the catalogue with its text in the index. */
async function catalogue(): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    `SELECT Books.isbn, version, searched_version AS searched, BookSearch.title AS title, main_title AS mainTitle,
            subtitle, BookSearch.authors AS authors
     FROM Books LEFT JOIN BookSearch ON BookSearch.rowid = CAST(Books.isbn AS INTEGER) ORDER BY Books.isbn`,
  ).all();
  return results;
}

const searchable = (...books: Parameters<typeof searchTextsOf>[0]) =>
  searchTextsOf(books).map((text) => expect.objectContaining(text) as unknown);

describe("each writer of a book writes its search text in the same batch", () => {
  it("when a lookup stores a book, and when a refresh changes it", async () => {
    const books = d1BookStore(env.DB, memoryLog());
    await books.save(record, undefined);
    expect(await catalogue()).toEqual(searchable(book));
    expect(await catalogue()).toMatchObject([{ version: 1, searched: 1 }]);
    const renamed = { ...book, title: "Zmiana" };
    await books.save({ ...record, book: renamed }, 1);
    expect(await catalogue()).toEqual(searchable(renamed));
    await books.save({ ...record, book: { ...renamed, pageCount: 7 } }, 2);
    expect(await catalogue()).toEqual(searchable(renamed));
    expect(await catalogue()).toMatchObject([{ version: 3, searched: 3 }]);
  });

  it("when the migration stores a book, and when it changes it", async () => {
    await stored({ "book:isbn:9780441172719": flat });
    await migrated();
    expect(await catalogue()).toEqual(searchable({ isbn: "9780441172719", ...flat }));
    expect(await catalogue()).toMatchObject([{ version: 1, searched: 1 }]);
    const renamed = { ...flat, title: "Zmiana" };
    await stored({ "book:isbn:9780441172719": renamed });
    await migrated();
    expect(await catalogue()).toEqual(searchable({ isbn: "9780441172719", ...renamed }));
    expect(await catalogue()).toMatchObject([{ version: 2, searched: 2 }]);
  });

  it("and writes neither when the batch fails", async () => {
    const db = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: (statements: D1PreparedStatement[]) =>
        env.DB.batch([...statements, env.DB.prepare("INSERT INTO Books (isbn) VALUES (NULL)")]),
    } as unknown as D1Database;
    expect(await d1BookStore(db, memoryLog()).save(record, undefined)).toBe("failed");
    expect(await catalogue()).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM BookSearch").first("n")).toBe(0);
  });
});

describe("rows counted by D1", () => {
  it("are at most 30 read and 8 written for a new book, found missing and stored", async () => {
    const counting = new Counting();
    const books = d1BookStore(counting.database(env.DB), memoryLog());
    expect(await books.find(book.isbn)).toEqual({ kind: "miss" });
    expect(await books.save(record, undefined)).toBe("saved");
    const created = counting.take();
    expect(created.d1RowsRead).toBeLessThanOrEqual(30);
    expect(created.d1RowsWritten).toBeLessThanOrEqual(8);

    expect(await books.save({ ...record, freshUntil: 9000 }, 1)).toBe("saved");
    const refreshed = counting.take();
    expect(refreshed.d1RowsRead).toBeLessThanOrEqual(8);
    expect(refreshed.d1RowsWritten).toBeLessThanOrEqual(5);
  });

  it("are at most 8 read and 2 written for an existing book whose text is the same", async () => {
    const books = 1000;
    await fillCatalogue(
      ...Array.from({ length: books }, (_, index) => ({ title: `Żółw ${index}: powieść` })),
    );
    await env.DB.prepare("UPDATE Books SET searched_version = 0").run();
    const counting = new Counting();
    expect(await searchBooksOfOthers(counting.database(env.DB))).toBe(books);
    const { d1RowsRead, d1RowsWritten } = counting.take();
    expect(d1RowsRead / books).toBeLessThanOrEqual(8);
    expect(d1RowsWritten / books).toBeLessThanOrEqual(2);
  });

  it("are at most 20 read and 11 written for a migrated key", async () => {
    const keys = 200;
    await stored(
      Object.fromEntries(
        Array.from({ length: keys }, (_, index) => [
          `book:isbn:${isbnOf(index + 1)}`,
          { ...flat, title: `Żółw ${index}` },
        ]),
      ),
    );
    const counting = new Counting();
    const platform = testPlatform({ env: { ...env, DB: counting.database(env.DB) } });
    const runs = d1MigrationRuns(platform.env.DB);
    await runs.start({
      runId: "counted",
      kind: "migration",
      prefix: "book:isbn:",
      dryRun: false,
      startedAt: platform.now(),
    });
    const { work } = migrationWork(platform);
    while ((await work("migration")) === "more");
    const books = await catalogue();
    expect(books).toHaveLength(keys);
    expect(books.filter(({ title }) => title === null)).toEqual([]);
    const { d1RowsRead, d1RowsWritten } = counting.take();
    expect(d1RowsRead / keys).toBeLessThanOrEqual(20);
    expect(d1RowsWritten / keys).toBeLessThanOrEqual(11);
  });
});
