import { describe, expect, it } from "vitest";
import type { ProviderBook, ProviderSearchAnswer, TitleQuery } from "./provider.ts";
import { completeFromRecords, wantsRecords } from "./records.ts";

const ISBN = "9780306406157";
const book: ProviderBook = {
  isbn: ISBN,
  title: "A Title",
  authors: ["An Author"],
  categories: [],
  identifiers: { openLibrary: "OL1M" },
};
const unanswered = ["language", "description"] as const;
const failed: ProviderSearchAnswer = { kind: "failed", reason: "timeout" };

/** Records by id; `asked` lists the questions. */
function library(records: Record<string, ProviderSearchAnswer>) {
  const asked: TitleQuery[] = [];
  return {
    asked,
    ask: async (query: TitleQuery) => {
      asked.push(query);
      return (
        records[query.edition ?? query.workRecord ?? ""] ?? { kind: "found" as const, books: [] }
      );
    },
  };
}

const edition = (fields: Partial<ProviderBook>): ProviderSearchAnswer => ({
  kind: "found",
  books: [{ ...book, ...fields }],
});

describe("completeFromRecords", () => {
  it("fills missing fields from the edition's record, and keeps the answer's values", async () => {
    const { ask, asked } = library({
      OL1M: edition({ title: "Another", language: "en", description: "About it.", subtitle: "A" }),
    });
    expect(await completeFromRecords({ kind: "found", book, unanswered }, ask)).toEqual({
      kind: "found",
      book: { ...book, language: "en", description: "About it.", subtitle: "A" },
      unanswered: ["firstPublicationYear"],
    });
    expect(asked).toEqual([{ edition: "OL1M", isbn13: ISBN, limit: 1 }]);
  });

  it("takes the description from the work if the edition has none", async () => {
    const work = { description: "The work.", categories: ["Tea"], firstPublicationYear: 1990 };
    const { ask } = library({
      OL1M: edition({ language: "en", workId: "OL1W" }),
      OL1W: { kind: "found", books: [], work },
    });
    expect(await completeFromRecords({ kind: "found", book, unanswered }, ask)).toEqual({
      kind: "found",
      book: { ...book, language: "en", workId: "OL1W", ...work },
    });
  });

  it("uses the people of the record if the answer has none, and their roles in any case", async () => {
    const record = edition({
      authors: ["By Statement"],
      authorsDetailed: [{ name: "By Statement" }, { name: "A. Translator", role: "translator" }],
    });
    const { ask } = library({ OL1M: record });
    const nobody = { ...book, authors: [] };
    const filled = await completeFromRecords({ kind: "found", book: nobody, unanswered }, ask);
    expect(filled.book.authors).toEqual(["By Statement"]);
    const { authors, authorsDetailed } = (
      await completeFromRecords({ kind: "found", book, unanswered }, ask)
    ).book;
    expect({ authors, authorsDetailed }).toEqual({
      authors: ["An Author"],
      authorsDetailed: [{ name: "An Author" }, { name: "A. Translator", role: "translator" }],
    });
  });

  it.each([
    [{ OL1M: failed }, [...unanswered]],
    [
      { OL1M: edition({ language: "en", workId: "OL1W" }), OL1W: failed },
      ["description", "firstPublicationYear"],
    ],
    [{}, ["firstPublicationYear"]],
  ])("leaves the fields of a record that it cannot have unanswered: %#", async (records, left) => {
    const { ask } = library(records);
    const answer = await completeFromRecords({ kind: "found", book, unanswered }, ask);
    expect(answer.unanswered).toEqual(left);
  });

  it("makes no request for an answer that is complete or has no edition", async () => {
    expect(wantsRecords({ kind: "found", book })).toBe(false);
    const { identifiers: _none, ...unknown } = book;
    expect(wantsRecords({ kind: "found", book: unknown, unanswered })).toBe(false);
    expect(wantsRecords({ kind: "absent" })).toBe(false);
    expect(wantsRecords({ kind: "found", book: { ...book, authors: [] } })).toBe(true);
  });
});
