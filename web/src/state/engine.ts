/** The sync engine of an account in a browser: over IndexedDB, one tab at a time. */
import { createSyncEngine, memoryStore, type SyncStore } from "../../../client/src/sync/index.ts";
import { databaseName, indexedDbStore } from "../../../client/src/sync/indexed-db.ts";
import { StoreError, type StoreErrorCode } from "../../../client/src/sync/store.ts";
import { apiOf } from "./api.ts";
import type { EngineHooks, OpenedEngine } from "./library.ts";
import type { Account } from "./session.ts";
import { correctClock } from "./clock.ts";
import { spillingStore } from "./spilling-store.ts";
import { storageFault } from "./storage.ts";
import { updateReady } from "./update.ts";

export async function openEngine(account: Account, hooks: EngineHooks): Promise<OpenedEngine> {
  const { origin } = location;
  const { userId } = account;
  const name = databaseName({ baseUrl: origin, userId });
  // For a store in memory, which no other tab can send.
  const alone = new AbortController();
  const store = await storeOf(origin, userId, () => alone.abort());
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : undefined;
  const api = apiOf(account).sync(userId);
  correctClock(() => api.clockOffsetMs?.() ?? 0);
  const engine = createSyncEngine({
    api,
    store,
    ...hooks,
    ...(channel ? { channel } : {}),
    ...(navigator.locks
      ? { lock: (work, signal) => locked(name, work, signal, alone.signal) }
      : {}),
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

/** In-memory stores by user, which last as long as the page. */
const inMemory = new Map<string, SyncStore>();

/** The device's store, or one in memory if a private mode has none or the device is full. */
async function storeOf(baseUrl: string, userId: string, onMemory: () => void): Promise<SyncStore> {
  const kept = inMemory.get(userId);
  if (kept) {
    onMemory();
    return kept;
  }
  const keepInMemory = (store: SyncStore, why: StoreErrorCode): SyncStore => {
    const lasting = { ...store, close: () => undefined };
    inMemory.set(userId, lasting);
    storageFault.value = why;
    onMemory();
    return lasting;
  };
  try {
    const onLost = (): void => {
      updateReady.value = true;
    };
    const device = await indexedDbStore({ baseUrl, userId, onLost });
    storageFault.value = undefined;
    return spillingStore(device, ({ code }, store) => keepInMemory(store, code));
  } catch (error) {
    const code = error instanceof StoreError ? error.code : "STORAGE_UNAVAILABLE";
    if (code === "STORAGE_OUTDATED") updateReady.value = true;
    return keepInMemory(memoryStore(), code);
  }
}

/**
 * There are no locks over plain HTTP on a LAN; then each tab synchronises, which is safe but more
 * work.
 */
async function locked(
  name: string,
  work: () => Promise<void>,
  signal: AbortSignal,
  alone: AbortSignal,
): Promise<void> {
  const waiting = new AbortController();
  const stopWaiting = (): void => waiting.abort();
  let hasBegun = false;
  const begin = (): Promise<void> => {
    hasBegun = true;
    return work();
  };
  for (const one of [signal, alone]) {
    if (one.aborted) stopWaiting();
    one.addEventListener("abort", stopWaiting, { once: true });
  }
  try {
    await navigator.locks.request(`${name}:sync`, { signal: waiting.signal }, begin);
  } catch (error) {
    if (hasBegun || !alone.aborted || signal.aborted) throw error;
    await work();
  }
}
