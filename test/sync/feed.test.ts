import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createService } from "../../src/app.ts";
import { bearer } from "../support/accounts.ts";
import { testPlatform } from "../support/platform.ts";
import { readFeed, openFeed } from "../../src/sync/domain/read-feed.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";
import { keepEntries, pruneRemoved } from "../../src/library/storage/shelf-upkeep.ts";
import { d1Feed, FEED_STATEMENTS } from "../../src/sync/storage/feed.ts";
import { countedDb } from "../support/counted-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { Device, pageOf, seqOf } from "../support/sync.ts";

const DAY_MS = 86_400_000;
const BOOKS = [0, 1, 2, 3, 4, 5].map((number) => isbnOf(8100 + number));
const [FIRST = "", SECOND = "", THIRD = ""] = BOOKS;

let reader: Reader;
beforeAll(async () => {
  for (const [at, isbn] of BOOKS.entries()) await inCatalogue({ isbn, title: `Title ${at}` });
});

async function withBooks(count: number): Promise<Reader> {
  reader = await newReader();
  for (const isbn of BOOKS.slice(0, count)) await reader.add({ isbn, status: "reading" });
  return reader;
}

const isbnsOf = ({ items }: { items: { isbn: string }[] }): string[] =>
  items.map(({ isbn }) => isbn);

const problemOf = async (
  query: string,
): Promise<{ status: number; code: string; detail: string }> =>
  (await reader.call("GET", `/changes${query}`)).json();

describe("GET /v1/library/:userId/changes", () => {
  it("first lists the whole library, without earlier removals", async () => {
    await withBooks(3);
    await reader.call("DELETE", `/books/${SECOND}`);
    const page = await pageOf(reader);
    expect(page).toMatchObject({ more: false, seq: 4 });
    expect(page.items).toEqual([
      { kind: "book", isbn: FIRST, version: expect.any(Number), book: expect.anything() },
      { kind: "book", isbn: THIRD, version: expect.any(Number), book: expect.anything() },
    ]);
    const [shown] = page.items;
    const got = await reader.call("GET", `/books/${FIRST}`);
    expect(await got.json()).toMatchObject({ data: { book: shown?.book } });
  });

  it("then lists later writes in order, each item once", async () => {
    await withBooks(3);
    const { next } = await pageOf(reader);
    expect(await pageOf(reader, next)).toMatchObject({ items: [], more: false });
    await reader.call("PATCH", `/books/${FIRST}`, { rating: 4 });
    await reader.call("PATCH", `/books/${THIRD}`, { rating: 3 });
    await reader.call("DELETE", `/books/${SECOND}`);
    await reader.call("PATCH", `/books/${FIRST}`, { rating: 5 });
    const page = await pageOf(reader, next);
    expect(isbnsOf(page)).toEqual([THIRD, SECOND, FIRST]);
    expect(page.items[1]).toEqual({
      kind: "book",
      isbn: SECOND,
      version: expect.any(Number),
      deleted: true,
    });
    expect(page.items[2]).toMatchObject({ book: { rating: 5 } });
  });

  it("lists a removal during the first load", async () => {
    await withBooks(3);
    await reader.call("DELETE", `/books/${THIRD}`);
    const first = await pageOf(reader, undefined, 1);
    expect(first).toMatchObject({ more: true, items: [{ isbn: FIRST }] });
    await reader.call("DELETE", `/books/${FIRST}`);
    const second = await pageOf(reader, first.next, 1);
    expect(second.items).toMatchObject([{ isbn: SECOND, book: expect.anything() }]);
    const third = await pageOf(reader, second.next, 1);
    expect(third).toMatchObject({ more: false, items: [{ isbn: FIRST, deleted: true }] });
  });

  it("lists a book that is removed and added again", async () => {
    await withBooks(2);
    const { next } = await pageOf(reader);
    await reader.call("DELETE", `/books/${FIRST}`);
    const removed = await pageOf(reader, next);
    await reader.add({ isbn: FIRST });
    for (const since of [next, removed.next]) {
      expect((await pageOf(reader, since)).items).toMatchObject([
        { isbn: FIRST, book: { status: "reading" } },
      ]);
    }
  });

  it("is empty for a shelf without any write, and continues", async () => {
    await withBooks(0);
    const page = await pageOf(reader);
    expect(page).toMatchObject({ items: [], more: false, seq: 0 });
    await reader.add({ isbn: FIRST });
    expect(isbnsOf(await pageOf(reader, page.next))).toEqual([FIRST]);
  });

  it("lists entries of another release first, in the order of addition, and again once they have a number", async () => {
    await withBooks(0);
    for (const isbn of [SECOND, FIRST]) await writeOlder(isbn);
    const page = await pageOf(reader, undefined, 1);
    expect(isbnsOf(page)).toEqual([SECOND]);
    const rest = await pageOf(reader, page.next);
    expect(isbnsOf(rest)).toEqual([FIRST]);
    await writeOlder(SECOND);
    await keepEntries(env.DB);
    expect(isbnsOf(await pageOf(reader, rest.next))).toContain(SECOND);
  });

  it("lists a book when its catalogue data changes, but not when only its sources do", async () => {
    await withBooks(2);
    const { next } = await pageOf(reader);
    await inCatalogue({ isbn: FIRST, title: "Corrected title" });
    await inCatalogue({
      isbn: SECOND,
      title: "Title 1",
      sources: [
        { provider: "google-books", fetchedAt: "2026-02-01T00:00:00.000Z", fields: ["title"] },
      ],
      updatedAt: "2026-02-01T00:00:00.000Z",
    });
    await refreshShelves(env.DB);
    const page = await pageOf(reader, next);
    expect(page.items).toMatchObject([{ isbn: FIRST, book: { title: "Corrected title" } }]);
  });
});

