import { describe, expect, it } from "vitest";
import type { SyncStore } from "../store.ts";

/** The behaviour that every store must have. @param open opens an empty store */
export function describeStore(name: string, open: () => Promise<SyncStore>): void {
  describe(`a store ${name}`, () => {
    it("returns what was written, in the order of the keys, in later transactions", async () => {
      const store = await open();
      await store.write(async (writes) => {
        writes.put("outbox", "b", { n: 2, list: ["x"] });
        writes.put("outbox", "a", { n: 1 });
        writes.put("outbox", "c", { n: 3 });
      });
      await store.write(async (writes) => writes.delete("outbox", "c"));
      const found = await store.read(async (reads) => ({
        one: await reads.get("outbox", "b"),
        none: await reads.get("outbox", "c"),
        all: await reads.getAll("outbox"),
        keys: await reads.keys("outbox"),
        elsewhere: await reads.getAll("books"),
      }));
      expect(found).toEqual({
        one: { n: 2, list: ["x"] },
        none: undefined,
        all: [{ n: 1 }, { n: 2, list: ["x"] }],
        keys: ["a", "b"],
        elsewhere: [],
      });
      store.close();
    });

    it("finds the values whose keys start with a text", async () => {
      const store = await open();
      await store.write(async (writes) => {
        for (const key of ["97|1", "978|1", "978|2", "978", "979|1"])
          writes.put("outbox", key, key);
      });
      const found = await store.read((reads) => reads.getAll("outbox", "978|"));
      expect(found).toEqual(["978|1", "978|2"]);
      store.close();
    });

    it("shows a transaction its own writes, and writes nothing if it fails", async () => {
      const store = await open();
      await store.write(async (writes) => writes.put("meta", "kept", 1));
      const failing = store.write(async (writes) => {
        writes.put("meta", "kept", 2);
        writes.put("books", "new", 1);
        writes.clear("outbox");
        expect(await writes.get("meta", "kept")).toBe(2);
        throw new Error("half-way");
      });
      await expect(failing).rejects.toThrow("half-way");
      const left = await store.read(async (reads) => [
        await reads.get("meta", "kept"),
        await reads.get("books", "new"),
      ]);
      expect(left).toEqual([1, undefined]);
      store.close();
    });

    it("keeps concurrent transactions apart", async () => {
      const store = await open();
      const increment = (): Promise<void> =>
        store.write(async (writes) => {
          const count = (await writes.get<number>("meta", "count")) ?? 0;
          writes.put("meta", "count", count + 1);
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await store.read((reads) => reads.get("meta", "count"))).toBe(20);
      store.close();
    });

    it("returns copies", async () => {
      const store = await open();
      const value = { tags: ["a"] };
      await store.write(async (writes) => writes.put("meta", "value", value));
      value.tags.push("b");
      const read = (): Promise<typeof value | undefined> =>
        store.read((reads) => reads.get<typeof value>("meta", "value"));
      (await read())?.tags.push("c");
      expect(await read()).toEqual({ tags: ["a"] });
      store.close();
    });

    it("clears one table, or everything", async () => {
      const store = await open();
      await store.write(async (writes) => {
        writes.put("books", "a", 1);
        writes.put("meta", "a", 1);
      });
      await store.write(async (writes) => writes.clear("books"));
      expect(await store.read((reads) => reads.keys("meta"))).toEqual(["a"]);
      expect(await store.read((reads) => reads.keys("books"))).toEqual([]);
      await store.clear();
      expect(await store.read((reads) => reads.keys("meta"))).toEqual([]);
      store.close();
    });

    it("fails with STORAGE_CLOSED after it was closed", async () => {
      const store = await open();
      store.close();
      const closed = { name: "StoreError", code: "STORAGE_CLOSED" };
      await expect(store.read((reads) => reads.keys("meta"))).rejects.toMatchObject(closed);
      await expect(store.write(async () => undefined)).rejects.toMatchObject(closed);
      await expect(store.clear()).rejects.toMatchObject(closed);
    });
  });
}
