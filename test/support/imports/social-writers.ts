import type { Reading } from "../../../contract/library-fields.ts";
import { BOOKWYRM } from "../../../src/imports/domain/layouts/tables/bookwyrm.ts";
import { GOODREADS } from "../../../src/imports/domain/layouts/tables/goodreads.ts";
import { HARDCOVER } from "../../../src/imports/domain/layouts/tables/hardcover.ts";
import { OPENLIBRARY } from "../../../src/imports/domain/layouts/tables/openlibrary.ts";
import { STORYGRAPH } from "../../../src/imports/domain/layouts/tables/storygraph.ts";
import type { FixtureBook } from "./fixture-book.ts";
import { carried, lastReading, write, type Writer } from "./writer.ts";

const SHELVES = {
  want_to_read: "to-read",
  reading: "currently-reading",
  completed: "read",
  paused: "on-hold",
  abandoned: "did-not-finish",
};
const shelfOf = ({ status }: FixtureBook): string => (status === undefined ? "" : SHELVES[status]);

/** Services also count a reading that is in progress, paused or abandoned. */
const readCount = ({ status, readings }: FixtureBook): string => {
  const ended = readings.filter(({ finishedAt }) => finishedAt !== undefined).length;
  const isUnderWay = ["reading", "paused", "abandoned"].includes(status ?? "");
  return String(isUnderWay ? ended + 1 : ended);
};

/** Goodreads exports the last end date and the number of readings. */
function goodreadsReadings({ readings }: FixtureBook): Reading[] {
  const ends = readings.flatMap(({ finishedAt }) => finishedAt ?? []);
  const last = ends.at(-1);
  return last === undefined ? [] : [{ finishedAt: last }, ...ends.slice(1).map(() => ({}))];
}

export const goodreads: Writer = {
  columns: Object.keys(GOODREADS.columns),
  cells: (book) => ({
    "Book Id": "234225",
    Title: book.title,
    Author: book.authors[0] ?? "",
    "Author l-f": write.lastFirst(book.authors[0] ?? ""),
    "Additional Authors": book.authors.slice(1).join(", "),
    ISBN: write.wrapped(write.isbn10(book.isbn)),
    ISBN13: write.wrapped(book.isbn ?? ""),
    "My Rating": String(Math.round(book.rating ?? 0)),
    "Average Rating": "4.28",
    Publisher: book.publisher ?? "",
    Binding: "Paperback",
    "Number of Pages": write.number(book.pages),
    "Year Published": write.number(book.year),
    "Date Read": write.slashed(goodreadsReadings(book)[0]?.finishedAt ?? ""),
    "Date Added": write.slashed(book.added),
    Bookshelves: [...book.tags, shelfOf(book)]
      .filter((tag) => tag !== "" && tag !== "read")
      .join(", "),
    "Exclusive Shelf": shelfOf(book),
    "My Review": write.html(book.review),
    "Private Notes": book.notes ?? "",
    "Read Count": readCount(book),
    "Owned Copies": "0",
  }),
  copy: () => ({ format: "paperback" }),
  carries: (book) =>
    carried(
      { ...book, ...(book.rating === undefined ? {} : { rating: Math.round(book.rating) }) },
      ["publisher", "year", "pages", "rating", "review", "notes", "tags", "added"],
      goodreadsReadings(book),
    ),
};

export const storygraph: Writer = {
  columns: Object.keys(STORYGRAPH.columns),
  cells: (book) => ({
    Title: book.title,
    Authors: book.authors.join(", "),
    Contributors: "Ann Reader (Narrator)",
    "ISBN/UID": book.isbn ?? "8f3c6f0e-1d6d-4f5f-9b93-3b1f6f9f0a77",
    Format: "paperback",
    "Read Status": shelfOf(book).replace("on-hold", "paused"),
    "Date Added": write.slashed(book.added),
    "Dates Read": book.readings.map(write.range).join(", "),
    "Read Count": readCount(book),
    Moods: "dark, tense",
    "Star Rating": write.number(book.rating),
    Review: `<div>${write.html(book.review)}</div>`,
    Tags: book.tags.join(", "),
    "Owned?": "No",
  }),
  copy: () => ({ format: "paperback" }),
  carries: (book) => carried(book, ["rating", "review", "tags", "added"], book.readings),
};

