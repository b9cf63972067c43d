import type { RetryPolicy, sleep } from "../backoff.ts";
import type { LibraryBook } from "../schema.ts";
import type { SyncStore } from "./store.ts";
import type {
  Attention,
  Edit,
  GoalRecord,
  ListedBook,
  LocalChange,
  ProgressRecord,
  QueuedEdit,
  Resolution,
  SettingsRecord,
  SyncApi,
  SyncState,
  SyncStatus,
} from "./types.ts";

/** Notifies the tabs of a device of each other's changes, for example a `BroadcastChannel`. */
export interface TabChannel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  removeEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

export interface SyncEngineOptions {
  api: SyncApi;
  /** Store of this account on this device. */
  store: SyncStore;
  /**
   * Asks for the user's decision about an edit that was not applied. Without it, the decision waits
   * in `attention()`.
   */
  onConflict?: (attention: Attention) => Resolution | Promise<Resolution>;
  /** Notified after a change was stored. */
  onChange?: (change: LocalChange) => void;
  onState?: (state: SyncState, error?: unknown) => void;
  /** Runs `work` while no other tab does, such as with `navigator.locks`. */
  lock?: (work: () => Promise<void>, signal: AbortSignal) => Promise<void>;
  channel?: TabChannel;
  retries?: Pick<RetryPolicy, "baseMs" | "capMs">;
  now?: () => number;
  random?: () => number;
  sleep?: typeof sleep;
  /** Generates keys of edits and ids of created items; random UUIDs by default. */
  newKey?: () => string;
}

/** The shelf of one account on one device, which works without a connection. */
export interface SyncEngine {
  /**
   * Stores an edit and queues it, in one transaction: when the promise resolves, the edit is
   * visible and is never lost silently.
   * @returns its key; undefined if it changes nothing or undoes an unsent edit
   * @throws StoreError if the device could not store it, NotOnShelfError for a book that is not on
   * the shelf
   */
  edit(edit: Edit): Promise<string | undefined>;
  /** Many edits in one transaction. */
  editAll(edits: readonly Edit[]): Promise<void>;
  /**
   * Adopts the edits made in another store, such as one from before there was an account. Each is
   * adopted once.
   */
  adopt(from: SyncStore): Promise<void>;
  /** All books with the edits applied, in no particular order. */
  books(): Promise<ListedBook[]>;
  book(isbn: string): Promise<LibraryBook | undefined>;
  /** Progress in a book, newest first. */
  progress(isbn: string): Promise<ProgressRecord[]>;
  goals(): Promise<GoalRecord[]>;
  /** Settings by name, with the edits applied. A setting with its default value may be missing. */
  settings(): Promise<SettingsRecord>;
  /** Edits that the service has not confirmed, oldest first. */
  pending(): Promise<QueuedEdit[]>;
  /** Decisions that the user has to make. */
  attention(): Promise<Attention[]>;
  /** Carries out the user's decision. */
  resolve(id: string, decision: Exclude<Resolution, "later">): Promise<void>;
  status(): Promise<SyncStatus>;
  /** Sends the outbox. @throws BooksTrackError, ConnectionError, StoreError or the signal's reason */
  push(signal?: AbortSignal): Promise<void>;
  /** Reads the feed to its end. @throws as `push` */
  pull(signal?: AbortSignal): Promise<void>;
  /** Sends and reads once. @throws as `push` */
  sync(signal?: AbortSignal): Promise<void>;
  /** Keeps the device in sync until `stop`, by the change stream or, if that fails, by polling. */
  start(): void;
  stop(): Promise<void>;
  /** Reports whether the device is online. */
  setOnline(isOnline: boolean): void;
}
