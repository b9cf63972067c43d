import { expect, it } from "vitest";
import { createSyncEngine } from "./engine.ts";
import { memoryStore } from "./memory-store.ts";
import type { SyncEngine, SyncEngineOptions } from "./sync-engine.ts";
import { modelBook } from "./test-support/model-shelf.ts";
import { DAY, ModelServer, problem } from "./test-support/model-server.ts";
import {
  NotOnShelfError,
  type ChangeResult,
  type LocalChange,
  type OutboxChange,
} from "./types.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const DUNE = "9780441172719";

function world() {
  const server = new ModelServer(NOW);
  server.shelf.importBooks([DUNE], NOW);
  let keys = 0;
  const device = (options: Partial<SyncEngineOptions> = {}): SyncEngine =>
    createSyncEngine({
      api: server.api(),
      store: memoryStore(),
      now: () => server.now,
      newKey: () => `k-${(keys += 1)}`,
      ...options,
    });
  return { server, device };
}

/** Two devices that have both read the shelf. */
async function twoDevices() {
  const { server, device } = world();
  const [phone, laptop] = [device(), device()];
  await phone.sync();
  await laptop.sync();
  return { server, phone, laptop };
}

it("shows an edit immediately, keeps it while it is sent, and then shows the service's book", async () => {
  const { server, device } = world();
  const phone = device();
  await phone.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 4.5 }, addTags: ["sf"] });
  expect(await phone.book(DUNE)).toMatchObject({ rating: 4.5, tags: ["sf"] });
  await phone.push();
  expect((await phone.status()).pending).toBe(0);
  expect(await phone.book(DUNE)).toMatchObject({ rating: 4.5, tags: ["sf"] });
  await phone.pull();
  expect(await phone.book(DUNE)).toEqual(server.shelf.book(DUNE));
  expect((await phone.status()).lastSyncAt).toBe(NOW);
});

it("keeps changes of two devices to different fields of one book", async () => {
  const { server, phone, laptop } = await twoDevices();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 4 } });
  await laptop.edit({ op: "change", isbn: DUNE, set: { notes: "lent to Ida" } });
  await phone.sync();
  await laptop.sync();
  await phone.sync();
  expect(server.shelf.book(DUNE)).toMatchObject({ rating: 4, notes: "lent to Ida" });
  expect(await phone.book(DUNE)).toEqual(await laptop.book(DUNE));
});

it("keeps the service's value of a field that two devices have changed, and presents both to the user", async () => {
  const { server, phone, laptop } = await twoDevices();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 2 } });
  await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 5, notes: "again" } });
  await phone.sync();
  await laptop.sync();
  const [conflict] = await laptop.attention();
  expect(conflict).toMatchObject({
    type: "conflict",
    target: DUNE,
    mine: { rating: 5 },
    theirs: { rating: 2 },
    seen: { rating: null },
  });
  // The field that did not conflict was applied.
  expect(server.shelf.book(DUNE)).toMatchObject({ rating: 2, notes: "again" });
  expect(await laptop.book(DUNE)).toMatchObject({ rating: 2, notes: "again" });
  expect(await laptop.status()).toMatchObject({ attention: 1, pending: 0 });

  await laptop.resolve(conflict?.id ?? "", "mine");
  expect(await laptop.book(DUNE)).toMatchObject({ rating: 5 });
  await laptop.sync();
  expect(server.shelf.book(DUNE)?.rating).toBe(5);
  expect(await laptop.attention()).toEqual([]);
});

it("asks again when the book has changed once more before the user's decision arrives", async () => {
  const { server, phone, laptop } = await twoDevices();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 2 } });
  await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 5 } });
  await phone.sync();
  await laptop.sync();
  const [first] = await laptop.attention();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 1 } });
  await phone.sync();
  await laptop.resolve(first?.id ?? "", "mine");
  await laptop.sync();
  expect(server.shelf.book(DUNE)?.rating).toBe(1);
  const [second] = await laptop.attention();
  expect(second).toMatchObject({ mine: { rating: 5 }, theirs: { rating: 1 } });
});

