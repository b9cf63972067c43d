import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { memoryMetrics } from "../../src/platform/metrics/metrics.ts";
import type { BookRecord } from "../../src/catalogue/domain/book-record.ts";
import { kvBookCache, type BookCache } from "../../src/catalogue/storage/book-cache.ts";
import { aBook } from "../support/books.ts";
import { memoryLog } from "../support/fakes.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const isbn = { isbn13: "9780441172719", isbn10: "0441172717" };
const record = { book: aBook(), fetchedAt: NOW, freshUntil: NOW + 1000 };
const brokenKv = {
  get: () => Promise.reject(new Error("KV is unavailable")),
  put: () => Promise.reject(new Error("KV is unavailable")),
} as unknown as KVNamespace;

function tier(kv: KVNamespace = env.BOOK_CACHE) {
  let now = NOW;
  const log = memoryLog();
  const metrics = memoryMetrics();
  const stored: string[] = [];
  const sizes: number[] = [];
  const cache = kvBookCache(kv, {
    now: () => now,
    random: () => 0.5,
    log,
    metrics,
    cacheMetrics: {
      hit: () => {},
      miss: () => {},
      stored: (key, bytes) => {
        stored.push(key);
        sizes.push(bytes);
      },
    },
  });
  return { cache, log, metrics, stored, sizes, wait: (ms: number) => (now += ms) };
}

const replace = async (cache: BookCache, written: BookRecord, isStored: boolean) =>
  (await cache.open(written.book.isbn)).write(written, isStored);

beforeEach(async () => {
  const { keys } = await env.BOOK_CACHE.list();
  await Promise.all(keys.map(({ name }) => env.BOOK_CACHE.delete(name)));
});

describe("the KV tier", () => {
  it("returns the record that was written", async () => {
    const { cache, stored } = tier();
    expect(await cache.read(isbn)).toEqual({ kind: "miss", unreadable: false });
    await cache.write(record);
    expect(await cache.read(isbn)).toEqual({ kind: "hit", record });
    expect(stored).toEqual([isbn.isbn13]);
  });

  it("records the size of an entry in bytes", async () => {
    const { cache, sizes } = tier();
    await cache.write({ ...record, book: { ...record.book, title: "Søknad 図書" } });
    const text = await env.BOOK_CACHE.get(`book:isbn:${isbn.isbn13}`, "arrayBuffer");
    expect(sizes).toEqual([text?.byteLength]);
  });

  it("lets entries live for a day minus up to 10 %", async () => {
    await tier().cache.write(record);
    const { keys } = await env.BOOK_CACHE.list();
    const seconds = (keys[0]?.expiration ?? 0) - Date.now() / 1000;
    expect(seconds).toBeGreaterThan(86_400 * 0.89);
    expect(seconds).toBeLessThanOrEqual(86_400);
  });

  it("reads an older value under either spelling, the ISBN-13 first", async () => {
    await env.BOOK_CACHE.put("book:isbn:0441172717", JSON.stringify({ title: "By ten" }));
    expect(await tier().cache.read(isbn)).toMatchObject({
      kind: "hit",
      isOld: true,
      record: { book: { isbn: isbn.isbn13, title: "By ten" } },
    });
    await env.BOOK_CACHE.put("book:isbn:9780441172719", JSON.stringify({ title: "By thirteen" }));
    expect(await tier().cache.read(isbn)).toMatchObject({
      record: { book: { title: "By thirteen" } },
    });
  });

  it("counts an unreadable value, and does not overwrite it", async () => {
    const { cache, metrics } = tier();
    await env.BOOK_CACHE.put("book:isbn:9780441172719", "{ not json");
    expect(await cache.read(isbn)).toEqual({ kind: "miss", unreadable: true });
    expect(metrics.take().counters).toEqual([
      { name: "kv_unreadable", labels: { reason: "not_json" }, value: 1 },
    ]);
    await replace(cache, record, true);
    expect(await env.BOOK_CACHE.get("book:isbn:9780441172719")).toBe("{ not json");
  });

  const old = { title: "Old", publisher: "Ace", identifiers: { goodreads: "44767458" } };

  it("replaces an older value that adds no data to a row in D1", async () => {
    const { cache } = tier();
    await env.BOOK_CACHE.put("book:isbn:9780441172719", JSON.stringify(old));
    const book = { ...record.book, publisher: "Ace", identifiers: { goodreads: "44767458" } };
    await replace(cache, { ...record, book }, true);
    expect(await cache.read(isbn)).toMatchObject({ record: { book: { title: "Dune" } } });
  });

  it.each([
    ["is not in D1", { publisher: "Ace", identifiers: { goodreads: "44767458" } }, false],
    ["lacks a field", { identifiers: { goodreads: "44767458" } }, true],
    ["lacks an identifier", { publisher: "Ace", identifiers: { openLibrary: "OL1M" } }, true],
  ])("keeps an older value when the row %s", async (_why, fields, isStored) => {
    const { cache } = tier();
    await env.BOOK_CACHE.put("book:isbn:9780441172719", JSON.stringify(old));
    const { publisher: _own, ...plain } = record.book;
    await replace(cache, { ...record, book: { ...plain, ...fields } }, isStored);
    expect(await env.BOOK_CACHE.get("book:isbn:9780441172719", "json")).toEqual(old);
  });

  it("reports an absence for five minutes", async () => {
    const { cache, wait } = tier();
    await cache.writeAbsent(isbn.isbn13);
    expect(await cache.read(isbn)).toEqual({ kind: "absent" });
    wait(5 * MINUTE);
    expect(await cache.read(isbn)).toEqual({ kind: "miss", unreadable: false });
  });

  it("keeps an old book fresh while a recent absence is valid", async () => {
    const { cache } = tier();
    const cached = { data: { title: "Known here alone" }, cachedAt: NOW - 1e11, ttl: 60 };
    await env.BOOK_CACHE.put("book:isbn:9780441172719", JSON.stringify(cached));
    const before = await cache.read(isbn);
    expect(before).toMatchObject({ kind: "hit" });
    expect(before.kind === "hit" && before.record.freshUntil < NOW).toBe(true);
    await cache.writeAbsent(isbn.isbn13);
    expect(await cache.read(isbn)).toMatchObject({ record: { freshUntil: NOW + 5 * MINUTE } });
  });

  it("never throws when KV is down, but returns a failure", async () => {
    const { cache, log, metrics } = tier(brokenKv);
    expect(await cache.read(isbn)).toEqual({ kind: "failed" });
    await cache.write(record);
    await replace(cache, record, true);
    expect((await cache.open(isbn.isbn13)).old).toBeUndefined();
    await cache.writeAbsent(isbn.isbn13);
    expect(log.events).toEqual(Array.from({ length: 5 }, () => "kv_failed"));
    expect(metrics.take().counters).toContainEqual({
      name: "cache_failures",
      labels: { operation: "read" },
      value: 3,
    });
  });
});
