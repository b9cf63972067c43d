import { describe, expect, it } from "vitest";
import { rowOf, rowsOf, type Cells } from "../../../../test/support/imports/rows-of.ts";
import type { ImportRow } from "../job/row.ts";
import { detectLayout } from "./detect.ts";

const goodreads = (cells: Cells): ImportRow => rowOf("goodreads", { Title: "Dune", ...cells });
const codes = (row: ImportRow): string[] => row.notes.map(({ code }) => code);
const shelve = (isbn: string, matchedBy = "isbn13") => ({ kind: "shelve", isbn, matchedBy });

describe("ISBNs", () => {
  it.each([
    ['="0441172717"', '="9780441172719"', shelve("9780441172719"), []],
    ['="0441172717"', '=""', shelve("9780441172719", "isbn10"), []],
    ["", "978-0-441-17271-9", shelve("9780441172719"), []],
    ["", "\u200F9780441172719\u200E", shelve("9780441172719"), []],
    ["441172717", "", shelve("9780441172719", "isbn10"), ["ISBN_PADDED"]],
    ["756225X", "", shelve("9780007562251", "isbn10"), ["ISBN_PADDED"]],
    ["080442957X", "", shelve("9780804429573", "isbn10"), []],
    ["80442957x", "", shelve("9780804429573", "isbn10"), ["ISBN_PADDED"]],
    ["2227483148", "9.78223E+12", shelve("9782227483149", "isbn10"), ["ISBN_IGNORED"]],
    ["0441172717", "9780441172710", shelve("9780441172719", "isbn10"), ["ISBN_IGNORED"]],
    ["", "9798886451740", shelve("9798886451740"), []],
    ["", "0441172717, 9780441172719", shelve("9780441172719", "isbn13"), []],
  ])("reads %j and %j", (ISBN, ISBN13, verdict, notes) => {
    const row = goodreads({ ISBN, ISBN13 });
    expect(row.verdict).toEqual(verdict);
    expect(codes(row)).toEqual(notes);
  });

  it.each([
    ["", "", "NO_ISBN"],
    ["0", '=""', "NO_ISBN"],
    ["", "9.78E+12", "ISBN_ROUNDED"],
    ["", "9,78223E+12", "ISBN_ROUNDED"],
    ["", "9780441172710", "ISBN_INVALID"],
    ["441172718", "", "ISBN_INVALID"],
    ["1447272676", "9780230770034", "ISBN_CONFLICT"],
    ["", "9780441172719 / 9780230770034", "ISBN_CONFLICT"],
  ])("sends %j and %j to review", (ISBN, ISBN13, code) => {
    expect(goodreads({ ISBN, ISBN13 }).verdict).toMatchObject({ kind: "match", reason: { code } });
  });

  it("suggests a correction of an invalid ISBN", () => {
    const { verdict } = goodreads({ ISBN13: "9780441172710" });
    expect(verdict.kind === "match" && verdict.reason.text).toMatch(
      /ISBN13: 9780441172710.*Did you mean 9780441172719/,
    );
  });

  it.each([
    ["", "", "NO_TITLE"],
    ["", "9.78E+12", "ISBN_ROUNDED"],
    ["", "123abc", "ISBN_INVALID"],
  ])("refuses %j and %j without a title", (ISBN, ISBN13, code) => {
    const row = goodreads({ Title: " ", ISBN, ISBN13, Publisher: "Ace" });
    expect(row.verdict).toMatchObject({ kind: "invalid", reason: { code } });
  });

  it("stores StoryGraph's substitute for an ISBN as an identifier", () => {
    const uid = (cell: string) => rowOf("storygraph", { Title: "Dune", "ISBN/UID": cell });
    expect(uid("0441172717").verdict).toEqual(shelve("9780441172719", "isbn10"));
    for (const cell of ["B00B7NPRY8", "8f3c6f0e-1d6d-4f5f-9b93-3b1f6f9f0a77", "40725766"]) {
      expect(uid(cell)).toMatchObject({
        verdict: { kind: "match", reason: { code: "NO_ISBN" } },
        entry: { extra: { "ISBN/UID": cell } },
      });
    }
    expect(uid("b00b7npry8").identifiers).toEqual({ asin: "B00B7NPRY8" });
    expect(uid("9780441172710").verdict).toMatchObject({ reason: { code: "ISBN_INVALID" } });
  });

  it("prefers Calibre's identifiers to a damaged number", () => {
    const row = rowOf("calibre", {
      title: "Dune",
      isbn: "1433809",
      identifiers: "goodreads:1,isbn:9780441172719",
    });
    expect(row).toMatchObject({
      verdict: shelve("9780441172719"),
      identifiers: { goodreads: "1" },
    });
  });

  it("reads LibraryThing's bracketed ISBN, or its list of ISBNs if there is no other", () => {
    const row = (cells: Cells) => rowOf("librarything", { Title: "Dune", ...cells }).verdict;
    expect(row({ ISBN: "[2070291340]" })).toEqual(shelve("9782070291342", "isbn10"));
    expect(row({ ISBN: "[]", ISBNs: "2070291340, 9782070291342" })).toMatchObject({
      isbn: "9782070291342",
    });
  });
});

