import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { STALE_STATEMENTS, staleOnShelves } from "../../src/catalogue/storage/stale-books.ts";
import {
  KNOWN_STATEMENTS,
  knownAtProvider,
} from "../../src/catalogue/storage/known-at-provider.ts";
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

test("only shelved books that became stale in the period are found, oldest first", async () => {
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

test("some of the newest books from a provider serve as known books", async () => {
  const source = {
    provider: "openlibrary",
    fetchedAt: "2026-01-01T00:00:00.000Z",
    fields: ["title"],
  };
  for (const isbn of [isbns[1], isbns[2]]) {
    await env.DB.prepare(
      "UPDATE Books SET canonical_metadata = json_set(canonical_metadata, '$.sources', json(?1)) WHERE isbn = ?2",
    )
      .bind(JSON.stringify([source]), isbn)
      .run();
  }
  expect(await knownAtProvider(env.DB, "openlibrary")).toContain(isbns[2]);
  expect(await knownAtProvider(env.DB, "google-books")).toEqual([]);
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${KNOWN_STATEMENTS.KNOWN}`)
    .bind("openlibrary")
    .all<{ detail: string }>();
  expect(results.map(({ detail }) => detail).join("\n")).toContain("idx_books_fresh_until");
});
