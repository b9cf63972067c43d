import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";
import {
  StoreError,
  TABLES,
  type StoreErrorCode,
  type StoreWrites,
  type SyncStore,
  type Table,
} from "./store.ts";

/**
 * Incremented with each change of the tables' content. `upgrade` migrates a database of any older
 * version.
 */
const SCHEMA_VERSION = 2;

type Schema = DBSchema & Record<Table, { key: string; value: unknown }>;
type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<Schema, Table[], Mode>;

export interface IndexedDbOptions {
  /** The service, such as `https://books.example`. */
  baseUrl: string;
  /** Owner of the data. Each account on a device has its own database. */
  userId: string;
  /**
   * Notified when the store can no longer be used: newer code wants to upgrade it (`STORAGE_OUTDATED`), or the browser has
   * closed it (`STORAGE_CLOSED`). Reload the page.
   */
  onLost?: (error: StoreError) => void;
  /** Replaces the name of the database. */
  name?: string;
}

/** The name of an account's database on this device. */
export const databaseName = ({ baseUrl, userId }: Pick<IndexedDbOptions, "baseUrl" | "userId">) =>
  `bookstrack:${baseUrl.replace(/\/+$/, "")}:${userId}`;

/**
 * Opens the store of an account in the browser's IndexedDB.
 * @throws StoreError if there is no storage, or a tab with older code keeps it open
 */
export async function indexedDbStore(options: IndexedDbOptions): Promise<SyncStore> {
  const lost = new LostState(options.onLost);
  const database = await opened(options.name ?? databaseName(options), lost);

  async function run<Mode extends IDBTransactionMode, Result>(
    mode: Mode,
    work: (transaction: Transaction<Mode>) => Promise<Result>,
  ): Promise<Result> {
    lost.throwIfLost();
    let transaction: Transaction<Mode> | undefined;
    try {
      // Strict durability, so that an accepted edit survives a power failure; a page of the feed
      // can be read again.
      transaction = database.transaction([...TABLES], mode, { durability: "strict" });
      const result = await work(transaction);
      await transaction.done;
      return result;
    } catch (error) {
      abort(transaction);
      throw error instanceof DOMException ? storeErrorOf(error) : error;
    }
  }

  return {
    read: (work) => run("readonly", (transaction) => work(readsOf(transaction))),
    write: (work) => run("readwrite", (transaction) => work(writesOf(transaction))),
    clear: () =>
      run("readwrite", async (transaction) => {
        for (const table of TABLES) void transaction.objectStore(table).clear();
      }),
    close: () => {
      lost.set(new StoreError("STORAGE_CLOSED", "The store was closed."), { isQuiet: true });
      database.close();
    },
  };
}

/** Whether the database can no longer be used, and why. */
class LostState {
  #error: StoreError | undefined;
  readonly #onLost: ((error: StoreError) => void) | undefined;

  constructor(onLost: ((error: StoreError) => void) | undefined) {
    this.#onLost = onLost;
  }

  set(error: StoreError, { isQuiet = false } = {}): void {
    if (this.#error) return;
    this.#error = error;
    if (!isQuiet) this.#onLost?.(error);
  }

  throwIfLost(): void {
    if (this.#error) throw this.#error;
  }
}

async function opened(name: string, lost: LostState): Promise<IDBPDatabase<Schema>> {
  let database: IDBPDatabase<Schema> | undefined;
  let isBlocked = false;
  return new Promise((resolve, reject) => {
    const opening = async (): Promise<void> => {
      database = await openDB<Schema>(name, SCHEMA_VERSION, {
        async upgrade(upgraded, before, _after, transaction) {
          for (const table of TABLES) {
            if (!upgraded.objectStoreNames.contains(table)) upgraded.createObjectStore(table);
          }
          if (before === 1) await chunksToMaps(transaction);
        },
        blocked: () => {
          isBlocked = true;
          const message = "Another tab uses an older version of the data. Close it.";
          reject(new StoreError("STORAGE_BLOCKED", message));
        },
        blocking: () => {
          lost.set(
            new StoreError("STORAGE_OUTDATED", "A newer version is upgrading the data. Reload."),
          );
          database?.close();
        },
        terminated: () =>
          lost.set(new StoreError("STORAGE_CLOSED", "The browser has closed the storage.")),
      });
      // The caller has already been notified.
      if (isBlocked) database.close();
      else resolve(database);
    };
    opening().catch((error: unknown) => reject(openErrorOf(error)));
  });
}

/** Version 1 stored the books of a chunk as members of an object. */
async function chunksToMaps(transaction: Transaction<"versionchange">): Promise<void> {
  const books = transaction.objectStore("books");
  for (const name of await books.getAllKeys()) {
    await books.put(new Map(Object.entries((await books.get(name)) as object)), name);
  }
}

/** In private modes opening fails, or IndexedDB does not exist. */
function openErrorOf(cause: unknown): StoreError {
  const name = cause instanceof DOMException ? cause.name : "";
  if (name === "QuotaExceededError") return storeErrorOf(cause as DOMException);
  if (name === "VersionError")
    return new StoreError("STORAGE_OUTDATED", "The data is from a newer version. Reload.", {
      cause,
    });
  return new StoreError("STORAGE_UNAVAILABLE", "This browser offers no storage.", { cause });
}

const CODES: Readonly<Record<string, [StoreErrorCode, string]>> = {
  QuotaExceededError: ["STORAGE_FULL", "The device has no storage space left."],
  InvalidStateError: ["STORAGE_CLOSED", "The storage is closed."],
};

function storeErrorOf(cause: DOMException): StoreError {
  const [code, message] = CODES[cause.name] ?? ["STORAGE_FAILED", cause.message];
  return new StoreError(code, message, { cause });
}

function abort(transaction: Transaction<IDBTransactionMode> | undefined): void {
  // The failure is reported by the error that led here.
  transaction?.done.catch(() => undefined);
  try {
    transaction?.abort();
  } catch {
    // The transaction has already ended.
  }
}

function readsOf(transaction: Transaction<IDBTransactionMode>) {
  return {
    get: async <Value>(table: Table, key: string) =>
      (await transaction.objectStore(table).get(key)) as Value | undefined,
    getAll: async <Value>(table: Table, prefix?: string) => {
      const range = prefix === undefined ? undefined : IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      return (await transaction.objectStore(table).getAll(range)) as Value[];
    },
    keys: (table: Table) => transaction.objectStore(table).getAllKeys(),
  };
}

function writesOf(transaction: Transaction<"readwrite">): StoreWrites {
  /** A failed request aborts the transaction, and `done` reports the failure. */
  const unheard = (request: Promise<unknown>): void => void request.catch(() => undefined);
  return {
    ...readsOf(transaction),
    put: (table, key, value) => unheard(transaction.objectStore(table).put(value, key)),
    delete: (table, key) => unheard(transaction.objectStore(table).delete(key)),
    clear: (table) => unheard(transaction.objectStore(table).clear()),
  };
}
