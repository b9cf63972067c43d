import type { LoadedBook } from "../../../../contract/local-catalogue.ts";
import type { StoredBook } from "../book-record.ts";
import { planBatch, type BatchPlan, type PlannedBook } from "./plan-batch.ts";

/** A batch of a load. */
export interface Batch {
  readonly load: string;
  /** The number of the batch, from 0 without gaps. */
  readonly batch: number;
  readonly isLast: boolean;
  readonly books: readonly LoadedBook[];
}

/** The progress of a load. */
export interface LoadProgress {
  readonly nextBatch: number;
  readonly books: number;
  readonly completed: boolean;
  readonly databaseBytes: number;
}

export type BatchOutcome =
  | { kind: "stored"; counts: Pick<BatchPlan, "created" | "updated" | "unchanged"> }
  /** The batch is already stored. */
  | { kind: "known" }
  /** A batch before this one is missing. */
  | { kind: "gap"; nextBatch: number }
  /** The database is full. */
  | { kind: "full"; databaseBytes: number };

export interface LoadDeps {
  progress(load: string): Promise<LoadProgress>;
  held(isbns: readonly string[]): Promise<ReadonlyMap<string, StoredBook>>;
  /** Writes a batch with its checkpoint; false if the batch is not the next one, or a book was written meanwhile. */
  write(
    position: Omit<Batch, "books"> & { books: number; now: number },
    writes: readonly PlannedBook[],
  ): Promise<boolean>;
  /** 0 means no limit. */
  readonly maxDatabaseBytes: number;
  now(): number;
  random(): number;
}

const ATTEMPTS = 4;

/**
 * Stores a batch exactly once, even if it is repeated: its books and the number of the next batch
 * are written in one transaction.
 */
export async function storeBatch(batch: Batch, deps: LoadDeps): Promise<BatchOutcome> {
  const { books, ...position } = batch;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { nextBatch, databaseBytes } = await deps.progress(batch.load);
    if (batch.batch < nextBatch) return { kind: "known" };
    if (batch.batch > nextBatch) return { kind: "gap", nextBatch };
    if (deps.maxDatabaseBytes > 0 && databaseBytes >= deps.maxDatabaseBytes) {
      return { kind: "full", databaseBytes };
    }
    const now = deps.now();
    const stored = await deps.held(books.map(({ isbn }) => isbn));
    const { writes, ...counts } = planBatch(books, stored, { now, random: deps.random });
    if (await deps.write({ ...position, books: books.length, now }, writes)) {
      return { kind: "stored", counts };
    }
  }
  // Every attempt lost to other writers; the sender repeats the batch.
  return { kind: "gap", nextBatch: batch.batch };
}
