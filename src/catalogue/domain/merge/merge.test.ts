import { describe, expect, it } from "vitest";
import type { Book } from "../../../../contract/catalogue.ts";
import { type DatedAnswer, mergeAnswers, mergeStored, preferring } from "./merge.ts";
import type { BookField } from "./book-fields.ts";
import type { ProviderBook } from "../provider.ts";

const ISBN = "9780306406157";
const MONDAY = "2026-03-02T10:00:00.000Z";
const TUESDAY = "2026-03-03T10:00:00.000Z";

function providerBook(fields: Partial<ProviderBook>): ProviderBook {
  return { isbn: ISBN, title: "A Title", authors: [], categories: [], ...fields };
}

function openLibrary(fields: Partial<ProviderBook>, fetchedAt = MONDAY): DatedAnswer {
  return { provider: "openlibrary", book: providerBook(fields), fetchedAt };
}

function google(fields: Partial<ProviderBook>, fetchedAt = MONDAY): DatedAnswer {
  return { provider: "google-books", book: providerBook(fields), fetchedAt };
}

function stored(fields: Partial<ProviderBook>, fetchedAt: string): Book {
  return mergeAnswers(ISBN, [openLibrary(fields, fetchedAt)]);
}

describe("mergeAnswers", () => {
  it("keeps a single answer, with its provider as the source of every filled field", () => {
    expect(mergeAnswers(ISBN, [google({ authors: ["An Author"], language: "en" })])).toStrictEqual({
      isbn: ISBN,
      isbn10: "0306406152",
      title: "A Title",
      authors: ["An Author"],
      categories: [],
      language: "en",
      provider: "google-books",
      sources: [
        { provider: "google-books", fetchedAt: MONDAY, fields: ["title", "authors", "language"] },
      ],
      updatedAt: MONDAY,
    });
  });

  it("uses the better provider for each field, and records its source", () => {
    const merged = mergeAnswers(ISBN, [
      google(
        {
          title: "A TITLE",
          authors: ["Author, An"],
          description: "What it is about.",
          categories: ["Fiction / Literary"],
          publishedDate: "2003-05-01",
          publicationYear: 2003,
          imageLinks: { thumbnail: "https://g.example/1" },
          coverUrl: "https://g.example/1",
          identifiers: { googleBooks: "abc" },
        },
        TUESDAY,
      ),
      openLibrary({
        authors: ["An Author"],
        categories: ["Accessible book"],
        publishedDate: "2003",
        publicationYear: 2003,
        pageCount: 300,
        imageLinks: { large: "https://o.example/L" },
        coverUrl: "https://o.example/L",
        identifiers: { openLibrary: "OL1M" },
      }),
    ]);
    expect(merged).toMatchObject({
      title: "A Title",
      authors: ["An Author"],
      description: "What it is about.",
      categories: ["Fiction / Literary"],
      publishedDate: "2003-05-01",
      pageCount: 300,
      imageLinks: { thumbnail: "https://g.example/1", large: "https://o.example/L" },
      coverUrl: "https://o.example/L",
      identifiers: { googleBooks: "abc", openLibrary: "OL1M" },
      provider: "merged",
      updatedAt: TUESDAY,
    });
    expect(merged.sources).toStrictEqual([
      {
        provider: "google-books",
        fetchedAt: TUESDAY,
        fields: [
          "publishedDate",
          "publicationYear",
          "categories",
          "description",
          "imageLinks",
          "identifiers",
        ],
      },
      {
        provider: "openlibrary",
        fetchedAt: MONDAY,
        fields: ["title", "authors", "pageCount", "imageLinks", "coverUrl", "identifiers"],
      },
    ]);
  });

  it("is not `merged` if one of the answers adds nothing", () => {
    const merged = mergeAnswers(ISBN, [
      openLibrary({ authors: ["An Author"] }),
      google({}, TUESDAY),
    ]);
    expect(merged.provider).toBe("openlibrary");
    expect(merged.sources.map((source) => source.provider)).toEqual(["openlibrary"]);
  });

  it("does not trust an ISBN-10: 979 has none", () => {
    const book = providerBook({ isbn: "9791090636071", isbn10: "1090636078" });
    const merged = mergeAnswers("9791090636071", [
      { provider: "openlibrary", book, fetchedAt: MONDAY },
    ]);
    expect(merged).not.toHaveProperty("isbn10");
  });

  it("rejects an empty list of answers", () => {
    expect(() => mergeAnswers(ISBN, [])).toThrow("At least one answer");
  });
});

