import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { createClient } from "../../client/src/client.ts";
import { type BooksTrackError, ConnectionError } from "../../client/src/errors.ts";
import { createSyncEngine } from "../../client/src/sync/engine.ts";
import { memoryStore } from "../../client/src/sync/memory-store.ts";
import type { SyncEngine } from "../../client/src/sync/sync-engine.ts";
import { Device } from "../../client/src/sync/test-support/device.ts";
import {
  faultyApi,
  journaledApi,
  type Applied,
  type Fault,
} from "../../client/src/sync/test-support/faulty-api.ts";
import { Killed } from "../../client/src/sync/test-support/killable-store.ts";
import type { Edit, SyncApi } from "../../client/src/sync/types.ts";
import { pruneRemoved } from "../../src/library/storage/shelf-upkeep.ts";
import { call } from "../support/http.ts";
import { imported } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { runs } from "../support/properties.ts";

const ISBNS = [isbnOf(8501), isbnOf(8502), isbnOf(8503)];
const [DUNE = "", HOBBIT = ""] = ISBNS;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  for (const isbn of ISBNS) await inCatalogue({ isbn, title: `Book ${isbn}` });
});

/** The sync API of a user over the Worker's routes. Each response is checked against openapi.json. */
function apiOf({ userId, token }: Reader): SyncApi {
  const client = createClient({
    baseUrl: "http://bookstrack.test",
    token,
    fetch: (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      return call(`${pathname}${search}`, init);
    },
  });
  return client.sync(userId);
}

const engineOf = (reader: Reader): SyncEngine =>
  createSyncEngine({ api: apiOf(reader), store: memoryStore() });

async function shelved(reader: Reader): Promise<Map<string, LibraryBook>> {
  const { books } = await reader.list("?limit=200");
  return new Map(books.map((book) => [book.isbn, book]));
}

async function shelvedIsbns(reader: Reader): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT isbn FROM UserLibrary WHERE user_id = ?1")
    .bind(reader.userId)
    .all<{ isbn: string }>();
  return results.map(({ isbn }) => isbn).sort();
}

async function storedGoals(reader: Reader): Promise<(number | undefined)[]> {
  const response = await reader.call("GET", "/goals");
  const { data } = await response.json<{ data: { items: { target: { books?: number } }[] } }>();
  return data.items.map(({ target }) => target.books);
}

/** The ids of the progress of each book. */
async function storedProgress(
  reader: Reader,
  isbns: readonly string[],
): Promise<Map<string, string[]>> {
  const ids = isbns.map(async (isbn) => {
    const response = await reader.call("GET", `/books/${isbn}/progress?limit=200`);
    const { data } = await response.json<{ data: { items: { id: string }[] } }>();
    return [isbn, data.items.map(({ id }) => id).sort()] as const;
  });
  return new Map(await Promise.all(ids));
}

async function shown(engine: SyncEngine): Promise<Map<string, unknown>> {
  const books = new Map<string, unknown>();
  for (const { isbn } of await engine.books()) books.set(isbn, await engine.book(isbn));
  return books;
}

/** Two devices of a user that have read a shelf with one book. */
async function twoDevices(book: object = {}) {
  const reader = await newReader();
  await reader.add({ isbn: DUNE, status: "reading", ...book });
  const [phone, laptop] = [engineOf(reader), engineOf(reader)];
  await phone.sync();
  await laptop.sync();
  return { reader, phone, laptop };
}

