import {
  changeBookRequestSchema,
  ownBookSchema,
  type LibraryBook,
  type OwnBook,
} from "../../../contract/library.ts";
import { BINDINGS, copiesOf, formatOfWord } from "./copy-words.ts";
import type { QueuedRow } from "./review.ts";

/** The columns of a Goodreads export, in their order. */
const GOODREADS = [
  "Book Id",
  "Title",
  "Author",
  "Author l-f",
  "Additional Authors",
  "ISBN",
  "ISBN13",
  "My Rating",
  "Average Rating",
  "Publisher",
  "Binding",
  "Number of Pages",
  "Year Published",
  "Original Publication Year",
  "Date Read",
  "Date Added",
  "Bookshelves",
  "Bookshelves with positions",
  "Exclusive Shelf",
  "My Review",
  "Spoiler",
  "Private Notes",
  "Read Count",
  "Owned Copies",
] as const;

/** Additional columns, for data that Goodreads' columns cannot represent exactly. */
const OWN = [
  "BooksTrack Id",
  "BooksTrack Status",
  "BooksTrack Rating",
  "BooksTrack Tags",
  "BooksTrack Readings",
  "BooksTrack Progress",
  "BooksTrack Format",
  "BooksTrack Owned",
  "BooksTrack Location",
  "BooksTrack Loan",
  "BooksTrack Series",
  "BooksTrack Book",
  "BooksTrack Added",
  "BooksTrack Updated",
  "BooksTrack Source",
  "BooksTrack Extra",
  "BooksTrack Review Queue",
] as const;

type Column = (typeof GOODREADS)[number] | (typeof OWN)[number];

const FIXED: readonly string[] = [...GOODREADS, ...OWN];

/** Goodreads columns without a field of an entry here. They are exported with the cells of an imported Goodreads file. */
const FREE: readonly string[] = [
  "Book Id",
  "Average Rating",
  "Original Publication Year",
  "Bookshelves with positions",
  "Spoiler",
];

/** Exclusive shelves by status. Goodreads has three built-in shelves and treats others as the user's own. */
const SHELVES = {
  want_to_read: "to-read",
  reading: "currently-reading",
  completed: "read",
  paused: "paused",
  abandoned: "abandoned",
} as const;

/**
 * The columns of an export.
 * @param extraColumns names of the imported columns that have no field here
 */
export function exportColumns(extraColumns: readonly string[]): string[] {
  return [...FIXED, ...extraColumns.filter((name) => !FIXED.includes(name))];
}

/** The cells of a book, in the order of the columns. @param own the user's own details of the book */
export function bookCells(
  book: LibraryBook,
  own: OwnBook | undefined,
  columns: readonly string[],
): string[] {
  const extra = book.extra ?? {};
  const cells: Record<Column, string> = {
    ...nothing(),
    ...goodreadsCells(book),
    ...ownCells(book, own),
  };
  return columns.map((column) =>
    isColumn(column)
      ? ((FREE.includes(column) ? ownValue(extra, column) : undefined) ?? cells[column])
      : (ownValue(extra, column) ?? ""),
  );
}

/** The cells of a review queue row: title, authors, and the whole row as JSON. */
export function queuedCells(row: QueuedRow, columns: readonly string[]): string[] {
  const cells: Partial<Record<Column, string>> = {
    Title: row.title ?? "",
    Author: row.authors[0] ?? "",
    "Additional Authors": row.authors.slice(1).join(", "),
    "BooksTrack Review Queue": JSON.stringify({
      ...row,
      details: ordered(row.details, DETAILS),
      entry: ordered(row.entry, ENTRY),
    }),
  };
  return columns.map((column) => (isColumn(column) ? (cells[column] ?? "") : ""));
}