describe("mergeStored", () => {
  it("replaces earlier values of a source, and drops values that it no longer has", () => {
    const older = stored(
      { title: "Old", publisher: "Old House", pageCount: 100, authors: ["A"] },
      MONDAY,
    );
    const newer = stored({ title: "New", publisher: "New House" }, TUESDAY);
    expect(mergeStored(older, newer)).toStrictEqual(newer);
    expect(mergeStored(newer, older)).toStrictEqual(newer);
  });

  it("keeps values of a source that has not answered again", () => {
    const older = mergeAnswers(ISBN, [
      google({ title: "Theirs", publisher: "Their House", description: "Theirs." }),
      openLibrary({ title: "Old", publisher: "Old House", subtitle: "Old", pageCount: 100 }),
    ]);
    const newer = stored({ title: "New", publisher: "New House" }, TUESDAY);
    const merged = mergeStored(older, newer);
    expect(merged).toMatchObject({ title: "New", publisher: "New House", description: "Theirs." });
    expect(merged).not.toHaveProperty("pageCount");
    expect(merged).not.toHaveProperty("subtitle");
    expect(merged.sources).toStrictEqual([
      { provider: "openlibrary", fetchedAt: TUESDAY, fields: ["title", "publisher"] },
      { provider: "google-books", fetchedAt: MONDAY, fields: ["description"] },
    ]);
    expect(mergeStored(newer, older)).toStrictEqual(merged);
  });

  it("drops the cover and the identifier of a source that no longer has them", () => {
    const older = mergeAnswers(ISBN, [
      google({
        imageLinks: { thumbnail: "https://books.google.com/books/content?id=a" },
        coverUrl: "https://books.google.com/books/content?id=a",
        identifiers: { googleBooks: "a" },
      }),
      openLibrary({
        imageLinks: { large: "https://covers.openlibrary.org/b/id/7-L.jpg" },
        coverUrl: "https://covers.openlibrary.org/b/id/7-L.jpg",
        identifiers: { openLibrary: "OL1M" },
      }),
    ]);
    const merged = mergeStored(older, stored({ authors: ["A"] }, TUESDAY));
    expect(merged).toMatchObject({
      imageLinks: { thumbnail: "https://books.google.com/books/content?id=a" },
      coverUrl: "https://books.google.com/books/content?id=a",
      identifiers: { googleBooks: "a" },
    });
    expect(merged.imageLinks).not.toHaveProperty("large");
    expect(merged.identifiers).not.toHaveProperty("openLibrary");
  });

  it("drops all values of a source that no longer has the book, if another one has it", () => {
    const older = stored({ title: "Wrong", subtitle: "Not this", categories: ["Wrong"] }, MONDAY);
    const theirs = mergeAnswers(ISBN, [google({ title: "Right" }, TUESDAY)]);
    const merged = mergeStored(older, theirs, ["openlibrary"]);
    expect(merged).toStrictEqual({
      ...theirs,
      unusedAnswers: [{ provider: "openlibrary", fetchedAt: TUESDAY }],
    });
    expect(mergeStored(merged, older)).toStrictEqual(merged);
    expect(mergeStored(older, theirs)).toMatchObject({ title: "Wrong", subtitle: "Not this" });
  });

  it("does not restore an old value if the source's newer answer has no used value", () => {
    const older = mergeStored(
      mergeAnswers(ISBN, [google({ description: "No longer given" }, MONDAY)]),
      mergeAnswers(ISBN, [openLibrary({ coverUrl: "https://e.example/1" }, TUESDAY)]),
    );
    const newer = mergeStored(
      mergeAnswers(ISBN, [openLibrary({}, MONDAY)]),
      mergeAnswers(ISBN, [google({ coverUrl: "https://e.example/2" }, TUESDAY)]),
    );
    const once = mergeStored(older, newer);
    expect(once).not.toHaveProperty("description");
    expect(once.unusedAnswers).toStrictEqual([{ provider: "google-books", fetchedAt: TUESDAY }]);
    expect(mergeStored(once, older)).toStrictEqual(once);
    expect(mergeStored(newer, mergeStored(older, once))).toStrictEqual(once);
  });

  it("keeps the title of one source if the titles of both sides are outdated", () => {
    const older = mergeStored(
      mergeAnswers(ISBN, [google({}, MONDAY)]),
      mergeAnswers(ISBN, [openLibrary({ title: "", pageCount: 300 }, TUESDAY)]),
    );
    const newer = mergeStored(
      mergeAnswers(ISBN, [openLibrary({}, MONDAY)]),
      mergeAnswers(ISBN, [google({ title: "", pageCount: 300 }, TUESDAY)]),
    );
    const once = mergeStored(older, newer);
    expect(mergeStored(once, older)).toStrictEqual(once);
    expect(mergeStored(once, newer)).toStrictEqual(once);
  });

  it("fills blanks only from an old value of the cache, and keeps it until a source has a value", () => {
    const old: Book = {
      ...stored({ title: "Old", pageCount: 100 }, MONDAY),
      provider: "import",
      sources: [{ provider: "kv-import", fetchedAt: MONDAY, fields: ["title", "pageCount"] }],
    };
    const newer = stored({ title: "New" }, TUESDAY);
    expect(mergeStored(old, newer)).toMatchObject({ title: "New", pageCount: 100 });
    expect(mergeStored(newer, old)).toStrictEqual(mergeStored(old, newer));
  });

  it("never lets date and year disagree", () => {
    const dated = stored({ publishedDate: "2012" }, MONDAY);
    const yearOnly = mergeAnswers(ISBN, [google({ publicationYear: 1937 }, TUESDAY)]);
    expect(mergeStored(dated, yearOnly)).toMatchObject({
      publishedDate: "2012",
      publicationYear: 2012,
    });
  });

  it("does not replace a cover with a thumbnail", () => {
    const large = { imageLinks: { large: "https://o.example/L" }, coverUrl: "https://o.example/L" };
    const small = {
      imageLinks: { thumbnail: "https://g.example/1" },
      coverUrl: "https://g.example/1",
    };
    const theirs = mergeAnswers(ISBN, [google(small, TUESDAY)]);
    expect(mergeStored(stored(large, MONDAY), theirs)).toMatchObject({
      imageLinks: { thumbnail: "https://g.example/1", large: "https://o.example/L" },
      coverUrl: "https://o.example/L",
    });
  });

  it("names the remaining provider if no value of the other is left", () => {
    const imported: Book = {
      ...stored({ authors: ["A"] }, MONDAY),
      provider: "import",
      sources: [{ provider: "kv-import", fetchedAt: MONDAY, fields: ["title", "authors"] }],
    };
    expect(mergeStored(imported, stored({ authors: ["B"] }, TUESDAY)).provider).toBe("openlibrary");
    expect(mergeStored(imported, stored({}, TUESDAY)).provider).toBe("merged");
  });

  it("keeps a book whose sources do not name its fields", () => {
    const bare: Book = { ...stored({ pageCount: 100 }, MONDAY), sources: [] };
    expect(mergeStored(bare, stored({ pageCount: 120, language: "en" }, TUESDAY))).toMatchObject({
      pageCount: 120,
    });
    expect(mergeStored(stored({ pageCount: 120 }, TUESDAY), bare)).toMatchObject({
      pageCount: 120,
    });
  });

  it("rejects books with different ISBNs", () => {
    const other = mergeAnswers("9780140328721", [openLibrary({})]);
    expect(() => mergeStored(stored({}, MONDAY), other)).toThrow("one ISBN");
  });
});