describe("the sync engine against the service", () => {
  it("adds books with and without an ISBN, and uses the service's id for the latter", async () => {
    const reader = await newReader();
    const phone = engineOf(reader);
    await phone.edit({ op: "add", isbn: DUNE, body: { status: "completed", tags: ["sf"] } });
    await phone.edit({ op: "add", body: { title: "A zine", authors: ["Ida"], rating: 5 } });
    await phone.sync();
    const books = await shelved(reader);
    expect(books.get(DUNE)).toMatchObject({ status: "completed", tags: ["sf"] });
    expect([...books.values()].find(({ title }) => title === "A zine")).toMatchObject({
      rating: 5,
    });
    expect(await shown(phone)).toEqual(books);
    expect(await phone.status()).toMatchObject({ pending: 0, attention: 0 });
  });

  it("applies changes of two devices to different fields, and leaves conflicts in one field to the user", async () => {
    const { reader, phone, laptop } = await twoDevices();
    await phone.edit({ op: "change", isbn: DUNE, set: { rating: 2, review: "Long." } });
    await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 5, notes: "from Ida" } });
    await phone.sync();
    await laptop.sync();
    expect((await shelved(reader)).get(DUNE)).toMatchObject({
      rating: 2,
      review: "Long.",
      notes: "from Ida",
    });
    const [conflict] = await laptop.attention();
    expect(conflict).toMatchObject({ mine: { rating: 5 }, theirs: { rating: 2 } });
    await laptop.resolve(conflict?.id ?? "", "mine");
    await laptop.sync();
    await phone.sync();
    const books = await shelved(reader);
    expect(books.get(DUNE)?.rating).toBe(5);
    expect(await shown(laptop)).toEqual(books);
    expect(await shown(phone)).toEqual(books);
  });

  it("merges tags and readings, and leaves a reading that both have corrected to the user", async () => {
    const { reader, phone, laptop } = await twoDevices({
      tags: ["old"],
      readings: [{ startedAt: "2025-01" }],
    });
    const [reading] = (await phone.book(DUNE))?.readings ?? [];
    const id = reading?.id ?? "";
    await phone.edit({
      op: "change",
      isbn: DUNE,
      addTags: ["phone"],
      changeReadings: [{ id, finishedAt: "2025-02" }],
    });
    await laptop.edit({
      op: "change",
      isbn: DUNE,
      addTags: ["laptop"],
      removeTags: ["old"],
      addReadings: [{ startedAt: "2026-01" }],
      changeReadings: [{ id, finishedAt: "2025-03" }],
    });
    await phone.sync();
    await laptop.sync();
    const book = (await shelved(reader)).get(DUNE);
    expect(new Set(book?.tags)).toEqual(new Set(["phone", "laptop"]));
    expect(book?.readings).toHaveLength(2);
    expect(await laptop.attention()).toMatchObject([
      {
        mine: { [`reading ${id}`]: { id, startedAt: "2025-01", finishedAt: "2025-03" } },
        theirs: { [`reading ${id}`]: { id, startedAt: "2025-01", finishedAt: "2025-02" } },
      },
    ]);
    const [conflict] = await laptop.attention();
    await laptop.resolve(conflict?.id ?? "", "mine");
    await laptop.sync();
    const after = (await shelved(reader)).get(DUNE);
    expect(after?.readings.find((one) => one.id === id)?.finishedAt).toBe("2025-03");
    expect(await shown(laptop)).toEqual(await shelved(reader));
  });

  it("resends several edits of one book after lost responses, without conflicts with itself", async () => {
    const { reader } = await twoDevices();
    const faults: Fault[] = [];
    const api = faultyApi(apiOf(reader), () => faults.shift() ?? "none");
    const phone = createSyncEngine({ api, store: memoryStore() });
    await phone.sync();
    for (const notes of ["one", "two", "three"]) {
      await phone.edit({ op: "change", isbn: DUNE, set: { notes } });
      faults.push("answer-lost");
      await expect(phone.sync()).rejects.toBeInstanceOf(ConnectionError);
    }
    await phone.sync();
    expect((await shelved(reader)).get(DUNE)?.notes).toBe("three");
    expect(await phone.status()).toMatchObject({ pending: 0, attention: 0 });
  });

  it("removes and restores, and asks about an edit of a removed book", async () => {
    const { reader, phone, laptop } = await twoDevices();
    await phone.edit({ op: "delete", isbn: DUNE });
    await phone.sync();
    await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 4 } });
    await laptop.sync();
    const [conflict] = await laptop.attention();
    expect(conflict).toMatchObject({ deleted: true, mine: { rating: 4 } });
    expect(await laptop.books()).toEqual([]);
    await laptop.resolve(conflict?.id ?? "", "mine");
    await laptop.sync();
    expect((await shelved(reader)).get(DUNE)).toMatchObject({ rating: 4, status: "reading" });
    await phone.edit({ op: "restore", isbn: DUNE });
    await phone.sync();
    expect(await shown(phone)).toEqual(await shelved(reader));
  });

  it("records progress once, and leaves a goal that both have set to the user", async () => {
    const { reader, phone, laptop } = await twoDevices();
    await phone.edit({ op: "progress", isbn: DUNE, body: { page: 12, note: "on the train" } });
    await phone.edit({ op: "goal", year: 2026, body: { books: 24 } });
    await laptop.edit({ op: "goal", year: 2026, body: { books: 52 } });
    await phone.sync();
    await laptop.sync();
    expect(await laptop.progress(DUNE)).toMatchObject([{ page: 12, note: "on the train" }]);
    expect(await laptop.goals()).toEqual([{ year: 2026, books: 24 }]);
    const [conflict] = await laptop.attention();
    expect(conflict).toMatchObject({
      mine: { goal: { books: 52 } },
      theirs: { goal: { books: 24 } },
    });
    await laptop.resolve(conflict?.id ?? "", "mine");
    const [progress] = await laptop.progress(DUNE);
    await laptop.edit({ op: "progress.delete", isbn: DUNE, id: progress?.id ?? "" });
    await laptop.sync();
    await phone.sync();
    expect(await phone.goals()).toEqual([{ year: 2026, books: 52 }]);
    expect(await phone.progress(DUNE)).toEqual([]);
    await phone.edit({ op: "goal", year: 2026, body: null });
    await phone.sync();
    await laptop.sync();
    expect(await laptop.goals()).toEqual([]);
    expect(await shown(laptop)).toEqual(await shelved(reader));
    expect(await phone.attention()).toEqual([]);
  });

  it("sets the time zone offline, and leaves it to the user when both have set it", async () => {
    const { phone, laptop } = await twoDevices();
    const zone = (value: string | null) => ({ op: "setting", name: "timeZone", value }) as const;
    await phone.edit(zone("Asia/Tokyo"));
    await phone.edit(zone("Europe/Berlin"));
    expect(await phone.settings()).toEqual({ timeZone: "Europe/Berlin" });
    expect(await phone.pending()).toHaveLength(1);
    await laptop.edit(zone("Europe/Oslo"));
    await phone.sync();
    await laptop.sync();
    const [conflict] = await laptop.attention();
    expect(conflict).toMatchObject({
      mine: { setting: "Europe/Oslo" },
      theirs: { setting: "Europe/Berlin" },
    });
    expect(await laptop.settings()).toEqual({ timeZone: "Europe/Berlin" });
    await laptop.resolve(conflict?.id ?? "", "mine");
    await laptop.sync();
    await phone.edit(zone(null));
    await phone.sync();
    // The phone has not seen the laptop's time zone.
    expect(await phone.attention()).toMatchObject([{ theirs: { setting: "Europe/Oslo" } }]);
    await laptop.edit(zone(null));
    await laptop.sync();
    await phone.sync();
    expect(await phone.settings()).toEqual({ timeZone: "UTC" });
  });

  it("removes a book that it has changed before, without a conflict with itself", async () => {
    const { reader, phone } = await twoDevices();
    await phone.edit({ op: "change", isbn: DUNE, set: { rating: 2 } });
    await phone.edit({ op: "delete", isbn: DUNE });
    await phone.push();
    expect(await phone.attention()).toEqual([]);
    expect(await shelved(reader)).toEqual(new Map());
  });

  it("reloads everything after a year, applies recent edits, and leaves older ones to the user", async () => {
    const { reader, laptop } = await twoDevices();
    await reader.add({ isbn: HOBBIT });
    let daysAgo = 0;
    const now = (): number => Date.now() - daysAgo * DAY_MS;
    const resets: unknown[] = [];
    const api = apiOf(reader);
    const changes: SyncApi["changes"] = async (query) =>
      api.changes(query).catch((error: unknown) => {
        resets.push((error as BooksTrackError).code);
        throw error;
      });
    const phone = createSyncEngine({ api: { ...api, changes }, store: memoryStore(), now });
    await phone.sync();
    daysAgo = 360;
    await phone.edit({ op: "change", isbn: DUNE, set: { notes: "old" } });
    await phone.edit({ op: "progress", isbn: DUNE, body: { page: 3 } });
    daysAgo = 20;
    await phone.edit({ op: "change", isbn: DUNE, addTags: ["young"] });
    daysAgo = 0;
    await laptop.edit({ op: "change", isbn: DUNE, set: { rating: 4 } });
    await laptop.sync();
    await laptop.edit({ op: "delete", isbn: HOBBIT });
    await laptop.sync();
    for (const days of [31, 31 + 181])
      while ((await pruneRemoved(env.DB, Date.now() + days * DAY_MS)) > 0);

    await phone.sync();
    expect(resets).toEqual(["SYNC_RESET"]);
    const books = await shelved(reader);
    expect(await shown(phone)).toEqual(books);
    expect([...books.keys()]).toEqual([DUNE]);
    expect(books.get(DUNE)).toMatchObject({ rating: 4, tags: ["young"] });
    expect(books.get(DUNE)).not.toHaveProperty("notes");
    const attention = await phone.attention();
    expect(attention).toMatchObject([
      { type: "expired", edit: { set: { notes: "old" } } },
      { type: "expired", edit: { op: "progress", body: { page: 3 } } },
    ]);
    expect(await phone.pending()).toEqual([]);
    for (const { id } of attention) await phone.resolve(id, "mine");
    await phone.sync();
    expect((await shelved(reader)).get(DUNE)).toMatchObject({
      notes: "old",
      progress: { page: 3 },
    });
  });

  it("reads changes of another device when the stream announces them", async () => {
    const { reader, phone } = await twoDevices();
    // Delays never end, so that polling cannot replace the stream.
    const laptop = createSyncEngine({
      api: apiOf(reader),
      store: memoryStore(),
      sleep: (_ms, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        }),
    });
    laptop.start();
    await vi.waitUntil(async () => (await laptop.books()).length === 1, { timeout: 300_000 });
    await phone.edit({ op: "change", isbn: DUNE, set: { notes: "heard" } });
    await phone.sync();
    const hears = async (): Promise<boolean> => (await laptop.book(DUNE))?.notes === "heard";
    await vi.waitUntil(hears, { timeout: 300_000 });
    await laptop.stop();
  });

  it("shows the user an addition that no provider knows", async () => {
    const phone = engineOf(await newReader());
    await phone.edit({ op: "add", isbn: "123", body: { rating: 5 } });
    await phone.sync();
    const attention = await phone.attention();
    expect(attention.map(({ type, edit }) => [type, edit.op])).toEqual([
      ["refused", "add"],
      ["refused", "change"],
    ]);
    expect(await phone.books()).toEqual([]);
  });

  it("converges while an import writes many rows", async () => {
    const { reader, phone } = await twoDevices();
    const rows = Array.from({ length: 1200 }, (_, at) => ({
      isbn: isbnOf(600_000 + at),
      title: `Row ${at}`,
      entry: { rating: 1 + (at % 5) },
    }));
    const { userId } = reader;
    const importing = imported({ userId, rows, chunk: 20 });
    const done = new AbortController();
    void importing.finally(() => done.abort());
    await phone.edit({ op: "change", isbn: DUNE, set: { notes: "meanwhile" } });
    const sizes = new Set<number>();
    while (!done.signal.aborted) {
      await phone.sync();
      sizes.add((await phone.books()).length);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect((await importing).outcomes).toMatchObject({ created: rows.length });
    // The device has read pages between steps of the import.
    expect([...sizes].some((size) => size > 1 && size <= rows.length)).toBe(true);
    await phone.sync();
    const stored = await shelvedIsbns(reader);
    expect((await phone.books()).map(({ isbn }) => isbn).sort()).toEqual(stored);
    expect(stored).toHaveLength(rows.length + 1);
    expect((await phone.book(DUNE))?.notes).toBe("meanwhile");
  });
});

