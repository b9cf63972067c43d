import type { StoredBook } from "../book-record.ts";
import type { FieldDifference } from "./field-difference.ts";
import type { KeyRecord } from "./key-record.ts";

/** The database's data on one ISBN: its row, and the keys that were merged into it. */
export interface HeldBook {
  readonly stored?: StoredBook;
  /** Differences between columns and the blob, by the name of the column. */
  readonly columnDifferences: readonly FieldDifference[];
  readonly keys: readonly KeyRecord[];
}

/** By ISBN-13. An ISBN without data may be missing. */
export type HeldBooks = ReadonlyMap<string, HeldBook>;
