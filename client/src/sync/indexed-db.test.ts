import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, expect, it, vi } from "vitest";
import { databaseName, indexedDbStore } from "./indexed-db.ts";
import { StoreError, TABLES, type SyncStore } from "./store.ts";
import { describeStore } from "./test-support/conformance.ts";

let stores = 0;
const account = () => ({ baseUrl: "https://books.example/", userId: `u-${(stores += 1)}` });
const codeOf = (error: unknown): unknown => (error instanceof StoreError ? error.code : error);

afterEach(() => vi.restoreAllMocks());

describeStore("in IndexedDB", () => indexedDbStore(account()));

it("keeps its data when reopened, and separates accounts and services", async () => {
  const one = account();
  const first = await indexedDbStore(one);
  await first.write(async (writes) => writes.put("meta", "of", one.userId));
  first.close();
  const read = (store: SyncStore): Promise<unknown> =>
    store.read((reads) => reads.get("meta", "of"));
  expect(await read(await indexedDbStore(one))).toBe(one.userId);
  expect(await read(await indexedDbStore(account()))).toBeUndefined();
  const elsewhere = { ...one, baseUrl: "https://other.example" };
  expect(await read(await indexedDbStore(elsewhere))).toBeUndefined();
  expect(databaseName({ ...one, baseUrl: "https://books.example" })).toBe(databaseName(one));
});

it("keeps the books of a device with the first version of the data", async () => {
  const one = account();
  const chunk = { 9780441172719: { id: "9780441172719", version: 3, value: { title: "Dune" } } };
  const old = await openDB(databaseName(one), 1, {
    upgrade(upgraded) {
      for (const table of TABLES) upgraded.createObjectStore(table);
    },
  });
  await old.put("books", chunk, "0000000007");
  await old.put("outbox", { order: 1 }, "0000000001");
  old.close();
  const store = await indexedDbStore(one);
  expect(await store.read((reads) => reads.getAll("books"))).toEqual([
    new Map(Object.entries(chunk)),
  ]);
  expect(await store.read((reads) => reads.getAll("outbox"))).toEqual([{ order: 1 }]);
});

it("reports a full device, and keeps its data", async () => {
  const store = await indexedDbStore(account());
  await store.write(async (writes) => writes.put("meta", "kept", 1));
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  const failed = await store
    .write(async (writes) => {
      writes.delete("meta", "kept");
      writes.put("meta", "new", 1);
    })
    .catch(codeOf);
  expect(failed).toBe("STORAGE_FULL");
  expect(await store.read((reads) => reads.keys("meta"))).toEqual(["kept"]);
});

it("reports a browser without storage", async () => {
  vi.spyOn(IDBFactory.prototype, "open").mockImplementation(() => {
    throw new DOMException("private", "SecurityError");
  });
  expect(await indexedDbStore(account()).catch(codeOf)).toBe("STORAGE_UNAVAILABLE");
});

it("yields to newer code, reports it once, and then fails", async () => {
  const one = account();
  const lost: string[] = [];
  const store = await indexedDbStore({ ...one, onLost: ({ code }) => lost.push(code) });
  const newer = await openDB(databaseName(one), 1000);
  expect(lost).toEqual(["STORAGE_OUTDATED"]);
  expect(await store.read((reads) => reads.keys("meta")).catch(codeOf)).toBe("STORAGE_OUTDATED");
  expect(await indexedDbStore(one).catch(codeOf)).toBe("STORAGE_OUTDATED");
  newer.close();
});

it("reports a tab that blocks an upgrade with an older version of the data", async () => {
  const one = account();
  // A database older than the first version, with a connection that does not close for an upgrade.
  const old = await openDB(databaseName(one), 1, { upgrade: () => undefined });
  vi.spyOn(IDBFactory.prototype, "open").mockImplementationOnce(() =>
    indexedDB.open(databaseName(one), 3),
  );
  expect(await indexedDbStore(one).catch(codeOf)).toBe("STORAGE_BLOCKED");
  old.close();
});
