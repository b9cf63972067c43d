import type { ProblemCode } from "../errors.ts";
import type { AddBookRequest, ChangeBookRequest, LibraryBook, Reading } from "../schema.ts";

/** Members of a book that lists omit. */
export type DetailField =
  | "description"
  | "sources"
  | "extra"
  | "imageLinks"
  | "identifiers"
  | "authorsDetailed";

/** A book in a list. `engine.book` adds the rest. */
export type ListedBook = Omit<LibraryBook, DetailField>;

/** A record of the user's progress in a book. */
export interface ProgressRecord {
  id: string;
  isbn: string;
  page?: number;
  percent?: number;
  minutes?: number;
  note?: string;
  at: string;
}

/** The user's target for a year. */
export interface GoalRecord {
  year: number;
  books?: number;
  pages?: number;
  minutes?: number;
}

/** Settings of the account by name, such as `timeZone`. */
export type SettingsRecord = Record<string, unknown>;

/** Data on a device, by kind. */
export interface Kinds {
  book: LibraryBook;
  progress: ProgressRecord;
  goal: GoalRecord;
  setting: unknown;
}

export type Kind = keyof Kinds;

/**
 * One item of the feed in its current state. `id` is the ISBN, the id of the progress, the year, or
 * the setting's name.
 */
export type FeedItem = {
  [K in Kind]: { kind: K; id: string; version: number; value: Kinds[K] | undefined };
}[Kind];

export interface FeedPage {
  /** An item without a `value` was removed. */
  items: FeedItem[];
  /** `since` of the next page. */
  next: string;
  more: boolean;
  /** Number of the latest write when the page was read. */
  seq: number;
  /** How long to wait before polling again, if the service specifies it. */
  pollAfterMs?: number;
}

/**
 * Fields of an entry and of the book's own data; `null` clears. Tags and readings are changed one
 * by one. Adds the `null` that the generated types of some fields lack.
 */
export type EntryFields = Omit<
  ChangeBookRequest,
  "tags" | "readings" | "loan" | "publishedDate"
> & {
  loan?: NonNullable<LibraryBook["loan"]> | null;
  publishedDate?: string | null;
};

/** A new reading. The engine generates a missing id. */
export type NewReading = Omit<Reading, "id"> & { id?: string };

interface ReadingDates {
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** A change of an entry: fields, and operations on its lists, which never conflict with those of another device. */
export interface EntryChange {
  set?: EntryFields;
  addTags?: readonly string[];
  removeTags?: readonly string[];
  addReadings?: readonly NewReading[];
  /** Absent dates are unchanged; `null` clears a date. */
  changeReadings?: readonly ({ id: string } & ReadingDates)[];
  removeReadings?: readonly string[];
}

/** The user's progress. Exactly one of `page`, `percent` and `minutes` is set. */
export type ProgressInput = Omit<ProgressRecord, "id" | "isbn" | "at"> & { at?: string };

/** An edit by the user, online or offline. */
export type Edit =
  | {
      op: "add";
      /** The ISBN as entered; without it, `body` has a title. */
      isbn?: string;
      body?: Omit<AddBookRequest, "isbn" | "readings">;
      /**
       * What is known about the book, such as a search hit. Shown until the service answers, and
       * not sent.
       */
      preview?: Partial<LibraryBook>;
    }
  | ({ op: "change"; isbn: string } & EntryChange)
  | { op: "delete"; isbn: string }
  | { op: "restore"; isbn: string }
  | { op: "progress"; isbn: string; body: ProgressInput }
  | { op: "progress.delete"; isbn: string; id: string }
  | { op: "goal"; year: number; body: Omit<GoalRecord, "year"> | null }
  /** `null` restores the default. */
  | { op: "setting"; name: "timeZone"; value: string | null };

/** The edit refers to a book that is not on this device's shelf, and was not accepted. */
export class NotOnShelfError extends Error {
  override readonly name = "NotOnShelfError";
  readonly isbn: string;

