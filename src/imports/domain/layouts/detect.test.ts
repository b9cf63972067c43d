import { describe, expect, it } from "vitest";
import type { CsvRecord } from "../job/row.ts";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { settledRows } from "../../../../test/support/imports/rows-of.ts";
import type { ReadingOptions } from "../reading/assumptions.ts";
import { detectLayout } from "./detect.ts";
import { LAYOUTS } from "./tables/index.ts";

const records = (...lines: readonly (readonly string[])[]): CsvRecord[] =>
  lines.map((cells, index) => ({ row: index + 1, line: index + 1, cells }));

const detect = (lines: readonly (readonly string[])[], wishes: ReadingOptions = {}) => {
  const detection = detectLayout(records(...lines), wishes);
  if (detection.kind === "unknown") throw new Error(detection.why);
  const rows = settledRows(detection, records(...lines).slice((detection.headerIndex ?? -1) + 1));
  return { ...detection, rows };
};

const refusal = (lines: readonly (readonly string[])[], wishes: ReadingOptions = {}) => {
  const detection = detectLayout(records(...lines), wishes);
  expect(detection.kind).toBe("unknown");
  return detection.kind === "unknown" ? detection : undefined;
};

const shuffled = (names: readonly string[]): string[] =>
  [...names.slice(7), ...names.slice(0, 7)].toReversed();

describe("headers of services", () => {
  it.each(LAYOUTS)("detects $format by its columns in any order", ({ format, columns }) => {
    expect(detect([Object.keys(columns)])).toMatchObject({ format, confidence: 1, headerIndex: 0 });
    expect(detect([shuffled(Object.keys(columns))])).toMatchObject({ format, confidence: 1 });
  });

  it.each(LAYOUTS)(
    "detects $format despite other spelling, missing columns and extra columns",
    ({ format, columns }) => {
      const names = Object.keys(columns);
      const spelt = names.map((name) => ` ${name.toUpperCase().replaceAll(/[ _]/g, "-")} `);
      expect(detect([spelt])).toMatchObject({ format, confidence: 1 });
      const fewer = names.filter((_, index) => index % 4 !== 3 || index < 4);
      expect(detect([fewer]).format).toBe(format);
      const more = detect([[...names, "mine", "mine", ""]]);
      expect(more.format).toBe(format);
      expect(more.confidence).toBeLessThan(1);
      expect(more.columns.slice(-3)).toEqual(["mine", "mine (2)", `Column ${names.length + 3}`]);
    },
  );

  it("detects Goodreads' 24 columns with the same confidence as its 31", () => {
    const newer =
      "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies";
    expect(detect([newer.split(",")])).toMatchObject({ format: "goodreads", confidence: 1 });
  });

  it("detects an Open Library file with ids only", () => {
    const { format, rows } = detect([
      ["Work Id", "Edition Id", "Bookshelf"],
      ["OL1W", "OL7798182M", "Already Read"],
    ]);
    expect(format).toBe("openlibrary");
    expect(rows[0]).toMatchObject({
      verdict: { kind: "match", reason: { code: "NO_ISBN" } },
      identifiers: { openLibraryEdition: "OL7798182M", openLibraryWork: "OL1W" },
      entry: { status: "completed" },
    });
  });

  it("find the header below title lines", () => {
    const { headerIndex, rows } = detect([
      ["My books"],
      [""],
      ["Title", "Author", "ISBN13", "My Rating", "Exclusive Shelf"],
      ["Dune", "Frank Herbert", "9780441172719", "5", "read"],
    ]);
    expect(headerIndex).toBe(2);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ row: 4, book: { title: "Dune" }, entry: { rating: 5 } });
  });
});

