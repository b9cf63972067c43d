import type { FieldDifference } from "../../catalogue/domain/legacy/field-difference.ts";
import type { BookRecord } from "../../catalogue/domain/book-record.ts";
import type { KeyRecord } from "../../catalogue/domain/legacy/key-record.ts";
import type { PageTally } from "./run.ts";

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
