import type { BookRecord, StoredBook } from "../../catalogue/domain/book-record.ts";
import type { KeyRecord } from "./key-record.ts";
import type { PageTally } from "./run.ts";

/** The database's data on one ISBN: its row, and the keys that were merged into it. */
export interface HeldBook {
  readonly stored?: StoredBook;
  /** Differences between columns and the blob, by the name of the column. */
  readonly columnDifferences: readonly FieldDifference[];
  readonly keys: readonly KeyRecord[];
}

/** By ISBN-13. An ISBN without data may be missing. */
export type HeldBooks = ReadonlyMap<string, HeldBook>;

/** One field on both sides; a blank side has no member. Long values are cut. */
export interface FieldDifference {
  readonly field: string;
  readonly kv?: string;
  readonly row?: string;
}

/** A fault of a key, for the operator. */
export interface KeyFault {
  readonly key: string;
  readonly reason: string;
  readonly differences?: readonly FieldDifference[];
}

/** A fault in the list of a run. `at` is ms since the epoch. */
export interface ListedFault {
  readonly id: number;
  readonly runId: string;
  readonly key: string;
  readonly reason: string;
  readonly differences?: FieldDifference[];
  readonly at: number;
}

/** The result of a page, which is written atomically. */
export interface PagePlan {
  /** Rows to write, each guarded by the version that was read (0: no row). */
  readonly rows: readonly { readonly record: BookRecord; readonly version: number }[];
  readonly keys: readonly KeyRecord[];
  /** ISBNs whose row was deleted, so the records of their keys are obsolete. */
  readonly forget: readonly string[];
  readonly faults: readonly KeyFault[];
  readonly tally: PageTally;
}
