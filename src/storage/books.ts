import { bookSchema, type Book } from "../../contract/catalogue.ts";
import type { BookRecord, StoredBook } from "../domain/catalogue/book-record.ts";
import type { StoreReading } from "../domain/catalogue/lookup.ts";
import type { SaveOutcome } from "../domain/catalogue/resolve.ts";
import type { Log } from "../observability/log.ts";
import { within } from "./budget.ts";

/** One row of `Books` as a read needs it. */
export interface BookRow {
  isbn: string;
  title: string;
  authors: string;
  publication_year: number | null;
  publisher: string | null;
  page_count: number | null;
  description: string | null;
  canonical_metadata: string;
  updated_at: number;
  fetched_at: number | null;
  fresh_until: number;
  version: number;
}

/** D1 answers in a few ms or is in trouble; a scan has 5 s in all. */
const READ_BUDGET_MS = 2000;
/** A reader waits for the write of a new book, too. One that comes to pass later does no harm: it names its version. */
const WRITE_BUDGET_MS = 2000;

/** The columns of a `BookRow`. */
export const BOOK_COLUMNS = `
  Books.isbn, Books.title, Books.authors, publication_year, publisher, page_count, description,
  canonical_metadata, updated_at, fetched_at, fresh_until, version`;

const FIND = `SELECT ${BOOK_COLUMNS} FROM Books WHERE isbn = ?1`;

// Columns and blob are bound from one book in one statement, so they cannot disagree. ?16 is the version that the
// writer read: 0 when there was no row.
const SAVE = `
  INSERT INTO Books (
    isbn, title, authors, authors_detailed, publication_year, publisher, page_count, language, categories,
    description, cover_url, thumbnail_url, canonical_metadata, fetched_at, fresh_until, version
  )
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1
  WHERE ?16 = 0 OR EXISTS (SELECT 1 FROM Books WHERE isbn = ?1 AND version = ?16)
  ON CONFLICT(isbn) DO UPDATE SET
    title = excluded.title,
    authors = excluded.authors,
    authors_detailed = excluded.authors_detailed,
    publication_year = excluded.publication_year,
    publisher = excluded.publisher,
    page_count = excluded.page_count,
    language = excluded.language,
    categories = excluded.categories,
    description = excluded.description,
    cover_url = excluded.cover_url,
    thumbnail_url = excluded.thumbnail_url,
    canonical_metadata = excluded.canonical_metadata,
    fetched_at = excluded.fetched_at,
    fresh_until = excluded.fresh_until,
    version = Books.version + 1,
    updated_at = unixepoch()
  WHERE Books.version = ?16`;

/** The catalogue in D1. */
export interface BookStore {
  /** One statement. `failed` when D1 throws or takes longer than 2 s. */
  find(isbn13: string): Promise<StoreReading>;
  /** One statement. Writes only over the version that the caller read (`undefined`: no row). `failed` as for `find`. */
  save(record: BookRecord, version: number | undefined): Promise<SaveOutcome>;
}

/** @param log is told of every failure: the callers only see that there was one. */
export function d1BookStore(db: D1Database, log: Log): BookStore {
  return {
    async find(isbn13) {
      const read = await within(READ_BUDGET_MS, db.prepare(FIND).bind(isbn13).first<BookRow>());
      if (!read.ok) {
        log.error("d1_read_failed", { error: read.error });
        return { kind: "failed" };
      }
      return read.value ? { kind: "hit", stored: toStoredBook(read.value) } : { kind: "miss" };
    },
    async save(record, version) {
      const statement = db.prepare(SAVE).bind(...toBindings(record, version));
      const write = await within(WRITE_BUDGET_MS, statement.run());
      if (write.ok) return write.value.meta.changes > 0 ? "saved" : "conflict";
      log.error("d1_write_failed", { error: write.error });
      return "failed";
    },
  };
}

function toBindings(
  { book, fetchedAt, freshUntil }: BookRecord,
  version: number | undefined,
): unknown[] {
  const json = (value: unknown[] | undefined): string | null =>
    value && value.length > 0 ? JSON.stringify(value) : null;
  return [
    book.isbn,
    book.title,
    JSON.stringify(book.authors),
    json(book.authorsDetailed),
    book.publicationYear ?? null,
    book.publisher ?? null,
    book.pageCount ?? null,
    book.language ?? null,
    json(book.categories),
    book.description ?? null,
    book.coverUrl ?? null,
    book.imageLinks?.thumbnail ?? null,
    JSON.stringify(book),
    fetchedAt,
    freshUntil,
    version ?? 0,
  ];
}

/** A row as the domain knows it; its JSON is the book, and its columns where that cannot be read. */
export function toStoredBook(row: BookRow): StoredBook {
  return {
    book: readBlob(row.canonical_metadata) ?? fromColumns(row),
    fetchedAt: row.fetched_at ?? row.updated_at * 1000,
    freshUntil: row.fresh_until,
    version: row.version,
  };
}

function readBlob(text: string): Book | undefined {
  const parsed = bookSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** A row that an operator wrote by hand may have no blob; its columns are then the book. */
function fromColumns(row: BookRow): Book {
  const authors = parseJson(row.authors);
  return {
    isbn: row.isbn,
    title: row.title,
    authors: Array.isArray(authors) ? authors.filter((name) => typeof name === "string") : [],
    categories: [],
    provider: "import",
    sources: [],
    updatedAt: new Date(row.updated_at * 1000).toISOString(),
    ...(row.publication_year === null ? {} : { publicationYear: row.publication_year }),
    ...(row.publisher === null ? {} : { publisher: row.publisher }),
    ...(row.page_count === null ? {} : { pageCount: row.page_count }),
    ...(row.description === null ? {} : { description: row.description }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