it("does not overwrite a newer value that was hidden by an edit being sent", async () => {
  const { server, device } = world();
  const phone = device();
  let isCut = true;
  const api = server.api();
  const send: typeof api.send = (changes) =>
    isCut ? Promise.reject(problem(503, "DATABASE_UNAVAILABLE")) : api.send(changes);
  const laptop = device({ api: { ...api, send } });
  await phone.sync();
  await laptop.sync();
  await laptop.edit({ op: "change", isbn: DUNE, set: { notes: "mine" } });
  await expect(laptop.push()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  await phone.edit({ op: "change", isbn: DUNE, set: { notes: "theirs" } });
  await phone.sync();
  await laptop.pull();
  expect(await laptop.book(DUNE)).toMatchObject({ notes: "mine" });
  await laptop.edit({ op: "change", isbn: DUNE, set: { notes: "mine, longer" } });
  isCut = false;
  await laptop.sync();
  expect(server.shelf.book(DUNE)?.notes).toBe("theirs");
  expect(await laptop.attention()).toMatchObject([
    { mine: { notes: "mine, longer" }, theirs: { notes: "theirs" } },
  ]);
});

it("keeps the goal that another device has set, and presents both to the user", async () => {
  const { server, phone, laptop } = await twoDevices();
  await phone.edit({ op: "goal", year: 2026, body: { books: 12 } });
  await phone.sync();
  await phone.edit({ op: "goal", year: 2026, body: { books: 24 } });
  await laptop.edit({ op: "goal", year: 2026, body: { books: 52 } });
  await phone.sync();
  await laptop.sync();
  expect(await laptop.goals()).toEqual([{ year: 2026, books: 24 }]);
  const [conflict] = await laptop.attention();
  expect(conflict).toMatchObject({
    mine: { goal: { books: 52 } },
    theirs: { goal: { books: 24 } },
  });
  await laptop.resolve(conflict?.id ?? "", "mine");
  await laptop.sync();
  expect([...server.shelf.values("goal").values()]).toEqual([{ year: 2026, books: 52 }]);
  await laptop.edit({ op: "goal", year: 2026, body: null });
  await laptop.sync();
  await phone.sync();
  expect(await phone.goals()).toEqual([]);
  expect(await laptop.status()).toMatchObject({ pending: 0, attention: 0 });
});

it("applies the decision of the callback", async () => {
  const { server, device } = world();
  const asked: unknown[] = [];
  const phone = device();
  const laptop = device({
    onConflict: ({ mine, theirs }) => {
      asked.push({ mine, theirs });
      return "mine";
    },
  });
  await phone.sync();
  await laptop.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 2 } });
  await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 5 } });
  await phone.sync();
  await laptop.sync();
  expect(asked).toEqual([{ mine: { rating: 5 }, theirs: { rating: 2 } }]);
  expect(server.shelf.book(DUNE)?.rating).toBe(5);
  expect((await laptop.status()).attention).toBe(0);
});

it("presents an edit of a book that another device has removed to the user, and restores the book on request", async () => {
  const { server, phone, laptop } = await twoDevices();
  await phone.edit({ op: "delete", isbn: DUNE });
  await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 5 } });
  await phone.sync();
  await laptop.sync();
  const [conflict] = await laptop.attention();
  expect(conflict).toMatchObject({ type: "conflict", deleted: true, mine: { rating: 5 } });
  expect(await laptop.books()).toEqual([]);
  await laptop.resolve(conflict?.id ?? "", "mine");
  await laptop.sync();
  expect(server.shelf.book(DUNE)?.rating).toBe(5);
  expect(await laptop.book(DUNE)).toEqual(server.shelf.book(DUNE));
});

