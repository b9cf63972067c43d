/** A store for devices that run out of storage space. */
import { memoryStore, TABLES, type SyncStore } from "../../../client/src/sync/index.ts";
import { StoreError } from "../../../client/src/sync/store.ts";

/**
 * Stores on the device until it is full, and then in a copy in memory, so that the app continues to
 * work while the page is open. Data already on the device remains there: edits sent from memory
 * keep their keys, so sending them again is harmless.
 * @param onSpill called once, when the device is full
 */
export function spillingStore(
  device: SyncStore,
  onSpill: (error: StoreError, store: SyncStore) => void,
): SyncStore {
  let current = Promise.resolve(device);
  let hasSpilled = false;
  const store: SyncStore = {
    read: async (work) => (await current).read(work),
    async write(work) {
      try {
        return await (await current).write(work);
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== "STORAGE_FULL") throw error;
        if (!hasSpilled) {
          hasSpilled = true;
          // Later reads and writes wait for the copy, which is made after all earlier writes.
          current = copyOf(device);
          onSpill(error, store);
        }
        return (await current).write(work);
      }
    },
    async clear() {
      await device.clear();
      const used = await current;
      if (used !== device) await used.clear();
    },
    close: () => device.close(),
  };
  return store;
}

async function copyOf(device: SyncStore): Promise<SyncStore> {
  const copy = memoryStore();
  const tables = await device.read((reads) =>
    Promise.all(
      TABLES.map(
        async (table) => [table, await reads.keys(table), await reads.getAll(table)] as const,
      ),
    ),
  );
  await copy.write(async (writes) => {
    for (const [table, keys, values] of tables) {
      keys.forEach((key, index) => writes.put(table, key, values[index]));
    }
  });
  return copy;
}
