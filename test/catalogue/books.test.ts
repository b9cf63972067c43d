import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { aBook } from "../support/books.ts";
import { memoryLog } from "../support/fakes.ts";

const record = { book: aBook(), fetchedAt: 1000, freshUntil: 2000 };

/** A database that always fails. */
const brokenDb = {
  prepare: () => ({ bind: () => ({ first: fail }) }),
  batch: fail,
} as unknown as D1Database;
function fail(): Promise<never> {
  return Promise.reject(new Error("D1_ERROR: the database is unavailable"));
}

afterEach(() => void vi.useRealTimers());

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM Books").run();
});

describe("the catalogue in D1", () => {
  const store = d1BookStore(env.DB, memoryLog());

  it("returns the saved book with its version", async () => {
    expect(await store.find(record.book.isbn)).toEqual({ kind: "miss" });
    expect(await store.save(record, undefined)).toBe("saved");
    expect(await store.find(record.book.isbn)).toEqual({
      kind: "hit",
      stored: { ...record, version: 1 },
    });
  });

  it("writes equal values to columns and blob", async () => {
    await store.save(record, undefined);
    const row = await env.DB.prepare(
      "SELECT *, json_extract(canonical_metadata, '$.title') AS blob_title FROM Books",
    ).first();
    expect(row).toMatchObject({
      isbn: "9780441172719",
      title: "Dune",
      blob_title: "Dune",
      authors: '["Frank Herbert"]',
      publication_year: 1990,
      publisher: "Ace",
      page_count: 535,
      language: "en",
      categories: '["Science fiction"]',
      cover_url: "https://covers.example/dune-l.jpg",
      thumbnail_url: "https://covers.example/dune-s.jpg",
    });
  });

  it("stores an unknown language as unknown, not as the column's default", async () => {
    const { language: _language, ...book } = aBook();
    await store.save({ ...record, book }, undefined);
    expect(await env.DB.prepare("SELECT language FROM Books").first()).toEqual({ language: null });
  });

  it("only writes over the version that was read", async () => {
    await store.save(record, undefined);
    expect(await store.save({ ...record, book: aBook({ title: "Other" }) }, undefined)).toBe(
      "conflict",
    );
    expect(await store.save({ ...record, book: aBook({ title: "Newer" }) }, 1)).toBe("saved");
    expect(await store.save({ ...record, book: aBook({ title: "Late" }) }, 1)).toBe("conflict");
    expect(await store.save({ ...record, book: aBook({ isbn: "9780306406157" }) }, 3)).toBe(
      "conflict",
    );
    expect(await store.find(record.book.isbn)).toMatchObject({
      stored: { version: 2, book: { title: "Newer" } },
    });
  });

  it("lets exactly one of many concurrent first writers win", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => store.save(record, undefined)),
    );
    expect(outcomes.filter((outcome) => outcome === "saved")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "conflict")).toHaveLength(9);
  });

  it("builds the book of a row without a usable blob from its columns", async () => {
    await env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata, page_count)
       VALUES ('9780439708180', 'By hand', '["A. Author"]', '{}', 12)`,
    ).run();
    expect(await store.find("9780439708180")).toMatchObject({
      kind: "hit",
      stored: {
        book: { isbn: "9780439708180", title: "By hand", authors: ["A. Author"], pageCount: 12 },
      },
    });
  });

  it("returns a failure, and logs its reason", async () => {
    const log = memoryLog();
    const broken = d1BookStore(brokenDb, log);
    expect(await broken.find("9780441172719")).toEqual({ kind: "failed" });
    expect(await broken.save(record, undefined)).toBe("failed");
    expect(log.events).toEqual(["d1_read_failed", "d1_write_failed"]);
  });

  it("does not make a user wait for a hanging write", async () => {
    vi.useFakeTimers();
    const hangs = (): Promise<never> => new Promise(() => {});
    const db = { prepare: () => ({ bind: () => ({}) }), batch: hangs } as unknown as D1Database;
    const hanging = d1BookStore(db, memoryLog());
    const outcome = hanging.save(record, undefined);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await outcome).toBe("failed");
  });
});
