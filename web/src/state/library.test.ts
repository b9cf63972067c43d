import { effect, signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import { ConnectionError, type LibraryBook } from "../../../client/src/index.ts";
import {
  createSyncEngine,
  memoryStore,
  type FeedItem,
  type OutboxChange,
  type SyncApi,
  type SyncStore,
  type Table,
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

/** A service with some books that records what is sent to it. */
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

/** A device with the account that it has when the app opens. */
function device(
  api: SyncApi,
  stored?: Account,
  {
    opens,
    ensures = () => Promise.resolve(ACCOUNT),
    stores = new Map<string, SyncStore>(),
    flag = { isKept: false },
  }: {
    opens?: () => Promise<SyncStore>;
    ensures?: () => Promise<Account>;
    stores?: Map<string, SyncStore>;
    flag?: { isKept: boolean };
  } = {},
) {
  const account = signal(stored);
  const expired: Account[] = [];
  const online = signal(true);
  const waits: (() => void)[] = [];
  const shelf = createShelf({
    online,
    session: {
      account,
      async ensureAccount() {
        account.value ??= await ensures();
        return account.value;
      },
      expire: (used) => expired.push(used),
    },
    unowned: { read: () => flag.isKept, write: (isKept) => (flag.isKept = isKept) },
    later: (work) => waits.push(work),
    async open({ userId }, hooks) {
      const store = opens ? await opens() : (stores.get(userId) ?? memoryStore());
      stores.set(userId, store);
      let isClosed = false;
      const whileOpen = <Result>(work: () => Promise<Result>): Promise<Result> =>
        isClosed ? Promise.reject(new Error("The store is closed.")) : work();
      const opened: SyncStore = {
        ...store,
        read: (work) => whileOpen(() => store.read(work)),
        write: (work) => whileOpen(() => store.write(work)),
      };
      return {
        engine: createSyncEngine({ api, store: opened, ...hooks }),
        store: opened,
        close: () => (isClosed = true),
      };
    },
  });
  return { shelf, account, expired, online, waits, stores, flag };
}

const isbnsOf = ({ shelf }: ReturnType<typeof device>): string[] =>
  shelf.books.value.map(({ isbn }) => isbn).sort();

describe("the shelf", () => {
  it("is empty without an account, and creates one with the first edit", async () => {
    const { api, sent } = service();
    const { shelf, account } = device(api);
    expect([shelf.phase.value, shelf.books.value, await shelf.goals()]).toEqual(["empty", [], []]);
    await shelf.edit({ op: "add", isbn: "9780441172719", preview: book("9780441172719") });
    expect(shelf.phase.value).toBe("ready");
    expect(shelf.listed("9780441172719")?.title).toBe("Book 9780441172719");
    await vi.waitUntil(() => sent.length === 1);
    expect(account.value).toEqual(ACCOUNT);
  });

  it("keeps the first edits without a connection, shows them after a reload, and sends them with the account", async () => {
    const sent: OutboxChange[] = [];
    const send: SyncApi["send"] = (changes) => {
      sent.push(...changes);
      return new Promise(() => undefined);
    };
    const api = { ...service().api, send };
    const failing = () => Promise.reject(new ConnectionError("no network"));
    const first = device(api, undefined, { ensures: failing });
    await first.shelf.edit({ op: "add", isbn: "1", preview: book("1") });
    await first.shelf.edit({ op: "change", isbn: "1", set: { rating: 4 } });
    await vi.waitUntil(() => first.waits.length > 0);
    expect([first.shelf.phase.value, first.shelf.status.value?.pending]).toEqual(["ready", 2]);
    expect(first.shelf.accountFailure.value).toBeUndefined();

    const { stores, flag } = first;
    const later = device(api, undefined, { stores, flag });
    const titles: (string | undefined)[] = [];
    effect(() => void titles.push(later.shelf.listed("1")?.title));
    await vi.waitUntil(() => sent.length > 0);
    expect(sent[0]).toMatchObject({ op: "add", isbn: "1" });
    expect(later.shelf.listed("1")?.rating).toBe(4);
    // The book does not disappear while the account adopts the edits.
    expect(titles.slice(titles.indexOf("Book 1"))).not.toContain(undefined);
    expect([later.account.value, flag.isKept]).toEqual([ACCOUNT, false]);
  });

  it("reports why there is no account yet, retries, and moves the edits to an account that the user signs in to", async () => {
    const { api, sent } = service();
    const refused = new Error("quota");
    const here = device(api, undefined, { ensures: () => Promise.reject(refused) });
    await here.shelf.edit({ op: "add", isbn: "1", preview: book("1") });
    await vi.waitUntil(() => here.waits.length === 1);
    expect(here.shelf.accountFailure.value).toBe(refused);
    here.waits[0]?.();
    await vi.waitUntil(() => here.waits.length === 2);
    here.account.value = { userId: "user-2", token: "token-2" };
    await vi.waitUntil(() => sent.length === 1);
    expect(here.shelf.listed("1")?.title).toBe("Book 1");
  });

  it("loses no edit made while the account takes over", async () => {
    const { api, sent } = service();
    let resolve: (account: Account) => void = () => undefined;
    const ensured = new Promise<Account>((done) => (resolve = done));
    const here = device(api, undefined, { ensures: () => ensured });
    const edits = Array.from({ length: 20 }, (_, index) =>
      here.shelf.edit({ op: "add", isbn: `${index}`, preview: book(`${index}`) }),
    );
    await edits[0];
    resolve(ACCOUNT);
    await Promise.all(edits);
    await here.shelf.edit({ op: "add", isbn: "last", preview: book("last") });
    await vi.waitUntil(() => sent.length === 21);
    expect(here.shelf.books.value).toHaveLength(21);
    expect([here.shelf.phase.value, here.shelf.error.value]).toEqual(["ready", undefined]);
  });

  it("loads the books of the account, and shows edits immediately", async () => {
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

  it.each([
    ["shows no empty shelf before the first books, however long they take to be read", ["1"]],
    ["is ready without a book once the service has none", []],
  ])("%s", async (_title, isbns) => {
    const store = memoryStore();
    const slow: SyncStore = {
      ...store,
      read: (work) =>
        store.read((reads) =>
          work({
            ...reads,
            async getAll<Value>(table: Table, prefix?: string) {
              const values = await reads.getAll<Value>(table, prefix);
              if (table === "books") await new Promise((done) => setTimeout(done));
              return values;
            },
          }),
        ),
    };
    const { shelf } = device(service(isbns).api, ACCOUNT, { opens: () => Promise.resolve(slow) });
    const seen = new Set<string>();
    effect(() => void seen.add(`${shelf.phase.value}, ${shelf.books.value.length}`));
    await vi.waitUntil(() => shelf.phase.value === "ready");
    await vi.waitUntil(() => shelf.status.value?.lastSyncAt !== undefined);
    expect([...seen]).toEqual(["loading, 0", `ready, ${isbns.length}`]);
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

  it("reports that the device cannot store anything", async () => {
    const failure = new Error("no store");
    const { shelf } = device(service().api, ACCOUNT, {
      opens: () => Promise.reject(failure),
    });
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
