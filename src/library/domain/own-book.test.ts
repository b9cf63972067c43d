import { describe, expect, it } from "vitest";
import type { Book } from "../../../contract/catalogue.ts";
import type { OwnBook } from "../../../contract/library.ts";
import { contradictions, withOwn } from "./own-book.ts";

describe("withOwn", () => {
  const own: OwnBook = { title: "Zine", authors: ["Kim"], pageCount: 12, language: "de" };

  it("sets given fields, clears null fields and keeps the rest", () => {
    const change = {
      authors: ["Kim", "Lee"],
      pageCount: null,
      publisher: "Self",
      title: undefined,
    };
    expect(withOwn(own, change)).toEqual({
      title: "Zine",
      authors: ["Kim", "Lee"],
      language: "de",
      publisher: "Self",
    });
    expect(withOwn(own, { authors: null }).authors).toEqual([]);
    expect(withOwn(own, {})).toEqual(own);
  });

  it.each([
    [{ publicationYear: 1999 }, { publishedDate: "2001-05" }, { publishedDate: "2001-05" }],
    [{ publishedDate: "2001-05" }, { publicationYear: 1999 }, { publicationYear: 1999 }],
    [{ publishedDate: "2001-05" }, { publicationYear: null }, {}],
    [
      { publishedDate: "0999" },
      { publicationYear: 999 },
      { publishedDate: "0999", publicationYear: 999 },
    ],
    [
      {},
      { publishedDate: "2001", publicationYear: 2001 },
      { publishedDate: "2001", publicationYear: 2001 },
    ],
  ])("keeps date and year consistent for %j and %j", (before, change, after) => {
    expect(withOwn({ ...own, ...before }, change)).toEqual({ ...own, ...after });
  });
});

describe("contradictions", () => {
  const book = { title: "Dune", authors: ["F"], pageCount: 541, categories: [] } as unknown as Book;

  it("lists the fields whose values differ", () => {
    expect(contradictions(book, { title: "Dune", authors: ["F"], pageCount: 541 })).toEqual([]);
    expect(contradictions(book, { categories: null, subtitle: null, title: undefined })).toEqual(
      [],
    );
    expect(contradictions(book, { title: "dune", authors: null, language: "en" })).toEqual([
      "title",
      "authors",
      "language",
    ]);
  });
});
