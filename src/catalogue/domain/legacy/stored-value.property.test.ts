import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookSchema } from "../../../../contract/catalogue.ts";
import { mangled } from "../../../../test/support/mangled.ts";
import { mergeStored } from "../merge/merge.ts";
import { readStoredValue, type StoredValue } from "./stored-value.ts";
import { runs } from "../../../../test/support/properties.ts";

const ISBN = "9780306406157";

const flat = {
  isbn: ISBN,
  title: "The Lighthouse Ledger",
  authors: ["Mira Quill"],
  authorsDetailed: [{ name: "Mira Quill", role: "author" }],
  publishedDate: "2003-05-01",
  pageCount: 312,
  language: "en",
  categories: ["Fiction"],
  description: "Salt.",
  imageLinks: { large: "https://img.example/l.jpg" },
  identifiers: { openLibrary: "OL1M" },
  provider: "openlibrary",
  sources: [],
  updatedAt: "2026-03-02T10:00:00.000Z",
};
const items = {
  items: [
    {
      id: "a",
      volumeInfo: { ...flat, industryIdentifiers: [{ type: "ISBN_13", identifier: ISBN }] },
    },
  ],
};
const works = {
  works: [{ title: "A", subjectTags: ["x"] }],
  editions: [{ isbn: ISBN, publicationDate: "2003" }],
  authors: [{ name: "B" }],
};
const own = { v: 2, value: flat, fetchedAt: 1, freshUntil: 2, staleUntil: 3 };

const value = fc.oneof(
  fc.jsonValue(),
  ...[
    flat,
    items,
    works,
    own,
    { success: true, data: flat },
    { data: { success: true, data: works }, cachedAt: 1_700_000_000_000, ttl: 1 },
  ].map(mangled),
);

function booksOf(stored: StoredValue) {
  if (stored.kind === "own") return [stored.entry.value];
  return stored.kind === "legacy" ? [stored.book] : [];
}

describe("readStoredValue, for any stored value", () => {
  it("never throws, and yields a valid book of this ISBN or none", () => {
    fc.assert(
      fc.property(value, (stored) => {
        for (const book of booksOf(readStoredValue(ISBN, JSON.stringify(stored)))) {
          expect(bookSchema.safeParse(book).error).toBeUndefined();
          expect(book.isbn).toBe(ISBN);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it("never throws for text that is not JSON, or keys that are not an ISBN", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (key, text) => {
        expect(readStoredValue(ISBN, text).kind).toMatch(/^(own|legacy|empty|unreadable)$/);
        expect(readStoredValue(key, "{}").kind).toMatch(/^(empty|unreadable)$/);
      }),
    );
  });

  it("reads its own result, stored again in the old format, as the same fields", () => {
    fc.assert(
      fc.property(value, (stored) => {
        const old = readStoredValue(ISBN, JSON.stringify(stored));
        for (const book of old.kind === "legacy" ? [old.book] : []) {
          const [again] = booksOf(readStoredValue(ISBN, JSON.stringify(book)));
          const { sources: _s1, updatedAt: _u1, provider: _p1, ...fields } = book;
          expect(again).toMatchObject(fields);
        }
      }),
    );
  });

  it("yields a book that merges with itself, and into a provider's book without replacing anything", () => {
    fc.assert(
      fc.property(mangled(flat), (stored) => {
        const newer = {
          ...flat,
          provider: "openlibrary" as const,
          title: "Newer",
          updatedAt: "2026-12-31T00:00:00.000Z",
        };
        for (const book of booksOf(
          readStoredValue(ISBN, JSON.stringify({ ...(stored as object), updatedAt: null })),
        )) {
          expect(mergeStored(book, book)).toStrictEqual(book);
          expect(mergeStored(book, newer)).toMatchObject({
            title: "Newer",
            updatedAt: newer.updatedAt,
          });
        }
      }),
    );
  });
});