it("combines unsent edits, and never changes a sent one", async () => {
  const { server, device } = world();
  const sent: OutboxChange[][] = [];
  const api = server.api();
  let isCut = false;
  const phone = device({
    api: {
      ...api,
      send: async (changes) => {
        sent.push(structuredClone([...changes]));
        const results = await api.send(changes);
        if (isCut) throw problem(503, "DATABASE_UNAVAILABLE");
        return results;
      },
    },
  });
  await phone.sync();
  for (const notes of ["a", "ab", "abc"])
    await phone.edit({ op: "change", isbn: DUNE, set: { notes } });
  expect(await phone.pending()).toHaveLength(1);
  isCut = true;
  await expect(phone.sync()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  await phone.edit({ op: "change", isbn: DUNE, set: { notes: "abcd" } });
  expect((await phone.pending()).map(({ state }) => state)).toEqual(["sent", "waiting"]);
  isCut = false;
  await phone.sync();
  expect(sent[1]).toEqual(sent[0]);
  expect(server.shelf.book(DUNE)?.notes).toBe("abcd");
  expect(server.shelf.applied).toHaveLength(2);
  expect(await phone.attention()).toEqual([]);
});

it("uses the service's id of a book without an ISBN", async () => {
  const { server, device } = world();
  const phone = device();
  await phone.edit({ op: "add", body: { title: "My zine", authors: ["Me"], rating: 5 } });
  const [shown] = await phone.books();
  expect(shown).toMatchObject({ title: "My zine", rating: 5, confirmed: false });
  await phone.edit({ op: "change", isbn: shown?.isbn ?? "", set: { notes: "mine" } });
  await phone.sync();
  const isbn = "local-of-My zine";
  expect(server.shelf.book(isbn)).toMatchObject({ title: "My zine", rating: 5, notes: "mine" });
  expect(await phone.book(isbn)).toEqual(server.shelf.book(isbn));
  expect(await phone.books()).toHaveLength(2);
});

it("sends nothing for a book that was added and removed again before it was sent", async () => {
  const { device } = world();
  const phone = device();
  const key = await phone.edit({ op: "add", isbn: "0-441-17271-7", body: { status: "reading" } });
  expect(key).toBeDefined();
  expect((await phone.books()).map(({ isbn }) => isbn)).toEqual([DUNE]);
  expect(await phone.edit({ op: "delete", isbn: DUNE })).toBeUndefined();
  expect(await phone.pending()).toEqual([]);
});

it("does not overwrite values that another device has set for a book that this one adds", async () => {
  const { server, device } = world();
  server.shelf.importBooks([DUNE], NOW);
  const phone = device();
  // Offline since its installation: the user does not know that the book is on the shelf.
  await phone.edit({ op: "add", isbn: DUNE, body: { review: "Great", rating: 5 } });
  await phone.sync();
  expect(server.shelf.book(DUNE)).toMatchObject({ rating: 5, review: `imported ${NOW}` });
  expect(await phone.attention()).toMatchObject([
    { mine: { review: "Great" }, theirs: { review: `imported ${NOW}` } },
  ]);
});

it("reloads everything after a year, applies recent edits, and presents older ones to the user", async () => {
  const { server, device } = world();
  const phone = device();
  const laptop = device();
  server.shelf.importBooks(["9780261102354"], NOW);
  await phone.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { notes: "old" } });
  await laptop.sync();
  await laptop.edit({ op: "delete", isbn: "9780261102354" });
  await laptop.sync();
  server.now += 360 * DAY;
  await phone.edit({ op: "change", isbn: DUNE, addTags: ["young"] });
  server.sweep();
  expect((await phone.books()).map(({ isbn }) => isbn)).toEqual([DUNE, "9780261102354"]);
  await phone.sync();
  expect(server.shelf.book(DUNE)).toMatchObject({ tags: ["young"] });
  expect(server.shelf.book(DUNE)?.notes).toBeUndefined();
  expect((await phone.books()).map(({ isbn }) => isbn)).toEqual([DUNE]);
  expect(await phone.attention()).toMatchObject([
    { type: "expired", edit: { set: { notes: "old" } }, at: new Date(NOW).toISOString() },
  ]);
  expect(await phone.pending()).toEqual([]);
});

it("presents edits that are too old to the user, and resends them on request", async () => {
  const { server, device } = world();
  const phone = device();
  await phone.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { notes: "from last year" } });
  await phone.edit({ op: "progress", isbn: DUNE, body: { page: 12 } });
  server.now += 360 * DAY;
  server.sweep();
  await phone.edit({ op: "goal", year: 2027, body: { books: 12 } });
  await phone.sync();
  expect(server.shelf.values("goal").size).toBe(1);
  const attention = await phone.attention();
  expect(attention.map(({ type }) => type)).toEqual(["expired", "expired"]);
  expect(await phone.book(DUNE)).toEqual(server.shelf.book(DUNE));
  for (const { id } of attention) await phone.resolve(id, "mine");
  await phone.sync();
  expect(server.shelf.book(DUNE)?.notes).toBe("from last year");
  const [progress] = await phone.progress(DUNE);
  expect(progress).toMatchObject({ page: 12, at: new Date(NOW).toISOString() });
});

