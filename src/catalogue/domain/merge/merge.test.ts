import { describe, expect, it } from "vitest";
import type { Book } from "../../../../contract/catalogue.ts";
import { type DatedAnswer, mergeAnswers, mergeStored } from "./merge.ts";
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

  it("is not `merged` when one of the answers adds nothing", () => {
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
  it("prefers the newer value and keeps data that only the older book has", () => {
    const older = stored(
      { title: "Old", publisher: "Old House", pageCount: 100, authors: ["A"] },
      MONDAY,
    );
    const newer = stored({ title: "New", publisher: "New House" }, TUESDAY);
    const kept = {
      title: "New",
      publisher: "New House",
      pageCount: 100,
      authors: ["A"],
      updatedAt: TUESDAY,
    };
    expect(mergeStored(older, newer)).toMatchObject(kept);
    expect(mergeStored(newer, older)).toMatchObject(kept);
    expect(mergeStored(older, newer).sources).toStrictEqual([
      { provider: "openlibrary", fetchedAt: TUESDAY, fields: ["title", "publisher"] },
      { provider: "openlibrary", fetchedAt: MONDAY, fields: ["authors", "pageCount"] },
    ]);
  });

  it("compares the dates of the fields, not of the books", () => {
    const sunday = stored({ description: "Sunday's", pageCount: 100 }, "2026-03-01T10:00:00.000Z");
    const wednesday = stored({ pageCount: 120 }, "2026-03-04T10:00:00.000Z");
    const merged = mergeStored(
      mergeStored(sunday, wednesday),
      stored({ description: "Monday's", pageCount: 110 }, MONDAY),
    );
    expect(merged).toMatchObject({ description: "Monday's", pageCount: 120 });
  });

  it("keeps the more precise date of the same year, but not a day of another year", () => {
    const exact = stored({ publishedDate: "2003-05-01", publicationYear: 2003 }, MONDAY);
    const year = stored({ publishedDate: "2003", publicationYear: 2003 }, TUESDAY);
    const other = stored({ publishedDate: "2004", publicationYear: 2004 }, TUESDAY);
    expect(mergeStored(exact, year)).toMatchObject({
      publishedDate: "2003-05-01",
      publicationYear: 2003,
    });
    expect(mergeStored(exact, other)).toMatchObject({
      publishedDate: "2004",
      publicationYear: 2004,
    });
  });

  it("never lets date and year disagree", () => {
    const dated = stored({ publishedDate: "2012" }, MONDAY);
    const yearOnly = stored({ publicationYear: 1937 }, TUESDAY);
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
    expect(mergeStored(stored(large, MONDAY), stored(small, TUESDAY))).toMatchObject({
      imageLinks: { thumbnail: "https://g.example/1", large: "https://o.example/L" },
      coverUrl: "https://o.example/L",
    });
  });

  it("names the remaining provider when no value of the other is left", () => {
    const imported: Book = { ...stored({ authors: ["A"] }, MONDAY), provider: "import" };
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
  it("wins on every field that it fills, and on no other", () => {
    const answers = [
      openLibrary({ title: "Theirs", publisher: "Theirs", pageCount: 1 }),
      google({ title: "Ours", publisher: "Ours", publishedDate: "1990-09-01" }),
    ];
    expect(mergeAnswers(ISBN, answers, "google-books")).toMatchObject({
      title: "Ours",
      publisher: "Ours",
      pageCount: 1,
      publishedDate: "1990-09-01",
    });
    expect(mergeAnswers(ISBN, answers, "openlibrary")).toMatchObject({ title: "Theirs" });
  });
});
