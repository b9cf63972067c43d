import type { BookRecord, StoredBook } from "../../catalogue/domain/book-record.ts";
import type { KeyRecord } from "./key-record.ts";
import type { PageTally } from "./run.ts";

/** What the database holds of one ISBN: its row, and the keys that were taken into it. */
export interface HeldBook {
  readonly stored?: StoredBook;
  /** What a column says that the blob does not say, by the name of the column. */
  readonly columnDifferences: readonly FieldDifference[];
  readonly keys: readonly KeyRecord[];
}

/** By ISBN-13; an ISBN of which nothing is held may be missing. */
export type HeldBooks = ReadonlyMap<string, HeldBook>;

/** One field as both sides have it; a side that says nothing has no member. Long values are cut. */
export interface FieldDifference {
  readonly field: string;
  readonly kv?: string;
  readonly row?: string;
}

/** Something about a key that an operator has to know. */
export interface KeyFault {
  readonly key: string;
  readonly reason: string;
  readonly differences?: readonly FieldDifference[];
}

/** A fault of a run as it is listed. `at` is ms since the epoch. */
export interface ListedFault {
  readonly id: number;
  readonly runId: string;
  readonly key: string;
  readonly reason: string;
  readonly differences?: FieldDifference[];
  readonly at: number;
}

/** What a page comes to: all of it is written at once, or nothing is. */
export interface PagePlan {
  /** Rows to write, each only over the version that was read (0: no row). */
  readonly rows: readonly { readonly record: BookRecord; readonly version: number }[];
  readonly keys: readonly KeyRecord[];
  /** ISBNs whose row has gone: what was remembered of their keys says nothing any more. */
  readonly forget: readonly string[];
  readonly faults: readonly KeyFault[];
  readonly tally: PageTally;
}