function goodreadsCells(book: LibraryBook): Partial<Record<Column, string>> {
  const { authors, readings, rating, tags, status } = book;
  const lastRead = readings
    .flatMap(({ finishedAt }) => finishedAt ?? [])
    .sort()
    .at(-1);
  return {
    Title: book.title,
    Author: authors[0] ?? "",
    "Author l-f": lastFirst(authors[0] ?? ""),
    "Additional Authors": authors.slice(1).join(", "),
    ISBN: book.isbn10 ?? "",
    ISBN13: book.isbn.startsWith("local-") ? "" : book.isbn,
    // Goodreads has only whole stars; 0 means not rated.
    "My Rating": rating === undefined ? "0" : String(Math.min(5, Math.max(1, Math.round(rating)))),
    Publisher: book.publisher ?? "",
    Binding: bindingCell(book),
    "Owned Copies": copiesCell(book),
    "Number of Pages": numberCell(book.pageCount),
    "Year Published": numberCell(book.publicationYear),
    "Original Publication Year": numberCell(book.firstPublicationYear),
    "Date Read": (lastRead ?? "").replaceAll("-", "/"),
    "Date Added": book.addedAt.slice(0, 10).replaceAll("-", "/"),
    Bookshelves: tags.join(", "),
    "Exclusive Shelf": status === undefined ? "" : SHELVES[status],
    "My Review": book.review ?? "",
    "Private Notes": book.notes ?? "",
    "Read Count": String(readings.length),
  };
}

function ownCells(book: LibraryBook, own: OwnBook | undefined): Partial<Record<Column, string>> {
  const json = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value));
  return {
    // The prefix keeps spreadsheets from rounding the ISBN or dropping leading zeros.
    "BooksTrack Id": book.isbn.startsWith("local-") ? book.isbn : `isbn:${book.isbn}`,
    "BooksTrack Status": book.status ?? "",
    "BooksTrack Rating": numberCell(book.rating),
    "BooksTrack Tags": json(book.tags),
    "BooksTrack Readings": json(book.readings),
    "BooksTrack Progress": json(book.progress),
    "BooksTrack Format": book.format ?? "",
    "BooksTrack Owned": json(book.owned),
    "BooksTrack Location": book.location ?? "",
    "BooksTrack Loan": json(book.loan),
    "BooksTrack Series": json(book.ownSeries),
    "BooksTrack Book": json(own && inOrder(own)),
    "BooksTrack Added": book.addedAt,
    "BooksTrack Updated": book.updatedAt,
    "BooksTrack Source": book.source ?? "",
    "BooksTrack Extra": json(book.extra),
  };
}

const DETAILS = Object.keys(ownBookSchema.shape);
const ENTRY = [...Object.keys(changeBookRequestSchema.shape), "extra"];

/** The members in a fixed order, so that equal libraries produce equal files. */
function ordered(value: object, names: readonly string[]): Record<string, unknown> {
  const members: Readonly<Record<string, unknown>> = { ...value };
  return Object.fromEntries(names.map((name) => [name, members[name]]));
}

/** Book details in a fixed order and without empty fields. */
function inOrder(own: OwnBook): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(ordered(own, DETAILS)).filter(
      ([, value]) => value !== undefined && value !== "" && !isEmptyList(value),
    ),
  );
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function nothing(): Record<Column, string> {
  return Object.fromEntries(FIXED.map((column) => [column, ""])) as Record<Column, string>;
}

const isColumn = (name: string): name is Column => FIXED.includes(name);

const numberCell = (value: number | undefined): string =>
  value === undefined ? "" : String(value);

/** The imported name of the format, such as `Mass Market Paperback`, unless the user has changed the format since. */
function bindingCell({ format, extra = {} }: LibraryBook): string {
  const imported = ownValue(extra, "Binding");
  if (format === undefined) return imported ?? "";
  return imported !== undefined && formatOfWord(imported) === format ? imported : BINDINGS[format];
}

/** The imported number of copies, unless the user has changed whether they own the book. */
function copiesCell({ owned, extra = {} }: LibraryBook): string {
  const imported = ownValue(extra, "Owned Copies");
  if (owned === undefined) return imported ?? "";
  return imported !== undefined && (copiesOf(imported) ?? 0) > 0 === owned
    ? imported
    : String(Number(owned));
}

/** Own properties only, because an imported file may have a column such as `constructor`. */
function ownValue(extra: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(extra, name) ? extra[name] : undefined;
}

/**
 * Formats `Frank Herbert` as `Herbert, Frank`. Like Goodreads, it treats the last word as the
 * surname.
 */
function lastFirst(name: string): string {
  const space = name.lastIndexOf(" ");
  return space === -1 || name.includes(",")
    ? name
    : `${name.slice(space + 1)}, ${name.slice(0, space)}`;
}