describe("plain lists", () => {
  it.each([
    ["title,author,isbn", "Dune,Frank Herbert,9780441172719"],
    ["ISBN-13,Author(s),Book Title", "9780441172719,Frank Herbert,Dune"],
    ["Titel,Autor,ISBN", "Dune,Frank Herbert,9780441172719"],
    ["Titre,Auteur,Code-barres", "Dune,Frank Herbert,9780441172719"],
    ["Título,Autores,ISBN", "Dune,Frank Herbert,9780441172719"],
    ["Titolo,Autore,Codice ISBN", "Dune,Frank Herbert,9780441172719"],
    ["Boektitel,Schrijver,ISBN-nr", "Dune,Frank Herbert,9780441172719"],
    ["Título do livro,Autor(es),ISBN", "Dune,Frank Herbert,9780441172719"],
    ["Tytuł,Autorzy,Numer ISBN", "Dune,Frank Herbert,9780441172719"],
    ["Boktitel,Författare,ISBN nummer", "Dune,Frank Herbert,9780441172719"],
  ])("are detected from the header %s", (header, line) => {
    const { format, rows, confidence } = detect([header.split(","), line.split(",")]);
    expect({ format, confidence }).toEqual({ format: "list", confidence: 1 });
    expect(rows[0]).toMatchObject({
      verdict: { kind: "shelve", isbn: "9780441172719", matchedBy: "isbn13" },
      book: { title: "Dune", authors: ["Frank Herbert"] },
      entry: {},
    });
  });

  it("may have one ISBN per line, with or without a header", () => {
    const isbns = [["978-0-441-17271-9"], ["0441172717"], ["2070315720"]];
    const bare = detect(isbns);
    expect(bare).toMatchObject({ format: "list", headerIndex: undefined, columns: ["ISBN"] });
    expect(bare.rows.map(({ verdict }) => verdict.kind)).toEqual(["shelve", "shelve", "match"]);
    expect(detect([["ISBN"], ...isbns])).toMatchObject({ format: "list", headerIndex: 0 });
    expect(detect([["My books"], ...isbns])).toMatchObject({ format: "list", headerIndex: 0 });
  });

  it("do not treat the first book as a header", () => {
    const found = refusal([
      ["40725766", "Dune", "Frank Herbert", "9780441172719", "Ace"],
      ["40725767", "Emma", "Jane Austen", "9780141439587", "Penguin"],
    ]);
    expect(found).toMatchObject({
      foundColumns: ["40725766", "Dune", "Frank Herbert", "9780441172719", "Ace"],
      line: 1,
    });
  });

  it("refuse a table without books", () => {
    expect(refusal([["<!DOCTYPE html>"], ["<html>"], ["<body>"]])).toBeDefined();
    expect(refusal([])).toMatchObject({ foundColumns: [], why: "The file is empty." });
    expect(
      refusal([
        ["wine", "year"],
        ["Barolo", "1999"],
      ]),
    ).toMatchObject({ foundColumns: ["wine", "year"] });
  });

  it("say how to confirm a table with a title and otherwise unknown columns", () => {
    const lines = [
      ["Inventory", "Title", "Room"],
      ["1", "Dune", "R1"],
    ];
    expect(refusal(lines)?.why).toBe(
      'Only the column "Title" was recognised, which is too little to be certain that this line names the columns. Use `mapping` to confirm it, as in {"Title":"title"}.',
    );
    expect(detect(lines, { mapping: { Title: "title" } }).rows).toMatchObject([
      { book: { title: "Dune" } },
    ]);
  });

  it("say that an export is cut off, wherever that is before the end of its first book", async () => {
    const start = '{"books":[';
    const file = `${start}{"isbn":"9780441172719","title":"Dune"}`;
    for (let length = start.length; length < file.length; length += 1) {
      await expect(readFile(file.slice(0, length))).rejects.toThrow(
        "The export is cut off before the end of its first book. Download it again.",
      );
    }
  });
});

describe("hints of the caller", () => {
  const storygraph = ["Title", "Authors", "ISBN/UID", "Read Status", "Star Rating", "Dates Read"];

  it("select the named format if it fits", () => {
    expect(detect([["Title", "Author", "ISBN"]], { format: "goodreads" }).format).toBe("goodreads");
    expect(refusal([storygraph], { format: "libib" })?.why).toContain("libib");
    expect(refusal([storygraph], { format: "kindle" })?.why).toContain("storygraph");
    expect(refusal([storygraph], { format: "bookstrack" })?.why).toContain("bookstrack");
    expect(detect([storygraph], { format: "list" }).format).toBe("list");
  });

  it("map unknown columns to fields", () => {
    const lines = [
      ["Werk", "Wer", "Nr", "Punkte"],
      ["Dune", "Frank Herbert", "9780441172719", "4"],
    ];
    const mapping = { werk: "title", Wer: "author", Nr: "isbn", Punkte: "rating" };
    expect(refusal(lines)).toBeDefined();
    expect(detect(lines, { mapping }).rows[0]).toMatchObject({
      verdict: { kind: "shelve", isbn: "9780441172719" },
      book: { title: "Dune", authors: ["Frank Herbert"] },
      entry: { rating: 4 },
    });
  });

  it("explain what is wrong with a mapping", () => {
    const lines = [["Werk", "Nr"]];
    expect(refusal(lines, { mapping: { Werk: "constructor" } })?.why).toMatch(
      /not a known field.*title, subtitle/,
    );
    expect(refusal(lines, { mapping: { Name: "title" } })?.why).toContain('"Name"');
    expect(refusal(lines, { mapping: { Werk: "rating" } })?.why).toContain(
      "neither a title nor an ISBN",
    );
  });

  it("override the layout's field of a column", () => {
    const lines = [
      ["Title", "Author", "ISBN13", "Exclusive Shelf", "My Rating", "Binding"],
      ["Dune", "Frank Herbert", "9780441172719", "read", "4", "to buy"],
    ];
    const { format, rows } = detect(lines, { mapping: { Binding: "tags" } });
    expect(format).toBe("goodreads");
    expect(rows[0]?.entry).toEqual({ status: "completed", rating: 4, tags: ["to buy"] });
  });
});
