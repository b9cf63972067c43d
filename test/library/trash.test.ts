import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import type { TrashItem } from "../../contract/trash.ts";
import { addBook, type ShelfDeps } from "../../src/library/domain/shelf.ts";
import { removeBook, restoreBook, TRASH_MS } from "../../src/library/domain/trash.ts";
import { pruneRemoved } from "../../src/library/storage/shelf-upkeep.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { d1Trash, TRASH_STATEMENTS } from "../../src/library/storage/trash.ts";
import { requireIsbn } from "../../src/catalogue/module.ts";
import { countedDb } from "../support/counted-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { imported, undone } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { queueRow } from "../support/review-queue.ts";

const DUNE = "9780441172719";
const DAY = 86_400_000;
let reader: Reader;

beforeEach(async () => {
  await inCatalogue({ isbn: DUNE, title: "Dune" });
  reader = await newReader();
});

interface TrashPage {
  items: TrashItem[];
  count: number;
  total: number;
  nextCursor?: string;
}

async function trash(query = ""): Promise<TrashPage> {
  const response = await reader.call("GET", `/trash${query}`);
  expect(response.status).toBe(200);
  return (await response.json<{ data: TrashPage }>()).data;
}
async function removed(isbn: string): Promise<void> {
  expect((await reader.call("DELETE", `/books/${isbn}`)).status).toBe(204);
}
const restore = (isbn: string, headers?: Record<string, string>) =>
  reader.call("POST", `/trash/${isbn}/restore`, undefined, headers);
const codeOf = async (response: Response) => (await response.json<{ code: string }>()).code;
const bookOf = async (response: Response): Promise<LibraryBook> =>
  (await response.json<{ data: { book: LibraryBook } }>()).data.book;

const ENTRY = {
  status: "completed",
  rating: 4.5,
  review: "Sand.",
  notes: "Mine",
  tags: ["desert", "SF"],
  readings: [{ startedAt: "2020-01", finishedAt: "2020-02-03" }, { finishedAt: "2024" }],
};

