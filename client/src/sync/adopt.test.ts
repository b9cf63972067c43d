import { expect, it } from "vitest";
import { createSyncEngine } from "./engine.ts";
import { memoryStore } from "./memory-store.ts";
import { ModelServer } from "./test-support/model-server.ts";
import { modelBook } from "./test-support/model-shelf.ts";
import type { SyncStore } from "./store.ts";
import type { SyncApi } from "./types.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const DUNE = "9780441172719";
const EMMA = "9780141439587";

const unreachable: SyncApi = {
  changes: () => Promise.reject(new Error("There is no account.")),
  send: () => Promise.reject(new Error("There is no account.")),
  async *listen() {
    yield* [];
    throw new Error("There is no account.");
  },
};

/** A shelf without an account, with two books, a rating, a reading and progress. */
async function before(): Promise<SyncStore> {
  const store = memoryStore();
  const engine = createSyncEngine({ api: unreachable, store, now: () => NOW });
  await engine.editAll([
    {
      op: "add",
      isbn: DUNE,
      preview: modelBook(DUNE, "2026-03-01T12:00:00Z"),
      body: { tags: ["sf"] },
    },
    { op: "change", isbn: DUNE, set: { rating: 4.25 }, addReadings: [{ startedAt: "2026-02" }] },
    { op: "progress", isbn: DUNE, body: { page: 12 } },
    { op: "add", isbn: EMMA, preview: modelBook(EMMA, "2026-03-01T12:00:00Z") },
  ]);
  return store;
}

it("moves everything to the account, and sends it", async () => {
  const server = new ModelServer(NOW);
  const [from, store] = [await before(), memoryStore()];
  const shown = await createSyncEngine({ api: unreachable, store: from }).books();
  const changes: unknown[] = [];
  const engine = createSyncEngine({
    api: server.api(),
    store,
    now: () => server.now,
    onChange: (change) => changes.push(change),
  });
  await engine.adopt(from);
  expect(changes).toEqual([{ cause: "edit", books: [DUNE, EMMA] }]);
  expect(await engine.books()).toEqual(shown);
  await engine.sync();
  expect((await engine.status()).pending).toBe(0);
  expect(await engine.book(DUNE)).toMatchObject({ rating: 4.25, tags: ["sf"] });
  expect((await engine.books()).map(({ isbn }) => isbn).sort()).toEqual([EMMA, DUNE]);
  expect(await createSyncEngine({ api: unreachable, store: from }).pending()).toEqual([]);
});

it("moves each edit once, even if it is interrupted or two tabs move simultaneously", async () => {
  const [from, store] = [await before(), memoryStore()];
  const tab = () => createSyncEngine({ api: unreachable, store, now: () => NOW });
  const interrupted: SyncStore = { ...from, write: () => Promise.reject(new Error("killed")) };
  await expect(tab().adopt(interrupted)).rejects.toThrow("killed");
  const [pending, shown] = [await tab().pending(), await tab().books()];
  await Promise.all([tab().adopt(from), tab().adopt(from)]);
  await tab().adopt(from);
  expect(await tab().pending()).toEqual(pending);
  expect(await tab().books()).toEqual(shown);
  expect(shown.find(({ isbn }) => isbn === DUNE)?.readings).toHaveLength(1);
});

it("moves edits made during the move", async () => {
  const [from, store] = [await before(), memoryStore()];
  const source = createSyncEngine({ api: unreachable, store: from, now: () => NOW + 1000 });
  const engine = createSyncEngine({ api: unreachable, store, now: () => NOW });
  const slow: SyncStore = {
    ...from,
    async write(work) {
      await source.edit({ op: "change", isbn: EMMA, set: { rating: 3 } });
      return from.write(work);
    },
  };
  await engine.adopt(slow);
  expect((await engine.book(EMMA))?.rating).toBeUndefined();
  await engine.adopt(from);
  expect((await engine.book(EMMA))?.rating).toBe(3);
  expect(await source.pending()).toEqual([]);
});
