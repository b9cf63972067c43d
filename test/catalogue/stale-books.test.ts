import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { STALE_STATEMENTS, staleOnShelves } from "../../src/catalogue/storage/stale-books.ts";
import { inCatalogue, isbnOf } from "../support/library.ts";

const isbns = [1, 2, 3, 4].map(isbnOf);

beforeEach(async () => {
  await env.DB.batch(
    ["UserLibrary", "Books"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
  for (const [index, isbn] of isbns.entries()) {
    await inCatalogue({ isbn });
    await env.DB.prepare("UPDATE Books SET fresh_until = ?1 WHERE isbn = ?2")
      .bind((index + 1) * 100, isbn)
      .run();
  }
});

const shelve = (isbn: string | undefined) =>
  env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn, status) VALUES ('u', ?1, 'read')")
    .bind(isbn)
    .run();

test("only shelved books that went stale in the span are found, oldest first", async () => {
  for (const isbn of [isbns[3], isbns[2], isbns[0]]) await shelve(isbn);
  const all = { from: 0, until: 1000, limit: 10 };
  expect(await staleOnShelves(env.DB, all)).toEqual([isbns[0], isbns[2], isbns[3]]);
  expect(await staleOnShelves(env.DB, { ...all, limit: 1 })).toEqual([isbns[0]]);
  expect(await staleOnShelves(env.DB, { ...all, from: 200, until: 400 })).toEqual([isbns[2]]);
});

test("a run reads ranges of two indexes and scans no table", async () => {
  const { results } = await env.DB.prepare(
    `EXPLAIN QUERY PLAN ${STALE_STATEMENTS.STALE_ON_SHELVES}`,
  )
    .bind(0, 1, 1)
    .all<{ detail: string }>();
  const plan = results.map(({ detail }) => detail).join("\n");
  expect(plan).toContain("idx_books_fresh_until (fresh_until>? AND fresh_until<?)");
  expect(plan).toContain("idx_user_library_isbn (isbn=?)");
  expect(plan).not.toMatch(/SCAN (Books|UserLibrary)/);
});