type Step =
  | { type: "edit"; device: number; book: number; kind: (typeof KINDS)[number] }
  | { type: "sync"; device: number; faults: Fault[] }
  | { type: "killed"; device: number; writes: number; isAfter: boolean }
  | { type: "by-hand"; book: number };

const KINDS = [
  "add",
  "review",
  "notes",
  "both",
  "tags",
  "reading",
  "progress",
  "goal",
  "delete",
  "restore",
] as const;

const device = fc.nat({ max: 1 });
const book = fc.nat({ max: ISBNS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("edit" as const),
      device,
      book,
      kind: fc.constantFrom(...KINDS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("sync" as const),
      device,
      faults: fc.array(
        fc.constantFrom<Fault>("none", "not-sent", "answer-lost", "partly-done", "sent-twice"),
        { maxLength: 4 },
      ),
    }),
  },
  fc.record({
    type: fc.constant("killed" as const),
    device,
    writes: fc.nat({ max: 5 }),
    isAfter: fc.boolean(),
  }),
  fc.record({ type: fc.constant("by-hand" as const), book }),
);

/** Two devices of a user, and direct requests of the same user. */
class World {
  readonly reader: Reader;
  readonly devices: Device[];
  readonly applied = new Map<string, Applied[]>();
  readonly faults: Fault[] = [];
  #values = 0;