export const bookwyrm: Writer = {
  columns: Object.keys(BOOKWYRM.columns),
  cells: (book) => ({
    title: book.title,
    author_text: book.authors.join(", "),
    remote_id: "https://example.com/book/2",
    isbn_10: write.isbn10(book.isbn),
    isbn_13: book.isbn ?? "",
    start_date: lastReading(book)?.startedAt ?? "",
    finish_date: lastReading(book)?.finishedAt ?? "",
    stopped_date: book.status === "abandoned" ? "2024-01-01" : "",
    rating: write.number(book.rating),
    review_content: book.review ?? "",
    shelf: { ...SHELVES, reading: "reading", abandoned: "stopped-reading" }[
      book.status ?? "want_to_read"
    ],
    shelf_name: "Whatever it is called",
    shelf_date: book.added,
  }),
  carries: (book) => {
    const last = lastReading(book);
    const { status = "want_to_read" } = book;
    return carried(book, ["rating", "review", "added"], last === undefined ? [] : [last], status);
  },
};

/** The author comes last, after translators. */
export const hardcover: Writer = {
  columns: Object.keys(HARDCOVER.columns),
  cells: (book) => ({
    Title: book.title,
    Author: [...book.authors.slice(1), book.authors[0]].join(", "),
    Status: {
      want_to_read: "Want to Read",
      reading: "Currently Reading",
      completed: "Read",
      paused: "Paused",
      abandoned: "Did Not Finish",
    }[book.status ?? "want_to_read"],
    "Hardcover Book ID": "312460",
    "ISBN 10": write.isbn10(book.isbn),
    "ISBN 13": book.isbn ?? "",
    Media: "Book",
    "Language Code": book.language ?? "",
    Pages: write.number(book.pages),
    "Publish Date": write.number(book.year),
    Publisher: book.publisher ?? "",
    Tags: book.tags.join(", "),
    "Date Added": book.added,
    "Date Started": lastReading(book)?.startedAt ?? "",
    "Date Finished": lastReading(book)?.finishedAt ?? "",
    Rating: write.number(book.rating === undefined ? undefined : Math.round(2 * book.rating) / 2),
    Review: write.html(book.review),
    "Private Notes": write.html(book.notes),
  }),
  carries: (book) => {
    const last = lastReading(book);
    const half = book.rating === undefined ? {} : { rating: Math.round(2 * book.rating) / 2 };
    return carried(
      { ...book, ...half },
      ["publisher", "year", "pages", "language", "rating", "review", "notes", "tags", "added"],
      last === undefined ? [] : [last],
      book.status ?? "want_to_read",
    );
  },
};

/** The format of 2026's reading log: three shelves, and editions identified by Open Library ids. */
export const openlibrary: Writer = {
  columns: Object.keys(OPENLIBRARY.columns),
  cells: (book) => ({
    "Work ID": "OL893415W",
    Title: book.title,
    Authors: book.authors.join(", "),
    "Edition ID": "OL7798182M",
    Bookshelf: openLibraryShelf(book),
    "My Ratings": write.number(book.rating === undefined ? undefined : Math.round(book.rating)),
  }),
  carries: ({ isbn: _isbn, ...book }) => {
    const whole = book.rating === undefined ? {} : { rating: Math.round(book.rating) };
    const isKnown = book.status !== "paused" && book.status !== "abandoned";
    const { status: _status, ...without } = book;
    return carried({ ...(isKnown ? book : without), ...whole }, ["rating"], []);
  },
};

function openLibraryShelf({ status }: FixtureBook): string {
  if (status === "want_to_read") return "Want to Read";
  if (status === "reading") return "Currently Reading";
  return status === "completed" ? "Already Read" : "";
}
