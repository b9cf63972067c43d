import { describe, expect, it } from "vitest";
import {
  AT,
  bookIn,
  flat,
  ISBN,
  OTHER,
  read,
  volume,
  works,
} from "../../../../test/support/old-values.ts";

describe("Google's answers", () => {
  it("are read like a provider's", () => {
    expect(read(volume)).toMatchObject({
      kind: "legacy",
      shape: "google-volume",
      book: {
        isbn: ISBN,
        authors: ["Mira Quill"],
        publishedDate: "2003-05",
        identifiers: { googleBooks: "AbC123" },
        provider: "google-books",
      },
    });
  });

  it("yield the volume with this ISBN, not the first", () => {
    const other = {
      id: "Zz",
      volumeInfo: {
        title: "Another",
        industryIdentifiers: [{ type: "ISBN_13", identifier: OTHER }],
      },
    };
    const silent = { id: "synthetic-a", volumeInfo: { title: "Unsure" } };
    expect(read({ kind: "books#volumes", items: [other, silent, volume] })).toMatchObject({
      shape: "google-items",
      book: { title: "The Lighthouse Ledger" },
    });
    expect(read({ items: [other] })).toEqual({ kind: "unreadable", reason: "wrong_isbn" });
    expect(read({ items: [other, silent] })).toEqual({ kind: "unreadable", reason: "wrong_isbn" });
    expect(read({ items: [silent] })).toMatchObject({ book: { title: "Unsure" } });
  });

  it("can come from an orchestrated search", () => {
    const stored = read({ items: [volume], provider: "orchestrated:google+openlibrary" });
    expect(stored).toMatchObject({ book: { provider: "merged" } });
  });

  it("can lack a title", () => {
    expect(read({ id: "x", volumeInfo: { authors: ["Mira Quill"] } })).toEqual({
      kind: "unreadable",
      reason: "no_title",
    });
    expect(read({ items: [null] })).toEqual({ kind: "unreadable", reason: "no_title" });
  });
});

describe("works, editions, authors", () => {
  it("yield the edition with this ISBN, its blanks filled from the work and the authors", () => {
    expect(read(works)).toMatchObject({ shape: "works-editions-authors" });
    expect(bookIn(works)).toMatchObject({
      isbn: ISBN,
      title: "The Lighthouse Ledger",
      authors: ["Mira Quill", "Tom Reed"],
      authorsDetailed: [{ name: "Mira Quill", key: "OL200A" }, { name: "Tom Reed" }],
      publisher: "Tidewater Press",
      publishedDate: "2003-05-01",
      publicationYear: 2003,
      pageCount: 312,
      language: "en",
      categories: ["Fiction"],
      description: "Salt and light.",
      coverUrl: "https://img.example/c.jpg",
      identifiers: { openLibrary: "OL100M", googleBooks: "AbC123" },
      provider: "google-books",
    });
  });

  it("yield the other edition under the other key", () => {
    expect(bookIn(works, OTHER)).toMatchObject({
      title: "Le registre du phare",
      language: "fr",
      publicationYear: 1999,
    });
    expect(bookIn(works, OTHER)).not.toHaveProperty("publishedDate");
    expect(bookIn(works, OTHER).identifiers).toEqual({ googleBooks: "AbC123" });
  });

  it("do not match another book", () => {
    expect(read(works, "9780140328721")).toEqual({ kind: "unreadable", reason: "wrong_isbn" });
  });

  it("can be only a work, or have nested editions and authors", () => {
    expect(
      bookIn({ works: [{ title: "A" }], editions: [], authors: [{ name: "Mira Quill" }] }),
    ).toMatchObject({ title: "A", authors: ["Mira Quill"] });
    const nested = {
      works: [
        { title: "B" },
        { title: "A", authors: ["Tom Reed"], editions: [{ isbn13: ISBN, pages: 9 }] },
      ],
      editions: [],
    };
    expect(bookIn(nested)).toMatchObject({ title: "A", authors: ["Tom Reed"], pageCount: 9 });
  });

  it("match editions to works by index, otherwise by title", () => {
    const two = {
      works: [
        { title: "A", description: "of A" },
        { title: "B", description: "of B" },
      ],
    };
    expect(bookIn({ ...two, editions: [{ isbn: OTHER }, { isbn: ISBN }] })).toMatchObject({
      title: "B",
      description: "of B",
    });
    expect(bookIn({ ...two, editions: [{ isbn: ISBN, title: "B" }] })).toMatchObject({
      description: "of B",
    });
    expect(bookIn({ ...two, editions: [{ isbn: ISBN, title: "C" }] })).not.toHaveProperty(
      "description",
    );
  });
});

describe("wrappings", () => {
  it.each<[string, unknown, object]>([
    ["envelope>flat", { success: true, data: flat }, {}],
    ["envelope>flat", { data: flat }, {}],
    [
      "envelope>envelope>flat",
      { success: true, data: { book: flat }, metadata: { timestamp: new Date(AT).toISOString() } },
      { date: AT },
    ],
    ["cached>flat", { data: flat, cachedAt: AT, ttl: 86_400 }, { date: AT }],
    ["cached>flat", { data: flat, cachedAt: AT / 1000, ttl: 86_400 }, { date: AT }],
    ["cached>flat", { data: flat, cachedAt: new Date(AT).toISOString() }, { date: AT }],
    ["cached>flat", { data: flat, ttl: 86_400 }, {}],
    [
      "cached>envelope>flat",
      { data: { success: true, data: flat, meta: { timestamp: 1 } }, cachedAt: AT, ttl: 1 },
      { date: AT },
    ],
    [
      "envelope>cached>google-items",
      { success: true, data: { data: { totalItems: 1, items: [volume] }, cachedAt: AT, ttl: 1 } },
      { date: AT },
    ],
    ["envelope>works-editions-authors", { success: true, data: works }, {}],
    ["cached>google-volume", { data: volume, cachedAt: AT, ttl: 1 }, { date: AT }],
    ["list>flat", [flat], {}],
    ["envelope>list>flat", { data: [null, { ...flat, isbn: OTHER }, { ...flat, isbn: ISBN }] }, {}],
  ])("%s", (shape, value, rest) => {
    const stored = read(value);
    expect(stored).toMatchObject({ kind: "legacy", shape, ...rest });
    expect(stored).toHaveProperty("book.title", "The Lighthouse Ledger");
    expect("date" in stored).toBe("date" in rest);
  });

  it("supply the provider when the book has none", () => {
    expect(bookIn({ success: true, data: flat, meta: { provider: "OpenLibrary" } }).provider).toBe(
      "openlibrary",
    );
    expect(
      bookIn({
        success: true,
        data: { ...flat, provider: "google" },
        meta: { provider: "openlibrary" },
      }).provider,
    ).toBe("google-books");
    expect(bookIn({ data: flat, cachedAt: AT, source: "KV", endpoint: "isbn" }).provider).toBe(
      "import",
    );
  });

  it("do not hide the ISBN of a book", () => {
    expect(read({ success: true, data: { ...flat, isbn: OTHER } })).toEqual({
      kind: "unreadable",
      reason: "wrong_isbn",
    });
  });

  it.each([0, -1, 5, "yesterday", "", null, true, 1e300, "99999-01-01"])(
    "are undated by %j",
    (cachedAt) => {
      expect(read({ data: flat, cachedAt })).not.toHaveProperty("date");
    },
  );

  it("are limited in depth", () => {
    const deep = Array.from({ length: 40 }).reduce<unknown>((value) => ({ data: value }), flat);
    expect(read(deep)).toEqual({ kind: "unreadable", reason: "unknown_shape" });
  });
});
