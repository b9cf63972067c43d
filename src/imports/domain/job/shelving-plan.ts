import type {
  ImportEnrichment,
  ImportMode,
  RowOutcome,
  WithoutIsbn,
} from "../../../../contract/imports.ts";
import type { EntryImage } from "../../../library/domain/entry.ts";
import type { EntryWrite } from "../../../library/domain/entry-write.ts";
import type { AccountMark, AccountWrite, KnownAccount } from "./account-line.ts";
import type { Reason } from "./reasons.ts";
import type { KnownValues, Room } from "./shelf-state.ts";

/** How to shelve the rows. */
export interface ShelvingOptions {
  jobId: string;
  /** The format of the file, recorded as the writer of the fields. */
  format: string;
  mode: ImportMode;
  dryRun: boolean;
  enrich: boolean;
  /** What to do with rows without an ISBN. */
  withoutIsbn: WithoutIsbn;
  /** Whether the user has requested a retry of the job. */
  isRetry: boolean;
  /** The numbers of entries and waiting rows that may be added; Infinity for no limit. */
  room: Room;
  /** The account's state for lines that are not entries; absent if there are none. */
  account?: KnownAccount;
  /** ms since the epoch. */
  now: number;
}

export type EnrichmentState = keyof ImportEnrichment;

/** The result of shelving one row. */
export interface ShelvedRow {
  row: number;
  outcome: Exclude<RowOutcome, "notProcessed">;
  /** Key of the book that the row was shelved as. */
  isbn?: string;
  /** Why the row was refused, if that was not already known from the file. */
  reason?: Reason;
  /** Notes about unused values of the row, in addition to the notes from reading the file. */
  notes?: readonly Reason[];
  /** Set on the first row of a step that is queued for review under this source key. */
  queuedAs?: string;
  /** Set on rows that are queued for review. */
  textKey?: string;
  /** Whether the row was recognised as an item of the review queue that had been settled. */
  isSettled?: true;
  /** Set on the first row of a book. */
  enrichment?: EnrichmentState;
  /** Set on the first row that changes an entry in this step. `before` is absent when the entry is new. */
  written?: { version: number; before?: EntryImage };
  /** Set on a row that has added an item other than an entry. */
  added?: AccountMark;
  /** Preview only: the state from which later rows of the book continue. */
  after?: EntryImage;
}

/** All writes of one step. */
export interface ShelvingPlan {
  rows: ShelvedRow[];
  writes: EntryWrite[];
  /** Items added to the account besides entries and waiting rows. */
  account: AccountWrite[];
  /** Numbers of the rows to add to the review queue. */
  reviews: number[];
  /** Items of the review queue that the step shelves, with their ISBNs. */
  resolved: { id: string; isbn: string }[];
  /** Waiting items that get the values of a newer row. */
  refreshed: RefreshedItem[];
  /** The numbers of entries and waiting rows that the plan adds. */
  added: Room;
  outcomes: Record<ShelvedRow["outcome"], number>;
  enrichment: Record<EnrichmentState, number>;
}

/** A waiting item that gets the values of a newer row. */
export interface RefreshedItem {
  id: string;
  /**
   * The row that replaces the item's cells if it is from the same service; otherwise it only adds
   * missing values.
   */
  row: number;
  isOfService: boolean;
  /** Status, tags and readings after the merge. */
  known: KnownValues;
}
