import type { LibraryBook, OwnBook } from "../../../contract/library.ts";
import type { ReviewItem } from "../../../contract/review-queue.ts";
import type { ParsedEntry } from "./merge-entry.ts";

/** A row of an import that waits for its reader, with all that is kept of it. */
export interface QueuedRow extends ReviewItem {
  /** Of the cells in the file that it came from: the same row is known by it when it comes again. */
  rowHash: string;
  /** What the row says of the book beside title and authors. */
  details: Partial<OwnBook>;
  /** What it says of the entry, to be shelved once its book is known. */
  entry: ParsedEntry;
  /** When it says that the book was put on the shelf: ISO 8601 UTC. */
  addedAt?: string;
}

/** One thing of a reader's library, as exports give it. */
export type LibraryRecord =
  /** `own`: what the reader himself said the book is, shown or not. */
  { type: "book"; book: LibraryBook; own?: OwnBook } | { type: "review"; item: QueuedRow };