it("shows the old shelf until a new load is complete, and resumes an interrupted load", async () => {
  const { server, device } = world();
  const isbns = Array.from({ length: 9 }, (_, at) => `978000000000${at}`);
  server.shelf.importBooks(isbns, NOW);
  let calls = 0;
  const api = server.api(() => ((calls += 1) === 2 ? "not-sent" : "none"), 4);
  const phone = device({ api });
  await expect(phone.sync()).rejects.toThrow("not sent");
  // The first load becomes visible as it arrives.
  expect(await phone.books()).toHaveLength(4);
  expect((await phone.status()).isLoading).toBe(true);
  await phone.sync();
  expect(await phone.books()).toHaveLength(10);
  expect(calls).toBe(4);
});

it("removes a book that it has changed before, without a conflict with itself, but not what another device has changed", async () => {
  const { server, phone, laptop } = await twoDevices();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 2 } });
  await phone.edit({ op: "delete", isbn: DUNE });
  await phone.push();
  expect(await phone.attention()).toEqual([]);
  expect(server.shelf.book(DUNE)).toBeUndefined();

  await phone.edit({ op: "restore", isbn: DUNE });
  await phone.sync();
  await laptop.sync();
  await laptop.edit({ op: "change", isbn: DUNE, set: { notes: "theirs" } });
  await laptop.push();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 3 } });
  await phone.edit({ op: "delete", isbn: DUNE });
  await phone.push();
  expect(await phone.attention()).toMatchObject([{ type: "conflict", edit: { op: "delete" } }]);
  expect(server.shelf.book(DUNE)).toMatchObject({ notes: "theirs", rating: 3 });
});

it("records progress once if the service has recorded it without being able to confirm", async () => {
  const { server, device } = world();
  const api = server.api();
  let isUnknown = true;
  const phone = device({
    api: {
      ...api,
      send: async (changes) => {
        const results = await api.send(changes);
        if (!isUnknown) return results;
        isUnknown = false;
        const problem = { code: "DATABASE_UNAVAILABLE", retryable: true };
        return changes.map(({ key }) => ({ key, outcome: "refused", problem }));
      },
    },
  });
  await phone.sync();
  await phone.edit({ op: "progress", isbn: DUNE, body: { page: 12 } });
  await phone.sync();
  expect(await phone.pending()).toHaveLength(1);
  server.now += 61_000;
  await phone.sync();
  expect(await phone.pending()).toEqual([]);
  expect(await phone.progress(DUNE)).toHaveLength(1);
});

it("resends temporarily refused edits later, under the same key", async () => {
  const { server, device } = world();
  const keys: string[] = [];
  const refusal = (key: string): ChangeResult => ({
    key,
    outcome: "refused",
    problem: { code: "PROVIDERS_UNAVAILABLE", retryable: true, retryAfter: 30 },
  });
  const api = server.api();
  const phone = device({
    api: {
      ...api,
      send: async (changes) => {
        keys.push(...changes.map(({ key }) => key));
        return keys.length === 1 ? changes.map(({ key }) => refusal(key)) : api.send(changes);
      },
    },
  });
  await phone.edit({ op: "add", isbn: "9780261102354" });
  await phone.sync();
  await phone.sync();
  expect(keys).toHaveLength(1);
  expect(await phone.pending()).toHaveLength(1);
  server.now += 31_000;
  await phone.sync();
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
  expect(server.shelf.book("9780261102354")).toBeDefined();
  expect(await phone.pending()).toEqual([]);
});

it("finds the change that makes the service refuse a request, and sends the others", async () => {
  const { server, device } = world();
  const api = server.api();
  const phone = device({
    api: {
      ...api,
      send: (changes) =>
        changes.some(({ body }) => body?.["notes"] === "poison")
          ? Promise.reject(problem(413, "PAYLOAD_TOO_LARGE"))
          : api.send(changes),
    },
  });
  const isbns = Array.from({ length: 8 }, (_, at) => `978000000000${at}`);
  server.shelf.importBooks(isbns, NOW);
  await phone.sync();
  await phone.editAll(
    isbns.map((isbn, at) => ({
      op: "change",
      isbn,
      set: { notes: at === 5 ? "poison" : "fine" },
    })),
  );
  await phone.sync();
  const notes = isbns.map((isbn) => server.shelf.book(isbn)?.notes);
  expect(notes.filter((note) => note === "fine")).toHaveLength(7);
  expect(await phone.attention()).toMatchObject([
    { type: "refused", target: isbns[5], problem: { code: "PAYLOAD_TOO_LARGE" } },
  ]);
});

