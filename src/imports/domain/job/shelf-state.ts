import type { Reading, Status } from "../../../../contract/library-fields.ts";
import type { BookWords } from "../../../library/domain/own-book.ts";
import type { StoredEntry } from "../../../library/domain/entry.ts";
import type { KnownBook } from "../../../library/domain/shelf-keys.ts";
import type { ParsedRow } from "./row.ts";

/** A stored row that is due for shelving. */
export interface StagedRow {
  row: number;
  verdict: "shelve" | "match" | "account" | "invalid";
  /** ISBN-13 or `local-...`, for verdict `shelve`. */
  isbn?: string;
  /** Key that a row with verdict `match` would get as a book without an ISBN; absent when it has no title. */
  localId?: string;
  rowHash: string;
  /** Key that identifies a row with verdict `match` in a later file. */
  sourceKey?: string;
  title?: string;
  parsed: ParsedRow;
  /**
   * The row's item in the review queue: one with the same cells, or one with its key from an
   * earlier import.
   */
  review?: QueuedItem;
  /** Key that identifies the row if another service's file has queued its book. */
  textKey?: string;
  /** Whether the only reason for verdict `match` is that the row has no ISBN. */
  isWithoutIsbn?: boolean;
}

/** An item of the review queue. */
export interface QueuedItem {
  id: string;
  isOpen: boolean;
  /** The book that it was shelved as. */
  shelvedAs?: string;
  /** Whether this job queued it. */
  isOurs: boolean;
  /** Whether the providers have been asked about it. */
  hasCandidates: boolean;
  /** Whether it is from a file of the same service. */
  isOfService: boolean;
  /** The item's values, if it is open and an earlier import queued it with other cells. */
  known?: KnownValues;
}

/** The part of an entry that is merged into a waiting item. */
export interface KnownValues {
  status?: Status;
  tags?: readonly string[];
  readings?: readonly Reading[];
}

/** The state of one place on the shelf, which may be empty. */
export interface ImportPlace {
  entry?: StoredEntry;
  own?: BookWords;
  /** The book in the catalogue. */
  book?: KnownBook;
  /** 0 when the catalogue does not have the book. */
  bookVersion: number;
  /** The version of an entry that was removed from this place, while its tombstone is kept. */
  removedVersion?: number;
  /**
   * The place is empty because the user has moved its entry to the trash, where imports do not
   * change it.
   */
  isInTrash?: boolean;
  /** Whether another release wrote the entry last. */
  isUnkept?: boolean;
  /** An earlier row of the job has already counted the book for enrichment. */
  isCounted: boolean;
  /** A later row of the job, outside this step, refers to the same book. */
  recurs: boolean;
  /** The number of rows of the job that refer to the same book and have an outcome; 0 if absent. */
  earlierRows?: number;
}

/** The numbers of entries and waiting rows that may be added for a user. */
export interface Room {
  entries: number;
  waitingRows: number;
}
