import { isbn13CheckDigit } from "../../src/catalogue/domain/isbn/isbn.ts";
import { FIXTURE_BOOKS, type FixtureBook } from "../support/imports/fixture-book.ts";
import { writeLayout } from "../support/imports/write-layout.ts";

/** A Goodreads file. Its row without an ISBN enters the review queue. @param rows at least five */
export function goodreadsFile(rows: number): string {
  const more = Array.from({ length: rows - FIXTURE_BOOKS.length }, (_, index) => bookOf(index));
  return writeLayout("goodreads", [...FIXTURE_BOOKS, ...more]);
}

function bookOf(index: number): FixtureBook {
  const digits = `978${100_000_000 + index * 7_919}`;
  return {
    isbn: `${digits}${isbn13CheckDigit(digits)}`,
    title: `The long way, part ${index}`,
    authors: ["Ann Guin"],
    pages: 300,
    status: "completed",
    rating: 4,
    tags: ["travel"],
    readings: [{ finishedAt: "2021-07-01" }],
    added: "2020-01-01",
  };
}
