import type { LibraryBook, OwnBook } from "../../../contract/library.ts";
import type { ReviewItem } from "../../../contract/review-queue.ts";
import type { EntryReading } from "./entry.ts";
import type { StoredGoal } from "./goals.ts";
import type { ProgressEntry } from "./progress.ts";
import type { ParsedEntry } from "./merge-entry.ts";

/** An import row that waits for the user's decision, with all its stored data. */
export interface QueuedRow extends ReviewItem {
  /** Hash of the row's cells, which identifies the same row in a later import. */
  rowHash: string;
  /** Details of the book in the row, besides title and authors. */
  details: Partial<OwnBook>;
  /** The entry in the row, to be shelved once its book is known. */
  entry: ParsedEntry;
  /** When the book was shelved according to the row: ISO 8601 UTC. */
  addedAt?: string;
}

/** One record of an exported library. */
export type LibraryRecord =
  /** `own`: the user's own details of the book, even when the catalogue's are displayed. */
  { type: "book"; book: LibraryBook; own?: OwnBook } | { type: "review"; item: QueuedRow };

/** Progress, a goal or a setting, as in the NDJSON export. */
export type LifeRecord =
  /**
   * `reading`: the dates of the reading, whose id may differ in another library; absent when the
   * reading was deleted.
   */
  | ({ type: "progress" } & Omit<ProgressEntry, "at" | "version"> & {
        reading?: Omit<EntryReading, "id">;
        at: string;
      })
  | ({ type: "goal" } & Omit<StoredGoal, "version">)
  | { type: "setting"; name: string; value: unknown };
