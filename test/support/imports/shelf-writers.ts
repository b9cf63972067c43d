import { CALIBRE } from "../../../src/imports/domain/layouts/tables/calibre.ts";
import { INVENTAIRE } from "../../../src/imports/domain/layouts/tables/inventaire.ts";
import { LIBIB } from "../../../src/imports/domain/layouts/tables/libib.ts";
import { LIBRARYTHING } from "../../../src/imports/domain/layouts/tables/librarything.ts";
import type { FixtureBook } from "./fixture-book.ts";
import { carried, lastReading, write, type Writer } from "./writer.ts";

const bracketed = (text: string | undefined): string => (text === undefined ? "" : `[${text}]`);

export const librarything: Writer = {
  columns: Object.keys(LIBRARYTHING.columns),
  cells: (book) => ({
    "Book Id": "5498194",
    Title: book.title,
    "Sort Character": "1",
    "Primary Author": write.lastFirst(book.authors[0] ?? ""),
    "Secondary Author": [...book.authors.slice(1).map(write.lastFirst), "Translator, Ann"].join(
      "|",
    ),
    "Secondary Author Roles": [...book.authors.slice(1).map(() => "Author"), "Translator"].join(
      "|",
    ),
    Publication: book.publisher === undefined ? "" : `${book.publisher} (1979), Poche`,
    Date: write.number(book.year),
    Review: book.review ?? "",
    Rating: write.number(book.rating),
    "Private Comment": book.notes ?? "",
    Media: "Paperback",
    "Page Count": `${write.number(book.pages)} `,
    "Date Started": bracketed(lastReading(book)?.startedAt),
    "Date Read": bracketed(lastReading(book)?.finishedAt),
    Tags: book.tags.join(", "),
    Collections: collectionsOf(book),
    Languages: languageOf(book),
    ISBN: bracketed(write.isbn10(book.isbn)),
    ISBNs: book.isbn === undefined ? "" : `${write.isbn10(book.isbn)}, ${book.isbn}`,
    "Entry Date": bracketed(book.added),
  }),
  copy: (book) => ({ format: "paperback", owned: collectionsOf(book) !== "Read but unowned" }),
  carries: (book) => {
    const last = lastReading(book);
    const { status: _status, ...without } = book;
    const dated = last?.finishedAt === undefined ? "reading" : "completed";
    const implied = last === undefined ? without : ({ ...without, status: dated } as const);
    return carried(
      ["want_to_read", "reading", "completed"].includes(book.status ?? "") ? book : implied,
      ["publisher", "year", "pages", "language", "rating", "review", "notes", "tags", "added"],
      last === undefined ? [] : [last],
    );
  },
};

function collectionsOf({ status }: FixtureBook): string {
  if (status === "want_to_read") return "Your library, To read";
  if (status === "reading") return "Currently reading, Your library";
  return status === "completed" ? "Read but unowned" : "Your library";
}

function languageOf({ language }: FixtureBook): string {
  return language === undefined ? "" : { en: "English", de: "German", fr: "French" }[language];
}

/**
 * `isbn` contains a truncated number, as written by Calibre; `identifiers` contains the complete
 * one.
 */
export const calibre: Writer = {
  columns: [...Object.keys(CALIBRE.columns), "#mine"],
  cells: (book) => ({
    authors: book.authors.join(" & "),
    author_sort: book.authors.map(write.lastFirst).join(" & "),
    cover: "/home/reader/Books/cover.jpg",
    timestamp: `${book.added}T00:00:00+00:00`,
    identifiers: book.isbn === undefined ? "goodreads:1" : `goodreads:1,isbn:${book.isbn}`,
    isbn: book.isbn?.slice(0, 11) ?? "",
    languages:
      book.language === undefined ? "" : { en: "eng", de: "deu", fr: "fra" }[book.language],
    pubdate: book.year === undefined ? "0101-01-01T00:00:00+00:00" : String(book.year),
    publisher: book.publisher ?? "",
    rating: write.number(book.rating),
    tags: book.tags.join(", "),
    title: book.title,
    title_sort: book.title,
    "#mine": "Yes",
  }),
  carries: ({ status: _status, ...book }) =>
    carried(book, ["publisher", "year", "language", "rating", "tags", "added"], []),
};

export const libib: Writer = {
  columns: Object.keys(LIBIB.columns),
  cells: (book) => ({
    item_type: "book",
    title: book.title,
    creators: book.authors.join(", "),
    ean_isbn13: book.isbn ?? "",
    upc_isbn10: write.isbn10(book.isbn),
    publisher: book.publisher ?? "",
    publish_date: write.number(book.year),
    tags: book.tags.join(", "),
    notes: book.notes ?? "",
    length: write.number(book.pages),
    rating: write.number(book.rating),
    review: book.review ?? "",
    status: {
      want_to_read: "Not Begun",
      reading: "In Progress",
      completed: "Completed",
      paused: "Paused",
      abandoned: "Abandoned",
    }[book.status ?? "want_to_read"],
    began: lastReading(book)?.startedAt ?? "",
    completed: lastReading(book)?.finishedAt ?? "",
    added: book.added,
    copies: "1",
  }),
  copy: () => ({ owned: true }),
  carries: (book) => {
    const last = lastReading(book);
    return carried(
      book,
      ["publisher", "year", "pages", "rating", "review", "notes", "tags", "added"],
      last === undefined ? [] : [last],
      book.status ?? "want_to_read",
    );
  },
};

export const inventaire: Writer = {
  columns: Object.keys(INVENTAIRE.columns),
  cells: (book) => ({
    "Item URL": "https://example.com/items/1",
    "Item notes": book.notes ?? "",
    "Item created": `${book.added}T00:00:00.000Z`,
    Shelves: book.tags.join(","),
    "Edition ISBN-13": book.isbn ?? "",
    "Edition ISBN-10": write.isbn10(book.isbn),
    "Edition title": book.title,
    "Edition publication date": write.number(book.year),
    "Edition number of pages": write.number(book.pages),
    "Edition language": languageOf(book),
    "Authors labels": book.authors.join(", "),
    "Publisher label": book.publisher ?? "",
  }),
  carries: ({ status: _status, ...book }) =>
    carried(book, ["publisher", "year", "pages", "language", "notes", "tags", "added"], []),
};
