import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Book } from "../../contract/catalogue.ts";
import { readSearchText } from "../../src/catalogue/domain/search/text.ts";
import { foldedOf } from "../../src/catalogue/storage/book-row.ts";
import { d1BookSearch } from "../../src/catalogue/storage/search.ts";
import { searchTextsOf } from "../../src/catalogue/storage/search-texts.ts";
import {
  searchBooksOfOthers,
  UPKEEP_STATEMENTS,
} from "../../src/catalogue/storage/search-upkeep.ts";
import { memoryLog } from "../support/fakes.ts";
import { columnsOf } from "../support/tables.ts";

const queriesOf = (migration: string): readonly string[] =>
  env.TEST_MIGRATIONS.find(({ name }) => name.endsWith(migration))?.queries ?? [];

type Words = Pick<Book, "title" | "authors"> & { subtitle?: string };

/** The tables of the previous release, in which triggers write the index. */
beforeEach(async () => {
  const ours = (await columnsOf("Books")).includes("searched_version")
    ? [
        "DROP INDEX idx_books_unsearched",
        "DROP INDEX idx_books_unfolded",
        "DROP TABLE SearchTerms",
        ...["searched_version", "folded", "popularity"].map(
          (column) => `ALTER TABLE Books DROP COLUMN ${column}`,
        ),
      ]
    : [];
  await run([
    ...["insert", "update", "delete"].map(
      (event) => `DROP TRIGGER IF EXISTS books_search_${event}`,
    ),
    "DROP VIEW IF EXISTS BookSearchText",
    "DROP TABLE IF EXISTS BookSearchLetters",
    "DROP TABLE BookSearch",
    "DELETE FROM Books",
    ...ours,
    ...queriesOf("add_book_search.sql"),
  ]);
});

async function migrate(): Promise<void> {
  await run(queriesOf("fold_search_text_outside.sql"));
  await run(queriesOf("fold_search_text_anew.sql"));
}

async function run(queries: readonly string[]): Promise<void> {
  await env.DB.batch(queries.map((query) => env.DB.prepare(query)));
}

const numbered = (words: readonly Words[]) =>
  words.map((book, index) => ({ isbn: String(9_780_000_000_000 + index), ...book }));

