/**
 * Tables of the engine: `books` in chunks without long texts, which are in `details`; the others
 * with one record per item.
 */
export const TABLES = [
  "meta",
  "books",
  "details",
  "records",
  "loading",
  "outbox",
  "attention",
] as const;

export type Table = (typeof TABLES)[number];

/**
 * Reads of one transaction. Await nothing else, because an IndexedDB transaction ends when it is
 * idle.
 */
export interface StoreReads {
  get<Value>(table: Table, key: string): Promise<Value | undefined>;
  /** All values in the order of their keys, or those whose keys start with `prefix`. */
  getAll<Value>(table: Table, prefix?: string): Promise<Value[]>;
  /** All keys in order. */
  keys(table: Table): Promise<string[]>;
}

/** Reads and writes of one transaction. A write is visible to later reads. */
export interface StoreWrites extends StoreReads {
  /** Values must be plain data that `structuredClone` can copy. */
  put(table: Table, key: string, value: unknown): void;
  delete(table: Table, key: string): void;
  clear(table: Table): void;
}

/** Storage for the data of one account on one device, shared by all tabs. */
export interface SyncStore {
  read<Result>(work: (reads: StoreReads) => Promise<Result>): Promise<Result>;
  /**
   * Runs `work` atomically and isolated from all other writes. When the promise resolves, its
   * writes are durable. If `work` fails, nothing is written.
   * @throws StoreError
   */
  write<Result>(work: (writes: StoreWrites) => Promise<Result>): Promise<Result>;
  /** Removes everything, for "clear this device". Unsent edits are lost. */
  clear(): Promise<void>;
  close(): void;
}

/**
 * - `STORAGE_FULL`: the device has no room; the write did not happen.
 * - `STORAGE_UNAVAILABLE`: there is no storage, as in some private modes.
 * - `STORAGE_BLOCKED`: another tab with older code holds the database; ask the user to close it.
 * - `STORAGE_OUTDATED`: newer code has upgraded the database; reload the page.
 * - `STORAGE_CLOSED`: the store was closed, or the browser closed it.
 * - `STORAGE_FAILED`: anything else; `cause` has the browser's error.
 */
export type StoreErrorCode =
  | "STORAGE_FULL"
  | "STORAGE_UNAVAILABLE"
  | "STORAGE_BLOCKED"
  | "STORAGE_OUTDATED"
  | "STORAGE_CLOSED"
  | "STORAGE_FAILED";

/** The device could not store or read. An edit that fails with this error was not accepted. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