  constructor(isbn: string) {
    super(`${isbn} is not on the shelf.`);
    this.isbn = isbn;
  }
}

/** A change in the service's format. */
export interface OutboxChange {
  op: Edit["op"] | "goal.delete";
  key: string;
  at: string;
  isbn?: string;
  ifVersion?: number;
  body?: Record<string, unknown>;
}

/** Why the service refused a change. */
export interface ChangeProblem {
  code: ProblemCode | (string & {});
  title?: string;
  detail?: string;
  status?: number;
  retryable?: boolean;
  retryAfter?: number;
}

export interface ChangeResult {
  key: string;
  outcome: "applied" | "replayed" | "conflict" | "refused";
  /** The changed book, by the service's id. */
  isbn?: string;
  version?: number;
  /** The versioned item was not written; another device may have written it. */
  unchanged?: true;
  /** For a conflict: the current book; absent if it was removed. */
  current?: LibraryBook;
  currentVersion?: number;
  /** For a conflict: the current goal; absent if it was removed. */
  currentGoal?: Omit<GoalRecord, "year">;
  /** For a conflict: the current setting. */
  currentSetting?: { name: string; value: unknown };
  /** For a conflict: the fields that were changed after `ifVersion`. */
  fields?: string[];
  problem?: ChangeProblem;
}

/** The part of the service that the engine uses. `syncApi` implements it over HTTP. */
export interface SyncApi {
  changes(query: { since?: string; limit?: number; signal?: AbortSignal }): Promise<FeedPage>;
  send(changes: readonly OutboxChange[], call?: { signal?: AbortSignal }): Promise<ChangeResult[]>;
  /**
   * Yields the number of the latest write when it increases. Ends when the service closes the
   * stream.
   */
  listen(call: { signal?: AbortSignal }): AsyncIterable<number>;
  /** Difference between the service's clock and the device's in ms, if known. */
  clockOffsetMs?(): number;
}

/** An edit that is waiting in the outbox, or was applied and is not yet in the feed. */
export interface QueuedEdit {
  /** Position in the outbox. */
  order: number;
  key: string;
  /**
   * When the user made the edit, according to `clock`: the device's, or the service's once the edit
   * was sent.
   */
  at: string;
  clock: "device" | "service";
  edit: Edit;
  /** The ISBN, or the goal or setting. */
  target: string;
  /** Version of the entry that the user saw. */
  ifVersion?: number;
  /** The values that the user saw in place of the edit's: fields, and `reading <id>`. */
  seen?: Record<string, unknown>;
  /** A sent edit keeps its key and its content, because the service may have applied it. */
  state: "waiting" | "sent" | "applied";
  /** Not sent before this time, in ms, after a transient refusal. */
  notBefore?: number;
  /** How often the edit was sent again because only this device had changed the fields. */
  rebased?: number;
}

/** A decision that only the user can make. Nothing is lost until they do. */
export interface Attention {
  /** Key of the edit. */
  id: string;
  /** Position among the edits of the device. */
  order: number;
  /** `conflict`: another device changed the same fields; `refused`: see `problem`; `expired`: the edit is too old to apply. */
  type: "conflict" | "refused" | "expired";
  edit: Edit;
  target: string;
  /** When the user made the edit. */
  at: string;
  /**
   * For a conflict: the user's values and the service's, by field, and by `reading <id>` for
   * readings that are corrected or removed; a goal is under `goal`, a setting under `setting`.
   * `deleted`: the book is no longer on the shelf.
   */
  mine?: Record<string, unknown>;
  theirs?: Record<string, unknown>;
  /** For a conflict: the values that the user saw when they made the edit. */
  seen?: Record<string, unknown>;
  /** For a conflict: the version that has the values of `theirs`. */
  version?: number;
  deleted?: true;
  problem?: ChangeProblem;
}

/** `mine`: send the edit again; `theirs`: drop it; `later`: ask again another time. */
export type Resolution = "mine" | "theirs" | "later";

/** What changed locally, after it was stored. */
export interface LocalChange {
  /** Why: an edit on this device, data from the service, an answer to an edit, or another tab. */
  cause: "edit" | "pull" | "push" | "resolve" | "other-tab";
  /** ISBNs of books to read again; absent when everything must be read again. */
  books?: readonly string[];
}

/**
 * - `other-tab`: another tab of this device synchronises.
 * - `waiting`: something failed, and is tried again after a delay.
 * - `signed-out`: the token is no longer valid. Edits stay in the outbox; create an engine with a new token.
 * - `failed`: the device's store cannot be used any more; see `error`.
 */
export type SyncState =
  | "stopped"
  | "syncing"
  | "up-to-date"
  | "offline"
  | "other-tab"
  | "waiting"
  | "signed-out"
  | "failed";

export interface SyncStatus {
  state: SyncState;
  /** Edits that the service has not confirmed. */
  pending: number;
  /** Number of decisions that the user has to make. */
  attention: number;
  /** End of the last complete read of the feed, in ms; absent before the first one. */
  lastSyncAt?: number;
  /** Whether the first load, or one after SYNC_RESET, is in progress. */
  isLoading: boolean;
  /**
   * When edits are sent again, in ms, because the account's daily quota is used up. They stay in
   * the outbox.
   */
  heldUntil?: number;
  /** What stopped or delays synchronisation. */
  error?: unknown;
}
