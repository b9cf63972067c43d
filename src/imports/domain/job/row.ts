import type { LibraryBook, OwnBook } from "../../../../contract/library.ts";
import type { ReviewItem } from "../../../../contract/review-queue.ts";
import type { FieldWrites } from "../../../library/domain/fields.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import type { AccountLine } from "./account-line.ts";
import type { Reason } from "./reasons.ts";

/** One record of a file, before its cells are interpreted. */
export interface CsvRecord {
  /** Record number in the file; the header is 1, so the first record of data is 2. */
  row: number;
  /** Line in the file at which the record begins, counted from 1. */
  line: number;
  cells: readonly string[];
  /** Why the cells cannot be trusted. */
  damage?: "UNBALANCED_QUOTE" | "CELL_TOO_LONG" | "ROW_TOO_LONG" | "ARCHIVE_INCOMPLETE" | undefined;
  /** The record has characters outside ASCII. */
  isForeign?: boolean | undefined;
  /** The text is improbable in the detected encoding. */
  isDoubtful?: boolean | undefined;
  /** NUL characters were removed. */
  hadNul?: boolean | undefined;
}

/** How a row's ISBN was determined. */
export type MatchedBy = "isbn13" | "isbn10" | "titleAuthor";

/** Identifiers of a row other than its ISBN, used to find its edition. */
export interface RowIdentifiers {
  /** `OL7353617M` */
  openLibraryEdition?: string;
  openLibraryWork?: string;
  asin?: string;
  /** Ids of other services by service name: `goodreads`, `google`, ... */
  [service: string]: string | undefined;
}

/** How to process a row; decided before any provider is asked. */
export type Verdict =
  /** The row has a key: an ISBN-13, or a `local-...` key from an export of this service. */
  | { kind: "shelve"; isbn: string; matchedBy?: MatchedBy }
  /** The edition is uncertain. The row is matched by identifiers, title and author; without a match it waits in review. */
  | { kind: "match"; reason: Reason }
  /**
   * The row has account data other than an entry. Only an archive of this service has such rows.
   */
  | { kind: "account" }
  /** The row can never be shelved. */
  | { kind: "invalid"; reason: Reason };

/** Fields that an entry retains when it moves from one library of this service to another through an export. */
export interface ExportedOrigin {
  /** Seconds since the epoch. */
  updatedAt: number;
  /** The import that created the entry; absent when it was added by hand. */
  source?: string;
  /** Only an archive has its version and the writers of its fields. */
  version?: number;
  fieldWrites?: FieldWrites;
}

/** The part of a row that is stored until it is shelved. */
export type ParsedRow = Pick<
  ImportRow,
  | "book"
  | "entry"
  | "addedAt"
  | "isOwnWords"
  | "isCopy"
  | "stood"
  | "identifiers"
  | "account"
  | "progress"
  | "candidates"
>;

/** One interpreted row: the book, the user's entry for it, and how to process the row. */
export interface ImportRow {
  row: number;
  line: number;
  verdict: Verdict;
  /** Notes about values that were corrected or omitted, in column order. */
  notes: readonly Reason[];
  /** The file's description of the book; `title` is absent when the file has none. */
  book: Partial<OwnBook>;
  /** Status, rating, review, notes, tags, readings, and values of columns without a matching field. */
  entry: ParsedEntry;
  /** When the book was added to the shelf according to the file: seconds since the epoch. */
  addedAt?: number;
  /**
   * Set when `book` is the user's own description, not a copy of the catalogue's. Only exports of
   * this service distinguish them.
   */
  isOwnWords?: true;
  /** Set when `book` is another instance's catalogue data. Only an archive distinguishes it. */
  isCopy?: true;
  /** Origin of the entry in the library that this service's export was made from. */
  stood?: ExportedOrigin;
  identifiers: RowIdentifiers;
  /** The data of a row with the verdict `account`. */
  account?: AccountLine;
  /** The latest progress of the book's open reading. Only an export of this service has it. */
  progress?: NonNullable<LibraryBook["progress"]>;
  /** The editions that were found for a row of the review queue. */
  candidates?: ReviewItem["candidates"];
  /** Replaces the hash of the cells in duplicate detection: an export contains queued rows of other files with their hashes. */
  hash?: string;
  /** Unmodified cells by column name, except that NUL is removed. */
  raw: Readonly<Record<string, string>>;
}
