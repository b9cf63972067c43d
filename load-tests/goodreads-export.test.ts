import { expect, it } from "vitest";
import { generatedBooks } from "../test/tools/stand-in/generated-books.ts";
import { goodreadsExport, madeUpIsbn } from "./goodreads-export.js";

it("uses the ISBNs of the stand-in's books", () => {
  const isbns = generatedBooks(200).map(({ isbn13 }) => isbn13);
  expect(isbns.map((_, index) => madeUpIsbn(index))).toEqual(isbns);
});

it("writes the requested number of rows with equal cell counts, a few of them without an ISBN", () => {
  const [header = "", ...rows] = goodreadsExport(200, "me").trimEnd().split("\n");
  const cells = (line: string): number => line.replace(/"(?:[^"]|"")*"/g, "").split(",").length;
  expect(rows).toHaveLength(200);
  expect(new Set(rows.map(cells))).toEqual(new Set([cells(header)]));
  expect(rows.filter((row) => !/=""\d{13}""/.test(row))).toHaveLength(5);
});