  constructor(reader: Reader) {
    this.reader = reader;
    const api = faultyApi(journaledApi(apiOf(reader), this.applied), () => {
      return this.faults.shift() ?? "none";
    });
    const clock = (): number => Date.now();
    this.devices = ["phone", "laptop"].map((name) => new Device({ name, api, now: clock }));
  }

  async take(step: Step): Promise<void> {
    if (step.type === "by-hand") {
      const isbn = ISBNS[step.book] ?? "";
      await this.reader.call("PATCH", `/books/${isbn}`, { review: this.#value() });
      return;
    }
    const device = this.devices[step.device];
    if (!device) return;
    if (step.type === "edit") {
      await device.edit(this.#editOf(step.kind, ISBNS[step.book] ?? ""));
      return;
    }
    if (step.type === "sync") this.faults.splice(0, Infinity, ...step.faults);
    else device.store.killAfter(step.writes, step);
    await device
      .tab()
      .sync()
      .catch((error: unknown) => {
        if (!(error instanceof ConnectionError) && !(error instanceof Killed)) throw error;
      });
    this.faults.length = 0;
    device.store.revive();
  }

  #value(): string {
    return `v${(this.#values += 1)}`;
  }

  #editOf(kind: (typeof KINDS)[number], isbn: string): Edit {
    const value = this.#value();
    switch (kind) {
      case "add":
        return { op: "add", isbn, body: { notes: value } };
      case "review":
      case "notes":
        return { op: "change", isbn, set: { [kind]: value } };
      case "both":
        return { op: "change", isbn, set: { review: value, notes: `${value}-too` } };
      case "tags":
        return { op: "change", isbn, addTags: [value] };
      case "reading":
        return { op: "change", isbn, addReadings: [{ id: value, startedAt: "2026-01" }] };
      case "progress":
        return { op: "progress", isbn, body: { page: this.#values, note: value } };
      case "goal":
        return { op: "goal", year: 2026, body: { books: this.#values } };
      case "delete":
      case "restore":
        return { op: kind, isbn };
    }
  }
}

it("devices converge on the service's shelf, and no accepted edit is lost despite lost connections and kills", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const world = new World(await newReader());
      await world.reader.add({ isbn: DUNE });
      await world.reader.add({ isbn: HOBBIT, review: "by hand" });
      for (const step of steps) await world.take(step);
      for (let round = 0; round < 4; round += 1)
        for (const device of world.devices) await device.tab().sync();
      const books = await shelved(world.reader);
      const goals = await storedGoals(world.reader);
      const progress = await storedProgress(world.reader, [...books.keys()]);
      for (const device of world.devices) {
        const tab = device.tab();
        expect(await tab.pending()).toEqual([]);
        expect(await shown(tab)).toEqual(books);
        expect((await tab.goals()).map(({ books: target }) => target)).toEqual(goals);
        for (const [isbn, ids] of progress)
          expect((await tab.progress(isbn)).map(({ id }) => id).sort()).toEqual(ids);
        expect(await device.lost([...world.applied.values()].flat())).toEqual([]);
      }
    }),
    { numRuns: runs(20) },
  );
});
