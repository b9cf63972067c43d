import { expect, it } from "vitest";
import type { LibraryBook } from "../../../../client/src/schema.ts";
import { broughtBack } from "./removal.ts";

const AT = "2026-11-29T10:00:00.000Z";
const BOOK: LibraryBook = {
  isbn: "9780441172719",
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  provider: "import",
  sources: [],
  tags: ["desert"],
  readings: [{ id: "1", startedAt: "2026-11" }],
  status: "reading",
  rating: 4.5,
  addedAt: AT,
  updatedAt: AT,
  confirmed: false,
};

it("restores a book that the service has", () => {
  expect(broughtBack(BOOK, true)).toEqual([{ op: "restore", isbn: BOOK.isbn }]);
});

it("re-adds a book that was never sent, with all of the user's data", () => {
  expect(broughtBack(BOOK, false)).toEqual([
    {
      op: "add",
      isbn: BOOK.isbn,
      preview: BOOK,
      body: { status: "reading", rating: 4.5, tags: ["desert"] },
    },
    { op: "change", isbn: BOOK.isbn, addReadings: [{ startedAt: "2026-11" }] },
  ]);
  expect(broughtBack({ ...BOOK, readings: [] }, false)).toHaveLength(1);
});

it("re-adds a book without an ISBN with the user's description", () => {
  expect(broughtBack({ ...BOOK, isbn: "local-1" }, false)).toEqual([
    {
      op: "add",
      body: {
        title: "Dune",
        authors: ["Frank Herbert"],
        status: "reading",
        rating: 4.5,
        tags: ["desert"],
      },
    },
  ]);
});
