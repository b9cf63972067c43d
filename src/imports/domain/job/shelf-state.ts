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
  /** Key by which a row with verdict `match` is recognised in a later file. */
  sourceKey?: string;
  title?: string;
  parsed: ParsedRow;
  /** The item of the same row in the review queue: of the same cells, or with its key from an earlier import. */
  review?: QueuedItem;
  /** Key by which the row is recognised if another service's file has queued its book. */
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
  /** What the item has so far, if it is open, and an earlier import with other cells queued it. */
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
  /** The place is empty because the user has put its entry into the trash, where no import changes it. */
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

/** How much may be added to the shelf and to the review queue of a user. */
export interface Room {
  entries: number;
  waitingRows: number;
}
