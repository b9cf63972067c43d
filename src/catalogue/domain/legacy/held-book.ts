import type { StoredBook } from "../book-record.ts";
import type { FieldDifference } from "./field-difference.ts";
import type { KeyRecord } from "./key-record.ts";

/** What the database holds of one ISBN: its row, and the keys that were taken into it. */
export interface HeldBook {
  readonly stored?: StoredBook;
  /** What a column says that the blob does not say, by the name of the column. */
  readonly columnDifferences: readonly FieldDifference[];
  readonly keys: readonly KeyRecord[];
}

/** By ISBN-13; an ISBN of which nothing is held may be missing. */
export type HeldBooks = ReadonlyMap<string, HeldBook>;