describe("a removed book", () => {
  it("is in the trash for 30 days and nowhere else", async () => {
    const book = await reader.add({ isbn: DUNE, ...ENTRY });
    await removed(DUNE);
    const { items, total, count } = await trash();
    expect({ total, count }).toEqual({ total: 1, count: 1 });
    expect(items[0]?.book).toEqual(book);
    const [{ deletedAt, until } = { deletedAt: "", until: "" }] = items;
    expect(Date.parse(until) - Date.parse(deletedAt)).toBe(30 * DAY);
    expect((await reader.call("GET", `/books/${DUNE}`)).status).toBe(404);
    expect(await reader.list()).toMatchObject({ total: 0, books: [] });
    const stats = await reader.call("GET", "/stats");
    expect(await stats.json()).toMatchObject({ data: { books: 0, readings: 0 } });
    expect(await (await reader.call("GET", "/export?format=ndjson")).text()).toBe("");
  });

  it("is in no facet, no statistics, no goal and no streak until it is restored", async () => {
    const { isbn } = await reader.add({ isbn: DUNE, ...ENTRY });
    await reader.call("PUT", "/goals/2024", { books: 5 });
    await reader.call("POST", `/books/${isbn}/progress`, {
      minutes: 9,
      at: "2024-05-01T12:00:00Z",
    });
    const numbers = async () => {
      const answers = await Promise.all(
        ["/facets", "/facets?rating=0", "/stats?year=2024", "/goals/2024"].map((path) =>
          reader.call("GET", path),
        ),
      );
      return Promise.all(
        answers.map(async (answer) => (await answer.json<{ data: object }>()).data),
      );
    };
    const before = await numbers();
    expect(before).toMatchObject([
      { total: 1 },
      {},
      { books: 1, period: { progress: { days: 1 } } },
      {},
    ]);
    expect((await reader.call("DELETE", `/books/${isbn}`)).status).toBe(204);
    expect(await numbers()).toMatchObject([
      { total: 0, tags: [], authors: [], statuses: [], years: [] },
      { total: 0 },
      {
        books: 0,
        readings: 0,
        tags: [],
        byYear: [],
        period: { readings: 0, progress: { days: 0 } },
      },
      { goal: { done: { books: 0 } } },
    ]);
    expect((await reader.call("POST", `/trash/${isbn}/restore`)).status).toBe(200);
    expect(await numbers()).toEqual(before);
  });

  it("is restored with everything it had, and with a version above all earlier ones", async () => {
    const book = await reader.add({ isbn: DUNE, ...ENTRY });
    const before = (await reader.call("GET", `/books/${DUNE}`)).headers.get("ETag") ?? "";
    const ids = await readingIds(DUNE);
    await removed(DUNE);
    const response = await restore("0441172717");
    expect(response.status).toBe(200);
    expect(await response.clone().json()).toMatchObject({ data: { restored: true } });
    expect(await bookOf(response)).toEqual(book);
    const again = await reader.call("GET", `/books/${DUNE}`);
    expect(again.headers.get("ETag")).toBe(response.headers.get("ETag"));
    expect(await bookOf(again)).toEqual(book);
    expect(await readingIds(DUNE)).toEqual(ids);
    const stale = await reader.call(
      "PATCH",
      `/books/${DUNE}`,
      { rating: 1 },
      { "If-Match": before },
    );
    expect(stale.status).toBe(412);
    expect(await trash()).toMatchObject({ total: 0, items: [] });
    expect((await reader.list("?status=completed")).total).toBe(1);
  });

  it("keeps the writers of its fields, so that a later import treats it as before", async () => {
    const row = (status: "reading" | "completed") => [{ isbn: DUNE, entry: { status, rating: 3 } }];
    await imported({ userId: reader.userId, format: "goodreads", rows: row("reading") });
    await reader.call("PATCH", `/books/${DUNE}`, { rating: 5 });
    await removed(DUNE);
    expect((await restore(DUNE)).status).toBe(200);
    await imported({ userId: reader.userId, format: "goodreads", rows: row("completed") });
    expect((await reader.list()).books[0]).toMatchObject({ status: "completed", rating: 5 });
  });

  it("is restored with the user's own details when it is added again, and gets the fields of the request", async () => {
    const { isbn } = await reader.add({ title: "Zine", authors: ["Me"], pageCount: 9, ...ENTRY });
    await removed(isbn);
    expect((await trash()).items[0]?.book).toMatchObject({ title: "Zine", pageCount: 9 });
    const added = await reader.call("POST", "/books", {
      title: "Zine",
      authors: ["Me"],
      rating: 2,
    });
    expect(added.status).toBe(200);
    const { data } = await added.json<{ data: object }>();
    expect(data).toMatchObject({
      added: false,
      restored: true,
      book: { ...ENTRY, rating: 2, title: "Zine", pageCount: 9 },
    });
    expect((await trash()).total).toBe(0);
  });

  it("is restored once per key, and not found the second time without a key", async () => {
    await reader.add({ isbn: DUNE });
    await removed(DUNE);
    const key = { "Idempotency-Key": "restore-1" };
    const first = await restore(DUNE, key);
    const second = await restore(DUNE, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await second.text()).toBe(await first.text());
    const third = await restore(DUNE);
    expect([third.status, await codeOf(third)]).toEqual([404, "NOT_FOUND"]);
  });

  it("is deleted permanently, alone or with all others", async () => {
    for (const isbn of [DUNE, isbnOf(801), isbnOf(802)]) {
      await reader.add({ isbn, title: "T", review: "secret" });
      await removed(isbn);
    }
    expect((await reader.call("DELETE", `/trash/${DUNE}`)).status).toBe(204);
    const again = await reader.call("DELETE", `/trash/${DUNE}`);
    expect([again.status, await codeOf(again)]).toEqual([404, "NOT_FOUND"]);
    expect((await restore(DUNE)).status).toBe(404);
    expect((await trash()).total).toBe(2);
    expect((await reader.call("DELETE", "/trash")).status).toBe(204);
    expect(await trash()).toMatchObject({ total: 0, items: [] });
    expect(await standing()).toEqual({ trash_entries: 0, trash_bytes: 0 });
    const added = await reader.call("POST", "/books", { isbn: DUNE });
    expect(added.status).toBe(201);
    expect(await bookOf(added)).not.toHaveProperty("review");
  });

  it("is listed in pages, last removed first, which end early when reviews are long", async () => {
    const isbns = Array.from({ length: 5 }, (_, index) => isbnOf(810 + index));
    for (const [index, isbn] of isbns.entries()) {
      await reader.add({ isbn, title: "T", review: index === 2 ? "é".repeat(60_000) : "short" });
      await removed(isbn);
    }
    const seen: string[] = [];
    let query = "?limit=2";
    for (;;) {
      const page = await trash(query);
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ book }) => book.isbn));
      if (page.nextCursor === undefined) break;
      query = `?limit=2&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual(isbns.toReversed());
    const bad = await reader.call("GET", "/trash?cursor=t1.x");
    expect([bad.status, await codeOf(bad)]).toEqual([400, "INVALID_CURSOR"]);
  });
});

describe("imports and the trash", () => {
  it("leave a book there unchanged, with the note IN_TRASH", async () => {
    await reader.add({ isbn: DUNE, rating: 5 });
    const zine = await reader.add({ title: "Zine", authors: ["Me"] });
    await removed(DUNE);
    await removed(zine.isbn);
    const rows = [
      { isbn: DUNE, title: "Dune", entry: { rating: 1 } },
      { title: "Zine", authors: ["Me"], entry: { rating: 2 } },
      { isbn: isbnOf(820), title: "New" },
    ];
    const job = await imported({ userId: reader.userId, rows, withoutIsbn: "shelve" });
    const { results } = await env.DB.prepare(
      "SELECT outcome, notes FROM ImportResults WHERE job_id = ?1 ORDER BY row",
    )
      .bind(job.jobId)
      .all<{ outcome: string; notes: string | null }>();
    expect(results.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged", "created"]);
    for (const { notes } of results.slice(0, 2)) expect(notes).toContain("IN_TRASH");
    expect((await reader.list()).books.map(({ isbn }) => isbn)).toEqual([isbnOf(820)]);
    expect(await bookOf(await restore(DUNE))).toMatchObject({ rating: 5 });
  });

  it("add nothing to it when they are undone", async () => {
    const job = await imported({
      userId: reader.userId,
      rows: [{ isbn: DUNE }, { isbn: isbnOf(821) }],
    });
    await removed(DUNE);
    await undone(reader.userId, job.jobId);
    expect((await reader.list()).total).toBe(0);
    expect((await trash()).items.map(({ book }) => book.isbn)).toEqual([DUNE]);
  });

  it("let the user shelve a row: it restores the book and is merged into it", async () => {
    await reader.add({ isbn: DUNE, review: "Mine", tags: ["kept"] });
    await removed(DUNE);
    await queueRow(reader.userId, { id: `row-${reader.userId}`, title: "Dune" });
    const response = await reader.call("POST", `/review-queue/row-${reader.userId}/resolve`, {
      isbn: DUNE,
    });
    expect(response.status).toBe(200);
    expect(await bookOf(response)).toMatchObject({ review: "Mine", tags: ["kept"], rating: 4.5 });
    expect((await trash()).total).toBe(0);
  });
});

describe("the space of the trash", () => {
  const NOW = Date.UTC(2026, 4, 1);
  const log = memoryLog();
  const depsOf = (limits: object, now = () => NOW): ShelfDeps => ({
    shelves: d1Shelves(env.DB, () => crypto.randomUUID(), log, limits),
    lookupBook: async () => ({ kind: "absent", source: "external_api", providersChecked: [] }),
    keepBook: async () => undefined,
    sha256: async (text) => text,
    now,
  });
  async function discard(userId: string, number: number, deps: ShelfDeps): Promise<void> {
    const caller = { key: userId, account: true };
    const isbn = isbnOf(number);
    const book = { isbn: requireIsbn(isbn), own: { title: "T", authors: [] } };
    await addBook({ userId, caller, book, change: { review: "x".repeat(1000) } }, deps);
    expect(await removeBook({ userId, isbn }, deps)).toEqual({ kind: "removed" });
  }

  it("is bounded: the oldest entries leave it, and the bytes are counted exactly", async () => {
    let now = NOW;
    const deps = depsOf({ trashBytes: 4000 }, () => now);
    for (let number = 0; number < 9; number += 1) {
      now += 1000;
      await discard(reader.userId, 830 + number, deps);
    }
    expect((await trash()).items.map(({ book }) => book.isbn)).toEqual(
      [838, 837, 836].map((number) => isbnOf(number)),
    );
    const { trash_bytes: bytes } = await standing();
    expect(bytes).toBe(await bytesOfImages());
    expect(bytes).toBeLessThanOrEqual(4000);
    const tombstones = env.DB.prepare(
      "SELECT count(*) AS n FROM RemovedEntries WHERE user_id = ?1",
    );
    expect(await tombstones.bind(reader.userId).first("n")).toBe(9);
  });

  it("does not affect the number of rows that a removal costs", async () => {
    const limits = { trashBytes: 1e9 };
    const deps = depsOf(limits);
    const counted = countedDb(env.DB);
    const shelves = d1Shelves(counted.db, () => crypto.randomUUID(), log, limits);
    const readBy = async (isbn: string): Promise<number> => {
      await reader.add({ isbn });
      counted.take();
      await removeBook({ userId: reader.userId, isbn }, { ...deps, shelves });
      return counted.take().read;
    };
    await inCatalogue({ isbn: isbnOf(839) });
    const first = await readBy(DUNE);
    for (let number = 0; number < 30; number += 1) {
      await discard(reader.userId, 840 + number, deps);
    }
    expect(await readBy(isbnOf(839))).toBeLessThanOrEqual(first + 1);
  });

  it("never prevents a removal, but a full shelf prevents a restore", async () => {
    const deps = depsOf({ entries: 1 });
    await discard(reader.userId, 870, deps);
    await reader.add({ isbn: DUNE });
    const isbn = isbnOf(870);
    expect(await restoreBook({ userId: reader.userId, isbn }, deps)).toEqual({ kind: "full" });
    expect((await trash()).total).toBe(1);
  });

  it("is emptied by the schedule when its entries expire, and the tombstones 180 days later", async () => {
    const deps = depsOf({});
    await discard(reader.userId, 875, deps);
    const { db, take } = countedDb(env.DB);
    // Entries of other tests are not due yet either, because they were removed later.
    expect(await pruneRemoved(db, NOW + TRASH_MS)).toBe(0);
    expect(take().read).toBeLessThanOrEqual(4);
    expect((await trash()).total).toBe(1);
    await pruneRemoved(env.DB, NOW + TRASH_MS + 1);
    expect((await trash()).total).toBe(0);
    expect(await standing()).toEqual({ trash_entries: 0, trash_bytes: 0 });
    await pruneRemoved(env.DB, NOW + TRASH_MS + 180 * DAY);
    const tombstone = env.DB.prepare("SELECT image FROM RemovedEntries WHERE user_id = ?1");
    expect(await tombstone.bind(reader.userId).first()).toEqual({ image: null });
    await pruneRemoved(env.DB, NOW + TRASH_MS + 180 * DAY + 1);
    expect(await tombstone.bind(reader.userId).first()).toBeNull();
  });

  it("is guarded: a writer that read the shelf before another write changes nothing", async () => {
    const deps = depsOf({});
    await discard(reader.userId, 877, deps);
    const isbn = isbnOf(877);
    const { shelves } = deps;
    const stale = await shelves.find(reader.userId, isbn);
    // Another device restores the book, rates it and removes it again.
    await restoreBook({ userId: reader.userId, isbn }, deps);
    await reader.call("PATCH", `/books/${isbn}`, { rating: 4 });
    await removed(isbn);
    let reads = 0;
    const behind: ShelfDeps = {
      ...deps,
      shelves: {
        ...shelves,
        find: async (...place) => ((reads += 1) === 1 ? stale : shelves.find(...place)),
      },
    };
    const restored = await restoreBook({ userId: reader.userId, isbn }, behind);
    expect(restored).toMatchObject({ kind: "shelved", entry: { rating: 4 } });
    expect(reads).toBe(2);
  });
});

it("finds the trash of a user by an index", async () => {
  for (const [name, sql] of Object.entries(TRASH_STATEMENTS)) {
    const values = { PAGE: 4, TOTAL: 1, PURGE: 3, EMPTY: 3, PUSH_OUT: 4 }[name] ?? 0;
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array.from({ length: values }, () => "1"))
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).not.toMatch(/SCAN (RemovedEntries|gone|book|Shelves)/);
  }
});

it("distinguishes entries that wait to be purged from those removed in the meantime", async () => {
  const log = memoryLog();
  await reader.add({ isbn: DUNE });
  const at = Date.now() - 60_000;
  await removed(DUNE);
  await d1Trash(env.DB, log).empty(reader.userId, at);
  expect((await trash()).total).toBe(1);
});

async function standing(): Promise<{ trash_entries: number; trash_bytes: number }> {
  const row = await env.DB.prepare(
    "SELECT trash_entries, trash_bytes FROM Shelves WHERE user_id = ?1",
  )
    .bind(reader.userId)
    .first<{ trash_entries: number; trash_bytes: number }>();
  return row ?? { trash_entries: -1, trash_bytes: -1 };
}

async function bytesOfImages(): Promise<number | null> {
  return env.DB.prepare(
    "SELECT total(octet_length(image)) AS bytes FROM RemovedEntries WHERE user_id = ?1",
  )
    .bind(reader.userId)
    .first<number>("bytes");
}

async function readingIds(isbn: string): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    "SELECT id FROM Readings WHERE user_id = ?1 AND isbn = ?2 ORDER BY position",
  )
    .bind(reader.userId, isbn)
    .all();
  return results;
}
