import type { OwnBook } from "../../../../contract/library.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import type { Reason } from "./reasons.ts";

/** One record of a file as it stands there. */
export interface CsvRecord {
  /** Record number in the file; the header is 1, so the first record of data is 2. */
  row: number;
  /** Line in the file at which the record begins, counted from 1. */
  line: number;
  cells: readonly string[];
  /** Why the record cannot be taken for what its file meant. */
  damage?: "UNBALANCED_QUOTE" | "CELL_TOO_LONG" | "ROW_TOO_LONG" | undefined;
  /** NUL characters were taken out. */
  hadNul?: boolean | undefined;
}

/** How a row's ISBN came about. */
export type MatchedBy = "isbn13" | "isbn10" | "titleAuthor";

/** What a row names beside an ISBN, for a search of its edition. */
export interface RowIdentifiers {
  /** `OL7353617M` */
  openLibraryEdition?: string;
  openLibraryWork?: string;
  asin?: string;
  /** Other services' ids by their names: `goodreads`, `google`, ... */
  [service: string]: string | undefined;
}

/** What is to become of a row before any provider is asked. */
export type Verdict =
  /** It has a key: an ISBN-13, or `local-...` that a file of this service gave back. */
  | { kind: "shelve"; isbn: string; matchedBy?: MatchedBy }
  /** A book without a sure edition: it is matched by identifiers, title and author, else it waits for its reader. */
  | { kind: "match"; reason: Reason }
  /** It can never be shelved. */
  | { kind: "invalid"; reason: Reason };

/** What an entry keeps when it moves from one library of this service to another. */
export interface StoodEntry {
  /** Seconds since the epoch. */
  updatedAt: number;
  /** The import that it came by; absent when it was added by hand. */
  source?: string;
}

/** What of a row is kept until it is shelved. */
export type ParsedRow = Pick<
  ImportRow,
  "book" | "entry" | "addedAt" | "isOwnWords" | "stood" | "identifiers"
>;

/** One row of data, read: what the file says of a book, of the reader's dealings with it, and what is to be done. */
export interface ImportRow {
  row: number;
  line: number;
  verdict: Verdict;
  /** What was mended or left out, in order of its columns. */
  notes: readonly Reason[];
  /** What the file says the book is; `title` is absent where the file has none. */
  book: Partial<OwnBook>;
  /** Status, rating, review, notes, tags, readings, and what has no field here. */
  entry: ParsedEntry;
  /** When the file says that the book was put on the shelf: seconds since the epoch. */
  addedAt?: number;
  /** `book` is what a reader has said, and not what the file shows of the catalogue's book: this service's export tells. */
  isOwnWords?: true;
  /** How the entry stood in the library that this service's export was made of. */
  stood?: StoodEntry;
  identifiers: RowIdentifiers;
  /** What the row is known by when it comes again, where that is not its cells: an export gives back rows of other files. */
  hash?: string;
  /** The cells by column, as they stand in the file; NUL taken out. */
  raw: Readonly<Record<string, string>>;
}