it("presents a refused addition together with the user's changes to the book", async () => {
  const { server, device } = world();
  const api = server.api();
  const phone = device({
    api: {
      ...api,
      send: async (changes) =>
        changes.map(({ key }) => ({
          key,
          outcome: "refused",
          problem: { code: "BOOK_NOT_FOUND", retryable: false },
        })),
    },
  });
  await phone.edit({ op: "add", isbn: "9780261102354", body: { rating: 5 } });
  await phone.sync();
  expect(await phone.pending()).toEqual([]);
  const attention = await phone.attention();
  expect(attention.map(({ edit }) => edit.op).sort()).toEqual(["add", "change"]);
});

it("accepts no edit of an unknown book, and none without a change", async () => {
  const { device } = world();
  const phone = device();
  await phone.sync();
  const unknown = "9780261102354";
  await expect(
    phone.edit({ op: "change", isbn: unknown, set: { rating: 1 } }),
  ).rejects.toBeInstanceOf(NotOnShelfError);
  expect(await phone.edit({ op: "delete", isbn: unknown })).toBeUndefined();
  const { status = null } = (await phone.book(DUNE)) ?? modelBook(DUNE, "");
  expect(await phone.edit({ op: "change", isbn: DUNE, set: { status } })).toBeUndefined();
  expect(await phone.pending()).toEqual([]);
});

it("converts the times of a device with a wrong clock to the service's clock", async () => {
  const { server, device } = world();
  const phone = device({
    now: () => server.now - 400 * DAY,
    api: { ...server.api(), clockOffsetMs: () => 400 * DAY },
  });
  await phone.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { notes: "from the past" } });
  await phone.sync();
  expect(await phone.attention()).toEqual([]);
  expect(server.shelf.book(DUNE)?.notes).toBe("from the past");
});

it("notifies of each change after it is stored, with the books to reread", async () => {
  const { server, device } = world();
  const changes: LocalChange[] = [];
  const phone = device({ onChange: (change) => changes.push(change) });
  await phone.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 4 } });
  await phone.sync();
  server.shelf.importBooks(["9780261102354"], NOW);
  await phone.sync();
  expect(changes).toEqual([
    { cause: "pull" },
    { cause: "edit", books: [DUNE] },
    { cause: "push", books: [DUNE] },
    { cause: "pull", books: [DUNE] },
    { cause: "pull", books: ["9780261102354"] },
  ]);
});

it("keeps its outbox while the daily quota of changes is used up, continues to read, and sends later", async () => {
  const { server, device } = world();
  const api = server.api();
  let isSpent = true;
  let sent = 0;
  const phone = device({
    api: {
      ...api,
      send: (changes, signal) => {
        sent += 1;
        const retryAfterMs = 6 * 3_600_000;
        if (isSpent) throw problem(429, "QUOTA_EXCEEDED", { retryAfterMs });
        return api.send(changes, signal);
      },
    },
  });
  await phone.sync();
  await phone.edit({ op: "change", isbn: DUNE, set: { rating: 4 } });
  const laptop = device();
  await laptop.sync();
  await laptop.edit({ op: "change", isbn: DUNE, set: { notes: "read this" } });
  await laptop.sync();
  await phone.sync();
  expect(await phone.book(DUNE)).toMatchObject({ rating: 4, notes: "read this" });
  expect(await phone.status()).toMatchObject({ pending: 1, heldUntil: NOW + 6 * 3_600_000 });
  await phone.sync();
  expect(sent).toBe(1);
  isSpent = false;
  server.now += 6 * 3_600_000;
  await phone.sync();
  expect(await phone.status()).not.toHaveProperty("heldUntil");
  expect((await phone.status()).pending).toBe(0);
  expect(server.shelf.book(DUNE)).toMatchObject({ rating: 4, notes: "read this" });
});
