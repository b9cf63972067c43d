import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { LibraryFacets } from "../../contract/library-facets.ts";
import type { LibraryStats } from "../../contract/library-stats.ts";
import { backfillKeys } from "../../src/library/storage/key-backfills.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";
import { imported } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

/** The bindings of books in the catalogue. */
const BINDINGS = ["Mass Market Paperback", "Gebundene Ausgabe", "Audio CD", "Papyrus", undefined];
const BOOKS = BINDINGS.map((binding, index) => ({ isbn: isbnOf(830 + index), binding }));
const [FIRST, , , PAPYRUS, NONE] = BOOKS.map(({ isbn }) => isbn);

let reader: Reader;

async function dataOf<Data>(path: string): Promise<Data> {
  const response = await reader.call("GET", path);
  expect(response.status).toBe(200);
  return (await response.json<{ data: Data }>()).data;
}

/** The books by format, according to the facet, the statistics and the filter, which must agree. */
async function formats(): Promise<Record<string, number>> {
  const facets = await dataOf<LibraryFacets>("/facets");
  const stats = await dataOf<LibraryStats>("/stats");
  const filtered = await dataOf<LibraryFacets>("/facets?owned=false");
  const counted = Object.fromEntries(facets.formats.map(({ value, count }) => [value, count]));
  const none = facets.without.formats;
  expect(filtered.formats).toEqual(facets.formats);
  expect(Object.fromEntries(stats.formats.map(({ format, books }) => [format, books]))).toEqual({
    ...counted,
    ...(none > 0 ? { none } : {}),
  });
  for (const [format, count] of Object.entries(counted)) {
    expect([format, (await reader.list(`?format=${format}`)).total]).toEqual([format, count]);
  }
  return { ...counted, none };
}

beforeAll(async () => {
  for (const { isbn, binding } of BOOKS) {
    await inCatalogue({ isbn, title: "T", ...(binding === undefined ? {} : { binding }) });
  }
  reader = await newReader();
  for (const { isbn } of BOOKS) await reader.add({ isbn });
});

it("counts a book by the user's format, else by that of its binding, consistently everywhere", async () => {
  expect(await formats()).toEqual({ paperback: 1, hardcover: 1, audiobook: 1, none: 2 });
  await reader.call("PATCH", `/books/${FIRST}`, { format: "ebook" });
  await reader.call("PATCH", `/books/${NONE}`, { format: "ebook" });
  expect(await formats()).toEqual({ ebook: 2, hardcover: 1, audiobook: 1, none: 1 });
  // The catalogue's binding does not set the format of the user's copy.
  expect((await reader.list("?format=audiobook")).books[0]).not.toHaveProperty("format");
  await reader.call("PATCH", `/books/${FIRST}`, { format: null });
  expect(await formats()).toMatchObject({ ebook: 1, paperback: 1 });
  await reader.call("PATCH", `/books/${NONE}`, { format: null });
});

it("follows the catalogue after a refresh, and is kept by an import", async () => {
  await inCatalogue({ isbn: PAPYRUS ?? "", title: "T", binding: "Taschenbuch" });
  await refreshShelves(env.DB);
  expect(await formats()).toMatchObject({ paperback: 2, none: 1 });
  await imported({
    userId: reader.userId,
    rows: BOOKS.map(({ isbn }) => ({ isbn, title: "T", entry: { rating: 3 } })),
  });
  expect(await formats()).toMatchObject({ paperback: 2, hardcover: 1, audiobook: 1, none: 1 });
});

it("is filled in for entries of earlier releases", async () => {
  await env.DB.batch([
    env.DB.prepare("UPDATE UserLibrary SET book_format = NULL"),
    env.DB.prepare("UPDATE ShelfSlices SET due = 1"),
    env.DB.prepare("INSERT OR IGNORE INTO KeyBackfills VALUES ('series and format', 0)"),
  ]);
  expect(await formats()).toEqual({ none: 5 });
  expect(await backfillKeys(env.DB)).toBe(4);
  await refreshShelves(env.DB);
  expect(await formats()).toEqual({ paperback: 2, hardcover: 1, audiobook: 1, none: 1 });
});
