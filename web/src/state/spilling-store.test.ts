import { describe, expect, it } from "vitest";
import { memoryStore, type SyncStore } from "../../../client/src/sync/index.ts";
import { StoreError } from "../../../client/src/sync/store.ts";
import { spillingStore } from "./spilling-store.ts";

/** A device that can run out of storage space. */
function device(): SyncStore & { isFull: boolean } {
  const kept = memoryStore();
  const full = {
    ...kept,
    isFull: false,
    write: (async (work) => {
      if (full.isFull) throw new StoreError("STORAGE_FULL", "The device is full.");
      return kept.write(work);
    }) as SyncStore["write"],
  };
  return full;
}

const put = (store: SyncStore, key: string): Promise<void> =>
  store.write(async (writes) => writes.put("meta", key, key));
const keys = (store: SyncStore): Promise<string[]> => store.read((reads) => reads.keys("meta"));

describe("a store that may spill", () => {
  it("stores everything on the device while there is room", async () => {
    const kept = device();
    const store = spillingStore(kept, () => expect.unreachable());
    await put(store, "a");
    expect(await keys(kept)).toEqual(["a"]);
    expect(await keys(store)).toEqual(["a"]);
  });

  it("continues in memory with the device's data, once, and does not change that data", async () => {
    const kept = device();
    const spilled: unknown[] = [];
    const store = spillingStore(kept, ({ code }) => spilled.push(code));
    await put(store, "a");
    kept.isFull = true;
    await Promise.all([put(store, "b"), put(store, "c")]);
    await put(store, "d");
    kept.isFull = false;
    await put(store, "e");
    expect(await keys(store)).toEqual(["a", "b", "c", "d", "e"]);
    expect(await keys(kept)).toEqual(["a"]);
    expect(spilled).toEqual(["STORAGE_FULL"]);
  });

  it("passes on other failures", async () => {
    const store = spillingStore(device(), () => expect.unreachable());
    const failure = new StoreError("STORAGE_FAILED", "The disk is broken.");
    await expect(store.write(() => Promise.reject(failure))).rejects.toBe(failure);
  });

  it("is cleared with the device", async () => {
    const kept = device();
    const store = spillingStore(kept, () => undefined);
    await put(store, "a");
    kept.isFull = true;
    await put(store, "b");
    await store.clear();
    expect(await keys(store)).toEqual([]);
    expect(await keys(kept)).toEqual([]);
  });
});
