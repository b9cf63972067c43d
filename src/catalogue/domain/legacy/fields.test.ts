import { describe, expect, it } from "vitest";
import {
  AT,
  bookIn,
  fields,
  flat,
  ISBN,
  ISBN10,
  OTHER,
  read,
} from "../../../../test/support/old-values.ts";
import { UNDATED } from "./stored-value.ts";

describe("a flat book", () => {
  it("keeps every field", () => {
    const stored = read(flat);
    expect(stored).toStrictEqual({
      kind: "legacy",
      shape: "flat",
      book: {
        ...fields,
        provider: "import",
        sources: [
          {
            provider: "kv-import",
            fetchedAt: UNDATED,
            fields: [
              "title",
              "authors",
              "authorsDetailed",
              "publisher",
              "publishedDate",
              "publicationYear",
              "pageCount",
              "language",
              "categories",
              "description",
              "imageLinks",
              "coverUrl",
            ],
          },
        ],
        updatedAt: UNDATED,
      },
    });
  });

  it("is the same under both spellings of its ISBN", () => {
    expect(read(flat, ISBN10)).toStrictEqual(read(flat, ISBN));
    expect(bookIn(flat, OTHER)).not.toHaveProperty("isbn10");
  });

  it("keeps the fields of an enrichment answer", () => {
    const stored = read({
      isbn: ISBN,
      title: "The Lighthouse Ledger",
      authors: ["Mira Quill"],
      coverUrl: "http://img.example/c.jpg",
      provider: "google-books",
      enrichedAt: new Date(AT).toISOString(),
      vectorized: false,
    });
    expect(stored).toMatchObject({
      date: AT,
      book: {
        coverUrl: "https://img.example/c.jpg",
        provider: "google-books",
        updatedAt: new Date(AT).toISOString(),
        sources: [{ provider: "kv-import", fetchedAt: new Date(AT).toISOString() }],
      },
    });
  });

  it("keeps a book in the current form", () => {
    const { publishedDate: _date, ...rest } = fields;
    const now = {
      ...rest,
      identifiers: { openLibrary: "OL100M", isbn13: ISBN, goodreads: ["42"], "not a name": "x" },
    };
    expect(bookIn(now)).toMatchObject({
      ...rest,
      identifiers: { openLibrary: "OL100M", goodreads: "42" },
    });
  });

  it("reads the names of database rows and of Open Library's records", () => {
    const row = {
      title: "A",
      published_date: "2003",
      page_count: "312",
      cover_url: "http://img.example/c.jpg",
      author: "Mira Quill",
    };
    expect(bookIn(row)).toMatchObject({
      publicationYear: 2003,
      pageCount: 312,
      coverUrl: "https://img.example/c.jpg",
      authors: ["Mira Quill"],
    });
    const record = {
      title: "A",
      works: [{ key: "/works/OL300W" }],
      authors: [{ key: "/authors/OL200A" }],
      publishers: ["Tidewater Press"],
      publish_date: "c1949",
      number_of_pages: 312,
      languages: [{ key: "/languages/ger" }],
      isbn_10: [ISBN10],
      description: { type: "/type/text", value: "Salt." },
    };
    expect(bookIn(record)).toMatchObject({
      authors: [],
      publisher: "Tidewater Press",
      publicationYear: 1949,
      pageCount: 312,
      language: "de",
      description: "Salt.",
    });
  });

  it("extracts names from authors that are objects, and keeps their details", () => {
    const named = {
      title: "A",
      authors: [{ name: "Mira Quill", role: "editor" }, { name: "Tom Reed" }],
    };
    expect(bookIn(named)).toMatchObject({
      authors: ["Mira Quill", "Tom Reed"],
      authorsDetailed: [{ name: "Mira Quill", role: "editor" }, { name: "Tom Reed" }],
    });
    expect(bookIn({ title: "A", authors: [{ name: "Tom Reed" }] })).not.toHaveProperty(
      "authorsDetailed",
    );
    expect(bookIn({ title: "A", authorsDetailed: [{ name: "Tom Reed" }] }).authors).toEqual([
      "Tom Reed",
    ]);
  });

  it.each([
    ["c1949", { publicationYear: 1949, publishedDate: "1949" }],
    ["1998?", { publicationYear: 1998, publishedDate: "1998" }],
    ["2003-05", { publicationYear: 2003, publishedDate: "2003-05" }],
    ["19xx", undefined],
    ["-800", undefined],
    ["0101-01-01", undefined],
    ["", undefined],
    [null, undefined],
    [{}, undefined],
  ])("dated %j", (publishedDate, expected) => {
    const book = bookIn({ title: "A", publishedDate });
    expect(expected ?? {}).toEqual(
      Object.fromEntries(Object.entries(book).filter(([name]) => name.startsWith("publi"))),
    );
  });

  it("uses the separate year when the date is unusable", () => {
    expect(bookIn({ title: "A", publishedDate: "n.d.", publicationYear: 2003 })).toMatchObject({
      publicationYear: 2003,
    });
    expect(bookIn({ title: "A", publishedDate: "n.d.", publicationYear: 2003 })).not.toHaveProperty(
      "publishedDate",
    );
  });

  it("stores no language when it is unknown, and no page count of zero", () => {
    const book = bookIn({
      title: "A",
      language: "un",
      pageCount: 0,
      publisher: "",
      description: null,
      categories: null,
    });
    expect(Object.keys(book).sort()).toEqual([
      "authors",
      "categories",
      "isbn",
      "isbn10",
      "provider",
      "sources",
      "title",
      "updatedAt",
    ]);
  });

  it("is distinguished from a book with another ISBN", () => {
    expect(read({ ...flat, isbn: OTHER })).toEqual({ kind: "unreadable", reason: "wrong_isbn" });
    expect(read({ ...flat, industryIdentifiers: [{ identifier: OTHER }] })).toEqual({
      kind: "unreadable",
      reason: "wrong_isbn",
    });
    expect(read({ ...flat, isbn: OTHER, isbns: [OTHER, ISBN10] }).kind).toBe("legacy");
    expect(read({ ...flat, isbn: "none" }).kind).toBe("legacy");
  });

  it.each([{ authors: ["Mira Quill"] }, { title: "", isbn: ISBN }, { title: null, pageCount: 3 }])(
    "%j has no title",
    (value) => {
      expect(read(value)).toEqual({ kind: "unreadable", reason: "no_title" });
    },
  );
});