/** Writes an entry as release 0.1.0 did. */
async function writeOlder(isbn: string): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO UserLibrary (user_id, isbn, version, book_version) VALUES (?1, ?2, 7, 0)
     ON CONFLICT(user_id, isbn) DO UPDATE SET version = version + 1`,
  )
    .bind(reader.userId, isbn)
    .run();
}

describe("a page", () => {
  it("has at most `limit` items, and a bounded size even with reviews of 100 KB", async () => {
    await withBooks(6);
    const review = "r".repeat(99_000);
    for (const isbn of BOOKS) {
      const long = { review, notes: "n".repeat(99_000) };
      await reader.call("PATCH", `/books/${isbn}`, long);
    }
    expect((await pageOf(reader, undefined, 4)).items).toHaveLength(4);
    const page = await pageOf(reader);
    expect(page.more).toBe(true);
    expect(page.items).toHaveLength(5);
    const rest = await pageOf(reader, page.next);
    expect(rest).toMatchObject({ more: false, items: [{ book: { review } }] });
  });

  it.each(["0", "1001", "x"])("is refused for limit=%s", async (limit) => {
    expect(await problemOf(`?limit=${limit}`)).toMatchObject({
      status: 400,
      code: "INVALID_REQUEST",
    });
  });

  it("says when to poll again, and is 304 while nothing has changed", async () => {
    await withBooks(2);
    const { next } = await pageOf(reader);
    const first = await reader.call("GET", `/changes?since=${next}`);
    expect(Number(first.headers.get("Retry-After"))).toBeGreaterThan(0);
    const etag = first.headers.get("ETag") ?? "";
    const again = async () =>
      reader.call("GET", `/changes?since=${next}`, undefined, { "If-None-Match": etag });
    const same = await again();
    expect(same.status).toBe(304);
    expect(Number(same.headers.get("Retry-After"))).toBeGreaterThan(0);
    await reader.call("PATCH", `/books/${FIRST}`, { rating: 4 });
    expect((await again()).status).toBe(200);
  });
});

describe("a token", () => {
  it.each(["", "c2", "next", "c2.a.1.0.x.0.1", "c2.a.1.1.x.0", "c1.1.99..1.1"])(
    "that is %j is refused with what is right",
    async (since) => {
      await withBooks(0);
      const problem = await problemOf(`?since=${encodeURIComponent(since)}`);
      expect(problem).toMatchObject({ status: 400, code: "INVALID_CURSOR" });
      expect(problem.detail).toContain("since");
    },
  );

  it("of another account is refused, even if its number is not ahead", async () => {
    const { next } = await pageOf(await withBooks(1));
    await withBooks(3);
    expect(await problemOf(`?since=${next}`)).toMatchObject({
      status: 400,
      code: "INVALID_CURSOR",
    });
  });

  it("older than 180 days is invalid", async () => {
    await withBooks(1);
    const { next } = await pageOf(reader);
    const day = Math.floor(Date.now() / DAY_MS);
    const aged = (days: number): string => next.replace(/\d+$/, String(day - days));
    expect((await problemOf(`?since=${aged(180)}`)).status).toBeUndefined();
    const problem = await problemOf(`?since=${aged(181)}`);
    expect(problem).toMatchObject({ status: 410, code: "SYNC_RESET" });
    expect(problem.detail).toContain("without since");
  });

  it("is invalid once a removal after it was pruned, but a later one is not", async () => {
    await withBooks(2);
    const { next: before } = await pageOf(reader);
    await reader.call("DELETE", `/books/${FIRST}`);
    const { next: after } = await pageOf(reader, before);
    const loading = await pageOf(reader, undefined, 1);
    // The trash is emptied first.
    for (const days of [31, 31 + 181]) {
      while ((await pruneRemoved(env.DB, Date.now() + days * DAY_MS)) > 0);
    }
    expect(await problemOf(`?since=${before}`)).toMatchObject({ status: 410, code: "SYNC_RESET" });
    expect((await pageOf(reader, after)).items).toEqual([]);
    expect((await pageOf(reader, loading.next)).more).toBe(false);
  });

  it("is invalid if removals after it are pruned between its check and the read", async () => {
    await withBooks(2);
    const { next } = await pageOf(reader);
    await reader.call("DELETE", `/books/${FIRST}`);
    while ((await pruneRemoved(env.DB, Date.now() + 31 * DAY_MS)) > 0);
    expect((await pageOf(reader, next)).items).toMatchObject([{ isbn: FIRST, deleted: true }]);
    const db = {
      prepare: (sql: string) => env.DB.prepare(sql),
      async batch<Row>(statements: D1PreparedStatement[]) {
        while ((await pruneRemoved(env.DB, Date.now() + 212 * DAY_MS)) > 0);
        return env.DB.batch<Row>(statements);
      },
    } as Partial<D1Database> as D1Database;
    const app = createService(testPlatform({ env: { ...env, DB: db } })).app();
    const url = `http://bookstrack.test/v1/library/${reader.userId}/changes?since=${next}`;
    const request = new Request(url, { headers: bearer(reader.token) });
    const response = await app.fetch(request, env, createExecutionContext());
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      410,
      "SYNC_RESET",
    ]);
  });

  it("is invalid after the database was restored to an earlier state", async () => {
    await withBooks(2);
    const { next } = await pageOf(reader);
    await env.DB.prepare("UPDATE Shelves SET seq = seq - 1 WHERE user_id = ?1")
      .bind(reader.userId)
      .run();
    expect(await problemOf(`?since=${next}`)).toMatchObject({ status: 410, code: "SYNC_RESET" });
  });

  it("continues after the id of a removed entry", async () => {
    await withBooks(3);
    const first = await pageOf(reader, undefined, 1);
    await env.DB.prepare("DELETE FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2")
      .bind(reader.userId, FIRST)
      .run();
    expect(isbnsOf(await pageOf(reader, first.next))).toEqual([SECOND, THIRD]);
  });
});