/** Inserts books as the previous release did. */
async function writtenByTheReleaseBefore(words: readonly Words[]): Promise<void> {
  const rows = numbered(words).map((book) => ({
    ...book,
    authors: JSON.stringify(book.authors),
    blob: JSON.stringify(book),
  }));
  for (let first = 0; first < rows.length; first += 100) {
    await env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata, version)
       SELECT value ->> 'isbn', value ->> 'title', value ->> 'authors', value ->> 'blob', 1 FROM json_each(?1) WHERE true
       ON CONFLICT(isbn) DO UPDATE SET title = excluded.title, authors = excluded.authors,
         canonical_metadata = excluded.canonical_metadata, version = Books.version + 1`,
    )
      .bind(JSON.stringify(rows.slice(first, first + 100)))
      .run();
  }
}

async function index(): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    `SELECT isbn, title, main_title AS mainTitle, subtitle, authors FROM BookSearch ORDER BY rowid`,
  ).all();
  return results;
}

const unsearched = (): Promise<number | null> =>
  env.DB.prepare(
    `SELECT count(*) AS n FROM Books WHERE searched_version <> version OR folded <> ${foldedOf("version")}`,
  ).first("n");

describe("the books of the previous release", () => {
  const library = (count: number): Words[] =>
    Array.from({ length: count }, (_, number) => ({
      title: `Żółw ${number}: a tale`,
      authors: ["Łukasz 三体"],
    }));

  it("are found before, during and after the migration of their texts, which is done once", async () => {
    await writtenByTheReleaseBefore(library(250));
    const found = async (): Promise<number> => {
      const words = readSearchText("żółw tale");
      if (!words.ok) throw new Error(words.message);
      const query = { kind: "anywhere", words: words.text } as const;
      const reading = await d1BookSearch(env.DB, memoryLog()).search(query, { limit: 50 });
      return reading.kind === "page" ? reading.books.length : 0;
    };
    await migrate();
    expect(await unsearched()).toBe(250);
    expect(await found()).toBe(50);
    expect(await searchBooksOfOthers(env.DB)).toBe(250);
    expect(await found()).toBe(50);
    expect(await unsearched()).toBe(0);
    expect(await index()).toEqual(searchTextsOf(numbered(library(250))));
    expect(await searchBooksOfOthers(env.DB)).toBe(0);
  });

  it("are folded again when only the definition has changed", async () => {
    await writtenByTheReleaseBefore(library(3));
    await migrate();
    await searchBooksOfOthers(env.DB);
    await env.DB.prepare(
      "UPDATE Books SET folded = version * 16 + 1 WHERE isbn = '9780000000001'",
    ).run();
    await env.DB.prepare(
      "UPDATE BookSearch SET title = 'earlier' WHERE rowid = 9780000000001",
    ).run();
    expect(await searchBooksOfOthers(env.DB)).toBe(1);
    expect(await index()).toEqual(searchTextsOf(numbered(library(3))));
  });

  it("become searchable when that release writes them during a deployment or after a rollback", async () => {
    await migrate();
    await writtenByTheReleaseBefore([{ title: "Łódź", authors: [] }]);
    expect(await index()).toEqual([]);
    expect(await searchBooksOfOthers(env.DB)).toBe(1);
    expect(await index()).toMatchObject([{ title: "lodz \ue000" }]);
    await writtenByTheReleaseBefore([{ title: "Gdańsk", authors: [] }]);
    expect(await searchBooksOfOthers(env.DB)).toBe(1);
    expect(await index()).toMatchObject([{ title: "gdansk \ue000" }]);
  });

  it("are processed in bounded runs, each of which starts where the last one ended", async () => {
    await writtenByTheReleaseBefore(library(1050));
    await migrate();
    await env.DB.prepare("DELETE FROM BookSearch").run();
    expect(await searchBooksOfOthers(env.DB)).toBe(1000);
    expect(await index()).toHaveLength(1000);
    expect(await searchBooksOfOthers(env.DB)).toBe(50);
    expect(await index()).toEqual(searchTextsOf(numbered(library(1050))));
  });

  it.each(["before", "after"])(
    "lose nothing when a run dies %s its second batch",
    async (moment) => {
      await writtenByTheReleaseBefore(library(250));
      await migrate();
      await env.DB.prepare("DELETE FROM BookSearch").run();
      let batches = 0;
      const dying = {
        prepare: (sql: string) => env.DB.prepare(sql),
        batch: async (statements: D1PreparedStatement[]) => {
          batches += 1;
          if (batches === 2 && moment === "before") throw new Error("killed");
          const results = await env.DB.batch(statements);
          if (batches === 2) throw new Error("killed");
          return results;
        },
      } as unknown as D1Database;
      await expect(searchBooksOfOthers(dying)).rejects.toThrow("killed");
      const left = moment === "before" ? 150 : 50;
      expect(await unsearched()).toBe(left);
      expect(await index()).toHaveLength(250 - left);
      expect(await searchBooksOfOthers(env.DB)).toBe(left);
      expect(await index()).toEqual(searchTextsOf(numbered(library(250))));
    },
  );

  it("wait for the next run if they change while a run writes", async () => {
    await writtenByTheReleaseBefore(library(2));
    await migrate();
    const racing = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        await writtenByTheReleaseBefore([{ title: "Newer", authors: [] }]);
        return env.DB.batch(statements);
      },
    } as unknown as D1Database;
    await searchBooksOfOthers(racing);
    expect(await unsearched()).toBe(1);
    expect(await index()).toMatchObject([{ title: "Żólw 0: a tale \ue000" }, {}]);
    await searchBooksOfOthers(env.DB);
    expect(await index()).toMatchObject([{ title: "newer \ue000" }, {}]);
    expect(await unsearched()).toBe(0);
  });

  it("are processed once by two concurrent runs", async () => {
    await writtenByTheReleaseBefore(library(250));
    await migrate();
    await env.DB.prepare("DELETE FROM BookSearch").run();
    await Promise.all([searchBooksOfOthers(env.DB), searchBooksOfOthers(env.DB)]);
    expect(await unsearched()).toBe(0);
    expect(await index()).toEqual(searchTextsOf(numbered(library(250))));
  });

  it("are found and marked by indexes", async () => {
    await migrate();
    const planOf = async (sql: string): Promise<string[]> => {
      const statement = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`);
      const bound = sql.includes("?1") ? statement.bind("[]") : statement;
      return (await bound.all<{ detail: string }>()).results.map(({ detail }) => detail);
    };
    expect(await planOf(UPKEEP_STATEMENTS.UNSEARCHED)).toEqual([
      "SCAN Books USING INDEX idx_books_unsearched",
    ]);
    expect(await planOf(UPKEEP_STATEMENTS.UNFOLDED)).toEqual([
      "SCAN Books USING INDEX idx_books_unfolded",
    ]);
    const marking = (await planOf(UPKEEP_STATEMENTS.MARK_SEARCHED)).join("\n");
    expect(marking).toContain("SCAN seen VIRTUAL TABLE");
    expect(marking).toContain("SEARCH Books USING INDEX sqlite_autoindex_Books_1 (isbn=?)");
  });
});
