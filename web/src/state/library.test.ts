import { signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../../client/src/index.ts";
import {
  createSyncEngine,
  memoryStore,
  type FeedItem,
  type OutboxChange,
  type SyncApi,
  type SyncStore,
} from "../../../client/src/sync/index.ts";
import { createShelf } from "./library.ts";
import type { Account } from "./session.ts";

const ACCOUNT: Account = { userId: "user-1", token: "token-1" };

const book = (isbn: string): LibraryBook => ({
  isbn,
  title: `Book ${isbn}`,
  authors: ["An Author"],
  categories: [],
  tags: [],
  readings: [],
  sources: [],
  provider: "merged",
  confirmed: true,
  addedAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
});

/** A service that has some books, and that notes what is sent to it. */
function service(isbns: readonly string[] = []) {
  const sent: OutboxChange[] = [];
  const items = isbns.map((isbn): FeedItem => ({
    kind: "book",
    id: isbn,
    version: 1,
    value: book(isbn),
  }));
  const api: SyncApi = {
    changes: ({ since }) =>
      Promise.resolve({
        items: since === undefined ? items : [],
        next: "1",
        more: false,
        seq: 1,
      }),
    send(changes) {
      sent.push(...changes);
      return Promise.resolve(changes.map(({ key }) => ({ key, outcome: "applied" as const })));
    },
    async *listen({ signal }) {
      yield 1;
      await new Promise((done) => signal?.addEventListener("abort", done));
    },
  };
  return { api, sent };
}

/** A device, with the account that it has when the app opens. */
function device(api: SyncApi, stored?: Account, opens?: () => Promise<SyncStore>) {
  const account = signal(stored);
  const expired: Account[] = [];
  const stores = new Map<string, SyncStore>();
  const shelf = createShelf({
    online: signal(true),
    session: {
      account,
      async ensureAccount() {
        account.value ??= ACCOUNT;
        return account.value;
      },
      expire: (used) => expired.push(used),
    },
    async open({ userId }, hooks) {
      const store = opens ? await opens() : (stores.get(userId) ?? memoryStore());
      stores.set(userId, store);
      return {
        engine: createSyncEngine({ api, store, ...hooks }),
        clear: () => store.clear(),
        close: () => undefined,
      };
    },
  });
  return { shelf, account, expired };
}

const isbnsOf = ({ shelf }: ReturnType<typeof device>): string[] =>
  shelf.books.value.map(({ isbn }) => isbn).sort();

describe("the shelf", () => {
  it("is empty without an account, and makes one with the first edit", async () => {
    const { api, sent } = service();
    const { shelf, account } = device(api);
    expect([shelf.phase.value, shelf.books.value, await shelf.goals()]).toEqual(["empty", [], []]);
    await shelf.edit({ op: "add", isbn: "9780441172719", preview: book("9780441172719") });
    expect([shelf.phase.value, account.value]).toEqual(["ready", ACCOUNT]);
    expect(shelf.listed("9780441172719")?.title).toBe("Book 9780441172719");
    await vi.waitUntil(() => sent.length === 1);
  });

  it("loads the books of the account, and shows edits at once", async () => {
    const here = device(service(["1", "2"]).api, ACCOUNT);
    const { shelf } = here;
    expect(shelf.phase.value).toBe("loading");
    await vi.waitUntil(() => shelf.phase.value === "ready" && shelf.books.value.length === 2);
    const before = shelf.revision.value;
    await shelf.edit(
      { op: "change", isbn: "1", set: { rating: 4.25 } },
      { op: "delete", isbn: "2" },
    );
    expect([isbnsOf(here), shelf.listed("1")?.rating]).toEqual([["1"], 4.25]);
    expect(shelf.revision.value).toBeGreaterThan(before);
    expect((await shelf.book("1"))?.rating).toBe(4.25);
  });

  it("forgets the books of another account, and keeps those of the same user with a new token", async () => {
    const here = device(service(["1"]).api, ACCOUNT);
    await vi.waitUntil(() => isbnsOf(here).length === 1);
    here.account.value = { ...ACCOUNT, token: "token-2" };
    expect(isbnsOf(here)).toEqual(["1"]);
    here.account.value = { userId: "user-2", token: "token-3" };
    expect(isbnsOf(here)).toEqual([]);
    here.account.value = undefined;
    expect([here.shelf.phase.value, here.shelf.status.value]).toEqual(["empty", undefined]);
  });

  it("says when the device cannot store anything", async () => {
    const failure = new Error("no store");
    const { shelf } = device(service().api, ACCOUNT, () => Promise.reject(failure));
    await vi.waitUntil(() => shelf.phase.value === "failed");
    expect(shelf.error.value).toBe(failure);
    await expect(shelf.edit({ op: "delete", isbn: "1" })).rejects.toBe(failure);
  });

  it("clears the device", async () => {
    const here = device(service(["1"]).api, ACCOUNT);
    await vi.waitUntil(() => isbnsOf(here).length === 1);
    await here.shelf.clear();
    expect(isbnsOf(here)).toEqual([]);
  });
});
