import { StoreError, TABLES, type StoreWrites, type SyncStore, type Table } from "./store.ts";

type Tables = Record<Table, Map<string, unknown>>;

const emptyTables = (): Tables =>
  Object.fromEntries(TABLES.map((table) => [table, new Map<string, unknown>()])) as Tables;

/** An in-memory store, for tests, scripts and devices without storage. */
export function memoryStore(): SyncStore {
  let tables = emptyTables();
  let isOpen = true;
  let turn: Promise<unknown> = Promise.resolve();

  /** Transactions run one after another, so that none sees a partial state of another. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(() => {
      if (!isOpen) throw new StoreError("STORAGE_CLOSED", "The store is closed.");
      return work();
    });
    turn = result.catch(() => undefined);
    return result;
  }

  return {
    read: (work) => inTurn(() => work(transactionOf(tables))),
    write: (work) =>
      inTurn(async () => {
        const copy = { ...tables };
        for (const table of TABLES) copy[table] = new Map(tables[table]);
        const result = await work(transactionOf(copy));
        tables = copy;
        return result;
      }),
    clear: () =>
      inTurn(async () => {
        tables = emptyTables();
      }),
    close: () => {
      isOpen = false;
    },
  };
}

function transactionOf(tables: Tables): StoreWrites {
  const sortedKeys = (table: Table): string[] => [...tables[table].keys()].sort();
  return {
    get: async <Value>(table: Table, key: string) =>
      structuredClone(tables[table].get(key)) as Value | undefined,
    getAll: async <Value>(table: Table, prefix = "") =>
      sortedKeys(table)
        .filter((key) => key.startsWith(prefix))
        .map((key) => structuredClone(tables[table].get(key)) as Value),
    keys: async (table) => sortedKeys(table),
    put: (table, key, value) => void tables[table].set(key, structuredClone(value)),
    delete: (table, key) => void tables[table].delete(key),
    clear: (table) => tables[table].clear(),
  };
}