describe("rows that D1 counts", () => {
  it("for ten changes are at most 40, and for an unchanged feed 1", async () => {
    const { userId, add } = await newReader();
    for (let number = 0; number < 30; number += 1) {
      const { isbn } = await inCatalogue({ isbn: isbnOf(8200 + number), title: `T ${number}` });
      await add({ isbn });
    }
    const counted = countedDb(env.DB);
    const deps = { feed: d1Feed(counted.db, memoryLog()), now: () => Date.now() };
    const { head, start } = await openFeed({ userId, since: undefined }, deps);
    expect(counted.take()).toEqual({ read: 1, written: 0 });
    if (start.kind !== "start") throw new Error("The first page was refused.");
    const token = { ...start.token, seq: (await seqOf(userId)) - 10, source: 99 };
    const page = await readFeed({ userId, head, token, limit: 200 }, deps);
    if (page === "reset") throw new Error("The token was refused.");
    expect(page.items).toHaveLength(10);
    expect(counted.take().read).toBeLessThanOrEqual(39);
  });
});

describe("several devices", () => {
  it("that read pages of any size have the state of the shelf", async () => {
    await withBooks(6);
    const devices = [1, 2, 5].map((limit) => ({
      limit,
      device: new Device((since, size) => pageOf(reader, since, size)),
    }));
    for (const { device, limit } of devices) await device.step(limit);
    await reader.call("DELETE", `/books/${FIRST}`);
    await reader.call("PATCH", `/books/${SECOND}`, { rating: 2 });
    const { books } = await reader.list("?sort=title");
    for (const { device, limit } of devices) {
      await device.follow(limit);
      expect(
        device
          .shelf()
          .map(([, book]) => book)
          .sort(byTitle),
      ).toEqual(books);
    }
  });
});

const byTitle = (one: { title: string }, other: { title: string }): number =>
  one.title < other.title ? -1 : 1;

it("scans an index in the order of the feed for every kind of rows", async () => {
  for (const sql of FEED_STATEMENTS) {
    const numbers = [...sql.matchAll(/\?(\d)/g)].map(([, number]) => Number(number));
    const parameters = Array.from({ length: Math.max(...numbers) }, () => "1");
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...parameters)
      .all<{ detail: string; parent: number }>();
    const outer = results.filter(({ parent }) => parent === 0).map(({ detail }) => detail);
    expect(outer[0]).toMatch(/SEARCH \w+ USING (COVERING )?(INDEX|PRIMARY KEY)/);
    // Goals and settings are sorted, because a user has only a few.
    const isSorted = outer.join().includes("TEMP B-TREE");
    expect([sql, isSorted]).toEqual([sql, /FROM (Goals|Settings)/.test(sql)]);
  }
});
