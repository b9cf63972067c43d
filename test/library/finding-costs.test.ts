import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { listShelf } from "../../src/library/domain/shelf-page.ts";
import type { ShelfFilter, ShelfStart, Sort } from "../../src/library/domain/shelf-query.ts";
import { d1LibraryFacets } from "../../src/library/storage/facets.ts";
import { d1ShelfPages } from "../../src/library/storage/shelf-pages.ts";
import { countedDb } from "../support/counted-db.ts";
import { memoryLog } from "../support/fakes.ts";

/** Entries of the two shelves, each with a book of the catalogue. */
const SIZES = { small: 200, large: 2000 };

const counted = countedDb(env.DB);
const pages = d1ShelfPages(counted.db, memoryLog());
const facets = d1LibraryFacets(counted.db, memoryLog());

// ?1 user, ?2 entries. One of five entries has each status; one of a hundred books is by each author.
const BOOKS = `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
  INSERT INTO Books (isbn, title, authors, language, canonical_metadata)
  SELECT 'n' || i, 'Title ' || i, json_array('Author ' || (i % 100)), iif(i % 2, 'en', 'de'), '{}' FROM n`;
const ENTRIES = `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
  INSERT INTO UserLibrary (user_id, isbn, status, rating, year, sort_title, sort_author, sort_series, search_text, added_at, format, tags)
  SELECT ?1, 'n' || i, CASE i % 5 WHEN 0 THEN 'reading' WHEN 1 THEN 'completed' WHEN 2 THEN 'paused' WHEN 3 THEN 'abandoned' END,
    1 + i % 5, 1900 + i % 100, 'title ' || i, 'author ' || (i % 100), iif(i % 4, NULL, 'series ' || (i % 50)), 'title ' || i || char(10) || 'author ' || (i % 100),
    i, iif(i % 3, 'ebook', NULL), json_array('tag ' || (i % 10))
  FROM n`;
const COUNTS = `
  INSERT INTO Shelves (user_id, seq, want_to_read, reading, completed, paused, abandoned, no_status)
  VALUES (?1, 1, 0, ?2, ?2, ?2, ?2, ?2)`;

beforeAll(async () => {
  await env.DB.prepare(BOOKS).bind(SIZES.large).run();
  for (const [userId, size] of Object.entries(SIZES)) {
    await env.DB.prepare(ENTRIES).bind(userId, size).run();
    await env.DB.prepare(COUNTS)
      .bind(userId, size / 5)
      .run();
  }
  await env.DB.prepare("UPDATE UserLibrary SET kept_version = version").run();
});

const BY_ADDITION: Sort = { key: "added", descending: true };

async function readBy(
  userId: keyof typeof SIZES,
  filter: ShelfFilter,
  { sort = BY_ADDITION, ...start }: { sort?: Sort; start?: ShelfStart; isCounting?: boolean } = {},
): Promise<number> {
  counted.take();
  const page = await listShelf({ userId, filter, sort, limit: 50, ...start }, { pages });
  expect(page).toMatchObject({ kind: "page" });
  return counted.take().read;
}

describe("rows that D1 reads", () => {
  it("for a page of 50 by any statuses are at most 120, and the same on a large shelf", async () => {
    const filters: ShelfFilter[] = [
      {},
      { statuses: ["reading"] },
      { statuses: ["reading", "paused", "none"] },
    ];
    for (const filter of filters) {
      const rows = await readBy("large", filter);
      expect(rows).toBeLessThanOrEqual(120);
      // The small shelf may have fewer than 50 of a status.
      expect(rows).toBeLessThanOrEqual(1.3 * (await readBy("small", filter)));
    }
  });

  it("for a page of 50 by series are as few, with and without a series", async () => {
    for (const descending of [false, true]) {
      const sort: Sort = { key: "series", descending };
      expect(await readBy("large", {}, { sort })).toBeLessThanOrEqual(120);
      expect(await readBy("large", {}, { sort, start: { key: "series 4" } })).toBeLessThanOrEqual(
        120,
      );
      // The small shelf has 50 books with a series.
      const rows = await readBy("small", {}, { sort, start: { key: descending ? "a" : "z" } });
      expect(rows).toBeLessThanOrEqual(220);
    }
  });

  it("for a page at any position are the same, plus one for each book before it if those are counted", async () => {
    const sort: Sort = { key: "title", descending: false };
    const start = { key: "title 1999" };
    expect(await readBy("large", {}, { sort, start })).toBeLessThanOrEqual(120);
    const before = 1000 + 99 + 11; // 1, 10 to 19, 100 to 199 and 1000 to 1998
    const rows = await readBy("large", {}, { sort, start, isCounting: true });
    expect(rows).toBeLessThanOrEqual(120 + before);
  });

  it.each<ShelfFilter>([
    { isOwned: false },
    { formats: ["ebook"] },
    { terms: ["title"] },
    { isRated: true, statuses: ["reading"] },
    { added: { from: 1 } },
  ])("for another filter are the shelf once, and the page: %j", async (filter) => {
    // D1 counts the matching rows again for the sort and for the total.
    const sort: Sort = { key: "rating", descending: true };
    const rows = [await readBy("large", filter), await readBy("large", filter, { sort })];
    expect(rows.filter((read) => read > 3 * SIZES.large + 260)).toEqual([]);
  });

  it("for the language of the books are each entry and each book once, and the page", async () => {
    expect(await readBy("large", { language: "en" })).toBeLessThanOrEqual(3 * SIZES.large + 250);
  });

  it("for an author are the entries once, and the books with the words of the name", async () => {
    const named = 2 * (SIZES.large / 10); // "author 7" and the titles with a 7
    expect(await readBy("large", { author: "author 77" })).toBeLessThanOrEqual(
      SIZES.large + 3 * named + 150,
    );
  });

  it("for facets are each entry and its book once, and afterwards only what has changed", async () => {
    counted.take();
    await facets.count("large", {});
    const first = counted.take();
    // The shelf is first divided into slices, which the statistics use too.
    expect(first.read).toBeLessThanOrEqual(5 * SIZES.large + 50);
    expect(first.written).toBeLessThanOrEqual(20);
    const { total } = await facets.count("large", {});
    expect([total, counted.take()]).toEqual([SIZES.large, { read: 5, written: 0 }]);
    await facets.count("large", { statuses: ["reading"] });
    expect(counted.take().read).toBeLessThanOrEqual(4 * (SIZES.large / 5) + 10);
  });
});
