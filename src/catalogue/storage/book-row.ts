import { bookSchema, type Book } from "../../../contract/catalogue.ts";
import type { BookRecord, StoredBook } from "../domain/book-record.ts";
import { FOLD } from "../domain/search/index-text.ts";
import { withoutNulls } from "../../platform/defined.ts";

/** The columns that a read needs to build the book. */
export interface BookText {
  isbn: string;
  title: string;
  authors: string;
  publication_year: number | null;
  publisher: string | null;
  page_count: number | null;
  description: string | null;
  canonical_metadata: string;
  updated_at: number;
}

/** A row of `Books` with the columns that a read needs. */
export interface BookRow extends BookText {
  fetched_at: number | null;
  fresh_until: number;
  version: number;
}

/** The columns of a `BookRow`. */
export const BOOK_COLUMNS = `
  Books.isbn, Books.title, Books.authors, publication_year, publisher, page_count, description,
  canonical_metadata, updated_at, fetched_at, fresh_until, version`;

/** The columns that duplicate values of the blob, and the blob itself. */
export interface BookColumns {
  isbn: string;
  title: string;
  authors: string;
  authors_detailed: string | null;
  publication_year: number | null;
  publisher: string | null;
  page_count: number | null;
  language: string | null;
  categories: string | null;
  description: string | null;
  cover_url: string | null;
  thumbnail_url: string | null;
  canonical_metadata: string;
  work_id: string | null;
}

/** A row to be written. Instants are ms since the epoch. */
export interface WrittenBookRow extends BookColumns {
  fetched_at: number;
  fresh_until: number;
  popularity: number;
}

/** Every written column, in the order of `toRow`. */
export const WRITTEN_COLUMNS = [
  "isbn",
  "title",
  "authors",
  "authors_detailed",
  "publication_year",
  "publisher",
  "page_count",
  "language",
  "categories",
  "description",
  "cover_url",
  "thumbnail_url",
  "canonical_metadata",
  "work_id",
  "fetched_at",
  "fresh_until",
  "popularity",
] as const satisfies readonly (keyof WrittenBookRow)[];

/** The value of `folded` for a version: the book's search text is of this version and of the current definition. */
export const foldedOf = (version: string): string => `(${version}) * 16 + ${FOLD}`;

/**
 * `INSERT INTO Books` and its columns; `FIRST_VERSIONS` are the values of the last three.
 * `searched_version` and `folded` record that the writer's batch also writes the book's search
 * text.
 */
export const INSERT_BOOKS = `INSERT INTO Books (${WRITTEN_COLUMNS.join(", ")}, version, searched_version, folded)`;
export const FIRST_VERSIONS = `1, 1, ${foldedOf("1")}`;

/**
 * `ON CONFLICT(isbn) DO UPDATE SET` for every column but the key; the writer adds its own guard, and the book's search
 * text to its batch.
 */
export const OVERWRITE = [
  ...WRITTEN_COLUMNS.slice(1, -1).map((name) => `${name} = excluded.${name}`),
  // An answer without a popularity keeps the stored one.
  "popularity = max(Books.popularity, excluded.popularity)",
  "version = Books.version + 1",
  "searched_version = Books.version + 1",
  `folded = ${foldedOf("Books.version + 1")}`,
  "updated_at = unixepoch()",
].join(", ");

/** The columns derived from a book, all from one value, so that they cannot disagree with the blob. */
export function toColumns(book: Book): BookColumns {
  const json = (value: unknown[] | undefined): string | null =>
    value && value.length > 0 ? JSON.stringify(value) : null;
  return {
    isbn: book.isbn,
    title: book.title,
    authors: JSON.stringify(book.authors),
    authors_detailed: json(book.authorsDetailed),
    publication_year: book.publicationYear ?? null,
    publisher: book.publisher ?? null,
    page_count: book.pageCount ?? null,
    language: book.language ?? null,
    categories: json(book.categories),
    description: book.description ?? null,
    cover_url: book.coverUrl ?? null,
    thumbnail_url: book.imageLinks?.thumbnail ?? null,
    canonical_metadata: JSON.stringify(book),
    work_id: book.workId ?? null,
  };
}

/** The row of a record. */
export function toRow({ book, fetchedAt, freshUntil, popularity = 0 }: BookRecord): WrittenBookRow {
  return { ...toColumns(book), fetched_at: fetchedAt, fresh_until: freshUntil, popularity };
}

/** The book of a row: its JSON, or its columns if the JSON is unreadable. */
export function bookFromRow(row: BookText): Book {
  return readBlob(row.canonical_metadata) ?? fromColumns(row);
}

/** Converts a row to the domain's type. */
export function toStoredBook(row: BookRow): StoredBook {
  return {
    book: bookFromRow(row),
    fetchedAt: row.fetched_at ?? row.updated_at * 1000,
    freshUntil: row.fresh_until,
    version: row.version,
  };
}

/** Parses a blob; undefined if it is not a book. */
export function readBlob(text: string): Book | undefined {
  const parsed = bookSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

function fromColumns(row: BookText): Book {
  const authors = parseJson(row.authors);
  return {
    isbn: row.isbn,
    title: row.title,
    authors: Array.isArray(authors) ? authors.filter((name) => typeof name === "string") : [],
    categories: [],
    provider: "import",
    sources: [],
    updatedAt: new Date(row.updated_at * 1000).toISOString(),
    ...withoutNulls({
      publicationYear: row.publication_year,
      publisher: row.publisher,
      pageCount: row.page_count,
      description: row.description,
    }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
