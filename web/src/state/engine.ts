/** The sync engine of an account in a browser: over IndexedDB, one tab at a time. */
import { createSyncEngine, memoryStore, type SyncStore } from "../../../client/src/sync/index.ts";
import { databaseName, indexedDbStore } from "../../../client/src/sync/indexed-db.ts";
import { apiOf } from "./api.ts";
import type { EngineHooks, OpenedEngine } from "./library.ts";
import type { Account } from "./session.ts";
import { storesOnDevice } from "./storage.ts";
import { updateReady } from "./update.ts";

export async function openEngine(account: Account, hooks: EngineHooks): Promise<OpenedEngine> {
  const { origin } = location;
  const { userId } = account;
  const name = databaseName({ baseUrl: origin, userId });
  const store = await storeOf(origin, userId);
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : undefined;
  const engine = createSyncEngine({
    api: apiOf(account).sync(userId),
    store,
    ...hooks,
    ...(channel ? { channel } : {}),
    ...(navigator.locks ? { lock: (work, signal) => locked(name, work, signal) } : {}),
  });
  return {
    engine,
    store,
    close() {
      channel?.close();
      store.close();
    },
  };
}

/** Stores of private modes, by user: they last as long as the page. */
const inMemory = new Map<string, SyncStore>();

/** The device's store; in private modes that have none, one in memory. */
async function storeOf(baseUrl: string, userId: string): Promise<SyncStore> {
  try {
    const onLost = (): void => {
      updateReady.value = true;
    };
    const store = await indexedDbStore({ baseUrl, userId, onLost });
    storesOnDevice.value = true;
    return store;
  } catch {
    storesOnDevice.value = false;
    const store = inMemory.get(userId) ?? { ...memoryStore(), close: () => undefined };
    inMemory.set(userId, store);
    return store;
  }
}

/** Plain HTTP on a LAN has no locks: each tab synchronises then, which is safe, only more work. */
async function locked(name: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(`${name}:sync`, { signal }, work);
}
