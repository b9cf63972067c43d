import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";
import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { Place, StoredEntry } from "./entry.ts";
import type { ProgressEntry, ProgressWrite } from "./progress.ts";
import type { ShelfDeps, ShelfSave } from "./shelf.ts";

/** A write of progress that leaves the entry unchanged. */
export interface ProgressSave {
  userId: string;
  isbn: string;
  /** The version of the entry that the writer read. */
  version: number;
  progress: ProgressWrite;
  answer?: GuardedAnswer | undefined;
  /** The change of an outbox that this write applies. Nothing is written if it was applied before. */
  applied?: AppliedChange | undefined;
}

/** Dependencies of the use cases of progress. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface ProgressDeps {
  shelves: Pick<ShelfDeps["shelves"], "find" | "save">;
  progress: {
    /** Progress by its id, including removed progress. */
    find(
      userId: string,
      id: string,
    ): Promise<{ entry: ProgressEntry; isRemoved: boolean } | undefined>;
    /** The latest other progress of the same reading. */
    previous(
      userId: string,
      one: Pick<ProgressEntry, "id" | "isbn" | "readingId">,
    ): Promise<ProgressEntry | undefined>;
    /** The progress in a book, newest first, at most `limit`. */
    ofBook(
      userId: string,
      isbn: string,
      after: Pick<ProgressEntry, "at" | "id"> | undefined,
      limit: number,
    ): Promise<ProgressEntry[]>;
    save(save: ProgressSave): Promise<ShelfSave>;
  };
  /** Makes an id for progress that the client sent without one. */
  newId(): string;
  now(): number;
}

/** Progress that was written, with its entry. */
export interface Recorded {
  kind: "recorded";
  progress: ProgressEntry;
  entry: StoredEntry;
  place: Place;
  /** The change of an outbox that the write applied. */
  applied?: AppliedChange;
}

/** A value that contradicts the book or the clock. */
export interface Implausible {
  kind: "implausible";
  field: "page" | "at";
  message: string;
}

export type RecordOutcome =
  | Recorded
  | Implausible
  | { kind: "not_on_shelf" | "full" | "contended" }
  /** The id was used for something else, or its progress was deleted. */
  | { kind: "id_taken" };
export type ChangeProgressOutcome =
  | Recorded
  | Implausible
  | { kind: "not_found" | "precondition_failed" | "contended" };
export type RemoveProgressOutcome =
  | { kind: "removed"; applied?: AppliedChange }
  | { kind: "not_found" | "precondition_failed" | "contended" };

/** Builds the answer to a pending write; `undefined` when the request has no idempotency key. */
export type KeepRecorded = (recorded: Recorded) => Promise<GuardedAnswer | undefined>;

/** Whether the stored progress is the one that the caller expects. */
export type ProgressPrecondition = (progress: ProgressEntry) => boolean;
