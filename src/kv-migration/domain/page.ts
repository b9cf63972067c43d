import type { FieldDifference } from "../../catalogue/domain/legacy/field-difference.ts";
import type { BookRecord } from "../../catalogue/domain/book-record.ts";
import type { KeyRecord } from "../../catalogue/domain/legacy/key-record.ts";
import type { PageTally } from "./run.ts";

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
  /** ISBNs with a deleted row: the records of their keys are obsolete. */
  readonly forget: readonly string[];
  readonly faults: readonly KeyFault[];
  readonly tally: PageTally;
}