describe("a preferred provider", () => {
  const answers = [
    openLibrary({ title: "Theirs", publisher: "Theirs", pageCount: 300, description: "Theirs." }),
    google({ title: "Ours", publisher: "Ours", publishedDate: "1990-09-01", description: "????" }),
  ];
  const book = mergeAnswers(ISBN, answers);

  it("takes precedence for every field that it fills with a valid value, and for no other", () => {
    expect(preferring("google-books", book, answers)).toMatchObject({
      title: "Ours",
      publisher: "Ours",
      pageCount: 300,
      publishedDate: "1990-09-01",
      description: "Theirs.",
    });
    expect(preferring("openlibrary", book, answers)).toMatchObject({ title: "Theirs" });
  });

  it("changes nothing if it has not answered", () => {
    expect(preferring("google-books", book, answers.slice(0, 1))).toStrictEqual(book);
  });
});

describe("the better value", () => {
  const wins = (
    field: BookField,
    worse: Partial<ProviderBook>,
    better: Partial<ProviderBook>,
  ): void => {
    for (const [one, other] of [
      [openLibrary, google],
      [google, openLibrary],
    ] as const) {
      const merged = mergeAnswers(ISBN, [one(worse), other(better)]);
      expect(merged[field]).toEqual(providerBook(better)[field]);
      expect(mergeAnswers(ISBN, [other(better), one(worse)])).toStrictEqual(merged);
      // A worse value does not win because it is newer.
      const kept = mergeStored(
        mergeAnswers(ISBN, [other(better, MONDAY)]),
        mergeAnswers(ISBN, [one(worse, TUESDAY)]),
      );
      expect(kept[field]).toEqual(providerBook(better)[field]);
    }
  };

  it.each([
    ["????", "The Hobbit"],
    ["<>", "The Hobbit"],
    ["[Untitled]", "The Hobbit"],
    ["Les Mis\u00C3\u00A9rables", "Les Misérables"],
    ["Les Mis\uFFFDrables", "Les Miserables"],
    ["Les Mis?rables", "Les Miserables"],
    ["THE HANDMAID'S TALE", "The Handmaid's Tale"],
    ["handmaid's tale", "The Handmaid's Tale"],
    ["Hobbit, The", "The Hobbit"],
    ["The hobbit /", "The Hobbit"],
    ["Dune [Paperback]", "Dune"],
    ["100 Bucket List of the dead", "100 Bucket List of the dead Tome 8"],
    ["The Walkers", "The Walkers, Vol. 3"],
    ["The Walkers", "The Walkers 3"],
  ])("of the titles %j and %j is the second", (worse, better) => {
    wins("title", { title: worse }, { title: better });
  });

  it.each([
    [["KING, STEPHEN"], ["Stephen King"]],
    [["STEPHEN KING"], ["Stephen King"]],
    [["King, Stephen, 1947-"], ["Stephen King"]],
    [["Unknown"], ["Real Person"]],
    [["Anonymous"], ["Real Person"]],
    [["Various Authors"], ["Real Person"]],
    [[], ["Real Person"]],
  ])("of the authors %j and %j is the second", (worse, better) => {
    wins("authors", { authors: worse }, { authors: better });
  });

  it.each([
    ["s.n.", "Penguin"],
    ["????", "Penguin"],
    ["PENGUIN BOOKS", "Penguin Books"],
  ])("of the publishers %j and %j is the second", (worse, better) => {
    wins("publisher", { publisher: worse }, { publisher: better });
  });

  it.each([
    [1, 311],
    [3, 400],
    [48, 848],
  ])("of %d and %d pages is the second", (worse, better) => {
    wins("pageCount", { pageCount: worse }, { pageCount: better });
  });

  it.each([
    ["2017-01-01", "2017-05-18"],
    ["1900-01-01", "2014-03-04"],
    ["1900-01-01", "2014"],
    ["2003", "1990-09-01"],
    ["2003", "2003-05"],
    ["2003-05", "2003-05-18"],
  ])("of the dates %s and %s is the second", (worse, better) => {
    const dated = (publishedDate: string) => ({
      publishedDate,
      publicationYear: Number(publishedDate.slice(0, 4)),
    });
    wins("publishedDate", dated(worse), dated(better));
    wins("publicationYear", dated(worse), dated(better));
  });

  it("contains the subtitle once", () => {
    const merged = mergeAnswers(ISBN, [
      openLibrary({ title: "Sapiens: A Brief History of Humankind" }),
      google({ title: "Sapiens", subtitle: "A Brief History of Humankind" }),
    ]);
    expect(merged).not.toHaveProperty("subtitle");
    expect(merged.sources.map(({ provider }) => provider)).toEqual(["openlibrary"]);
  });

  it("has details that agree with its authors", () => {
    const merged = mergeAnswers(ISBN, [
      openLibrary({
        authors: ["REAL AUTHOR"],
        authorsDetailed: [{ name: "REAL AUTHOR", key: "OL1A" }],
      }),
      google({ authors: ["Real Author", "Second Author"] }),
    ]);
    expect(merged).toMatchObject({
      authors: ["Real Author", "Second Author"],
      authorsDetailed: [{ name: "Real Author", key: "OL1A" }, { name: "Second Author" }],
    });
  });
});