describe("refused rows", () => {
  it.each([
    ["libib", { item_type: "movie", title: "Alien", upc_isbn10: "024543002055" }],
    ["libib", { item_type: "videogame", title: "Alien", ean_isbn13: "9780441172719" }],
    ["librarything", { Title: "Alien", Media: "DVD" }],
    ["librarything", { Title: "Kind of Blue", Media: "Audio CD" }],
  ])("include items that are not books in a file of %s", (format, cells) => {
    expect(rowOf(format, cells).verdict).toMatchObject({
      kind: "invalid",
      reason: { code: "NOT_A_BOOK" },
    });
  });

  it("do not include an audiobook with an ISBN", () => {
    const row = rowOf("librarything", { Title: "Dune", Media: "Audio CD", ISBN: "[0441172717]" });
    expect(row.verdict.kind).toBe("shelve");
  });

  it("include books in the trash of Openreads", () => {
    const row = rowOf("openreads", { title: "Dune", deleted: "true", isbn: "9780441172719" });
    expect(row.verdict).toMatchObject({ kind: "invalid", reason: { code: "REMOVED" } });
  });
});

describe("cells and columns", () => {
  const header = ["Title", "Author", "ISBN13", "My Rating", "Exclusive Shelf", "Date Added"];
  const read = (...cells: string[]): ImportRow => {
    const detection = detectLayout([{ row: 1, line: 1, cells: header }], {});
    if (detection.kind === "unknown") throw new Error(detection.why);
    return detection.reader.read({ row: 2, line: 9, cells });
  };

  it("accept a row with too few or too many cells if they fit their columns", () => {
    const short = read("Dune", "Frank Herbert", "9780441172719", "4");
    expect(short).toMatchObject({
      row: 2,
      line: 9,
      verdict: shelve("9780441172719"),
      entry: { rating: 4 },
    });
    expect(codes(short)).toEqual(["RAGGED_ROW"]);
    const long = read("Dune", "Frank Herbert", "9780441172719", "4", "read", "2024/05/04", "more");
    expect(long.entry.extra).toEqual({ "Column 7": "more" });
    expect(codes(long)).toEqual(["RAGGED_ROW"]);
    expect(
      codes(read("Dune", "Frank Herbert", "9780441172719", "4", "read", "2024/05/04", "", "")),
    ).toEqual([]);
  });

  it("are refused without guessing when the cells are shifted", () => {
    const row = read(
      "Dune",
      " or The Desert",
      "Frank Herbert",
      "9780441172719",
      "4",
      "read",
      "2024/05/04",
    );
    expect(row).toMatchObject({
      verdict: { kind: "invalid", reason: { code: "CELLS_SHIFTED" } },
      book: {},
      entry: {},
      raw: { ISBN13: "Frank Herbert", "Column 7": "2024/05/04" },
    });
  });

  it("report the damage that the CSV reader found", () => {
    const detection = detectLayout([{ row: 1, line: 1, cells: header }], {});
    if (detection.kind === "unknown") throw new Error(detection.why);
    const damaged = detection.reader.read({
      row: 2,
      line: 2,
      cells: ['"Dune'],
      damage: "UNBALANCED_QUOTE",
    });
    expect(damaged.verdict).toMatchObject({
      kind: "invalid",
      reason: { code: "UNBALANCED_QUOTE" },
    });
    expect(damaged.raw).toEqual({ Title: '"Dune' });
    expect(read("", "", " ", "").verdict).toMatchObject({ reason: { code: "EMPTY_ROW" } });
    const nul = read("Du\0ne", "", "9780441172719", "", "", "");
    expect(nul).toMatchObject({ book: { title: "Dune" }, raw: { Title: "Dune" } });
    expect(codes(nul)).toEqual(["NUL_REMOVED"]);
  });

  it("preserve the second of two contradicting columns", () => {
    const [row] = rowsOf("none", { Title: "Dune", title: "Dune II", ISBN: "9780441172719" });
    expect(row).toMatchObject({ book: { title: "Dune" }, entry: { extra: { title: "Dune II" } } });
  });

  it("preserve every non-empty cell without a field", () => {
    const row = goodreads({
      ISBN13: "9780441172719",
      Binding: "Paperback",
      "Average Rating": "4.28",
      Condition: "",
    });
    expect(row.entry).toEqual({ format: "paperback", extra: { "Average Rating": "4.28" } });
    expect(row.raw).toEqual({
      Title: "Dune",
      ISBN13: "9780441172719",
      Binding: "Paperback",
      "Average Rating": "4.28",
    });
  });

  it("treat formulas as text", () => {
    const row = goodreads({ Title: '=HYPERLINK("http://x.example","Dune")', "My Review": "=1+1" });
    expect(row).toMatchObject({
      book: { title: '=HYPERLINK("http://x.example","Dune")' },
      entry: { review: "=1+1" },
    });
  });

  it("preserve the composition of letters", () => {
    const title = "e\u0301te\u0301";
    expect(goodreads({ Title: title }).book.title).toBe(title);
  });

  it.each([
    ["\u202Be\u0301te\u0301\u202C", "e\u0301te\u0301"],
    ["\u200BDune\u200B\uFEFF", "Dune"],
    ["\u202EKindred\u2066", "Kindred"],
    ["so\u00ADft hy\u200Dphen", "soft hyphen"],
    ["نمی\u200Cدانم", "نمی\u200Cدانم"],
    ["👨\u200D👩\u200D👧 Family", "👨\u200D👩\u200D👧 Family"],
  ])("lose characters that cannot be seen: %j", (Title, expected) => {
    expect(goodreads({ Title }).book.title).toBe(expected);
    expect(goodreads({ Title: "x", Author: Title }).book.authors).toEqual([expected]);
  });
});
