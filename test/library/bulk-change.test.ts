import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { BulkChangeRequest, BulkChangeResult } from "../../contract/bulk.ts";
import {
  changeMany,
  matchedProgress,
  type BulkEdit,
} from "../../src/library/domain/bulk-change.ts";
import { BULK_STATEMENTS, d1BulkShelf } from "../../src/library/storage/bulk-shelf.ts";
import { d1LibraryNumbers } from "../../src/library/storage/stats.ts";
import { countedDb } from "../support/counted-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { imported } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { idempotentWorld } from "../support/idempotent-world.ts";

const DUNE = "9780441172719";
const log = memoryLog();
const newId = () => crypto.randomUUID();
const many = d1BulkShelf(env.DB, newId, log);
const numbers = d1LibraryNumbers(env.DB, log);
const now = () => Date.UTC(2026, 4, 1);
let reader: Reader;

beforeEach(async () => {
  await inCatalogue({ isbn: DUNE, title: "Dune" });
  reader = await newReader();
});

interface Answer {
  results: BulkChangeResult[];
  remaining: number;
}
const send = (body: object, headers?: Record<string, string>) =>
  reader.call("POST", "/books/bulk", body, headers);
async function bulk(body: BulkChangeRequest, headers?: Record<string, string>): Promise<Answer> {
  const response = await send(body, headers);
  expect(response.status).toBe(200);
  return (await response.json<{ data: Answer }>()).data;
}
/** Shelves many books at once by an import. */
async function shelve(count: number, first = 100_000): Promise<string[]> {
  const isbns = Array.from({ length: count }, (_, index) => isbnOf(first + index));
  const rows = isbns.map((isbn) => ({
    isbn,
    title: "T",
    entry: { status: "reading" as const, tags: ["from a file"] },
  }));
  await imported({ userId: reader.userId, format: "goodreads", rows });
  return isbns;
}
const edit = (given: Partial<BulkEdit>): BulkEdit => ({
  change: {},
  addTags: [],
  removeTags: [],
  isDelete: false,
  ...given,
});

describe("a change of many books", () => {
  it("has an outcome for each book, regardless of the others", async () => {
    await reader.add({ isbn: DUNE, rating: 2, tags: ["Old", "kept"] });
    await reader.add({ isbn: isbnOf(901), title: "T", status: "completed", tags: ["new"] });
    const request = {
      isbns: ["0441172717", DUNE, isbnOf(901), isbnOf(902), "12", "local-nothing"],
      change: { status: "completed" as const },
      addTags: ["new"],
      removeTags: ["old"],
    };
    const { results, remaining } = await bulk(request);
    expect(results).toEqual([
      {
        isbn: "12",
        outcome: "refused",
        problem: { code: "INVALID_ISBN", detail: expect.any(String) },
      },
      { isbn: DUNE, outcome: "changed" },
      { isbn: isbnOf(901), outcome: "unchanged" },
      { isbn: isbnOf(902), outcome: "notFound" },
      { isbn: "local-nothing", outcome: "notFound" },
    ]);
    expect(remaining).toBe(0);
    const { books } = await reader.list("?status=completed&sort=title");
    const dune = books.find(({ isbn }) => isbn === DUNE);
    expect(dune).toMatchObject({ rating: 2, tags: ["kept", "new"] });
    expect(dune?.readings).toHaveLength(1);
  });

  it("counts as made by the user, so that a later import keeps it", async () => {
    const [isbn = ""] = await shelve(1);
    await bulk({ isbns: [isbn], change: { rating: 5 } });
    await imported({
      userId: reader.userId,
      format: "goodreads",
      rows: [{ isbn, entry: { rating: 1, status: "completed" } }],
    });
    expect((await reader.list()).books[0]).toMatchObject({ rating: 5, status: "completed" });
  });

  it("changes 1,000 books of a filter per request, and completes when repeated until none remain", async () => {
    await shelve(1203);
    await reader.add({ isbn: DUNE, status: "completed" });
    const request = { filter: { status: "reading" }, addTags: ["all"] } as const;
    const { seq } = await numbers.state(reader.userId);
    const first = await bulk(request as unknown as BulkChangeRequest);
    expect([first.results.length, first.remaining]).toEqual([1000, 203]);
    // Four batches, each of which is one write of the shelf.
    expect((await numbers.state(reader.userId)).seq).toBe(seq + 4);
    const second = await bulk(request as unknown as BulkChangeRequest);
    expect([second.results.length, second.remaining]).toEqual([203, 0]);
    expect(new Set([...first.results, ...second.results].map(({ isbn }) => isbn)).size).toBe(1203);
    expect(await bulk(request as unknown as BulkChangeRequest)).toEqual({
      results: [],
      remaining: 0,
    });
    expect((await reader.list("?tag=all&limit=1")).total).toBe(1203);
  });

  it("removes books to the trash, and keeps counts and statistics exact", async () => {
    const isbns = await shelve(300);
    await reader.call("GET", "/stats");
    const { results } = await bulk({ isbns: isbns.slice(0, 299), delete: true });
    expect(results.every(({ outcome }) => outcome === "deleted")).toBe(true);
    expect(await reader.list()).toMatchObject({ total: 1 });
    const stats = await (await reader.call("GET", "/stats")).json();
    expect(stats).toMatchObject({ data: { books: 1, byStatus: { reading: 1 } } });
    const trash = await reader.call("GET", "/trash?limit=1");
    expect(await trash.json()).toMatchObject({ data: { total: 299 } });
    const restored = await reader.call("POST", `/trash/${isbns[7]}/restore`);
    expect(await restored.json()).toMatchObject({ data: { book: { tags: ["from a file"] } } });
  });

  it.each([
    [{ isbns: [DUNE] }, "change"],
    [{ change: { rating: 4 } }, "isbns"],
    [{ isbns: [DUNE], filter: {}, delete: true }, "isbns"],
    [{ isbns: [DUNE], delete: true, addTags: ["x"] }, "change"],
    [{ isbns: [DUNE], change: { tags: ["a"] }, addTags: ["x"] }, "change.tags"],
    [{ filter: { statuss: "reading" }, delete: true }, "filter"],
    [{ filter: { rating: 9 }, delete: true }, "filter.rating"],
    [{ isbns: Array.from({ length: 1001 }, () => DUNE), delete: true }, "isbns"],
  ])("refuses %j with the field that is wrong", async (body, path) => {
    await reader.add({ isbn: DUNE });
    const response = await send(body);
    const { issues } = await response.json<{ issues: { path: string }[] }>();
    expect([response.status, issues[0]?.path]).toEqual([400, path]);
    expect(await reader.list()).toMatchObject({ total: 1 });
  });

  it("refuses fields that only one book can have, rather than change the books without them", async () => {
    await reader.add({ isbn: DUNE, rating: 2 });
    for (const [name, value] of Object.entries({ readings: [], title: "T", pageCount: null })) {
      for (const more of [{}, { rating: 4 }]) {
        const change = { ...more, [name]: value };
        const response = await send({ isbns: [DUNE], change });
        expect([name, response.status]).toEqual([name, 400]);
        const { issues } = await response.json<{ issues: object[] }>();
        expect(issues).toEqual([
          { path: `change.${name}`, message: expect.stringContaining("each book with PATCH") },
        ]);
      }
    }
    expect((await reader.list()).books).toMatchObject([{ isbn: DUNE, rating: 2 }]);
    const nothing = await send({ isbns: [DUNE], change: {} });
    expect((await nothing.json<{ detail: string }>()).detail).toContain("status, rating, review");
  });

  it("refuses a book that would have more than 100 tags, and no other", async () => {
    const tags = Array.from({ length: 100 }, (_, index) => `t${index}`);
    await reader.add({ isbn: DUNE, tags });
    await reader.add({ isbn: isbnOf(903), title: "T" });
    const { results } = await bulk({ isbns: [DUNE, isbnOf(903)], addTags: ["one more"] });
    expect(results.map(({ outcome }) => outcome)).toEqual(["refused", "changed"]);
  });
});

describe("a repeated change of many books", () => {
  it("returns the first response for its key", async () => {
    const isbns = await shelve(3);
    const key = { "Idempotency-Key": "bulk-1" };
    const request = { isbns, change: { rating: 3 } };
    const first = await bulk(request, key);
    await reader.call("PATCH", `/books/${isbns[0]}`, { rating: 1 });
    const again = await send(request, key);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await again.json()).toMatchObject({ data: first });
    expect((await reader.list("?rating=3")).total).toBe(2);
  });

  it("resumes where a killed worker ended: each book is changed once, and the response covers all", async () => {
    await shelve(700);
    const world = idempotentWorld();
    const wanted = edit({ isDelete: true });
    const filter = { statuses: ["reading" as const] };
    let batches = 0;
    const run = (killAfter: number | undefined) => {
      let written = 0;
      const dying = {
        ...many,
        async write(...batch: Parameters<typeof many.write>) {
          if (written === killAfter) return new Promise<boolean>(() => undefined);
          const isWritten = await many.write(...batch);
          written += 1;
          batches += 1;
          return isWritten;
        },
      };
      return world.isolate({ key: reader.userId }).do(async (guard) => {
        const input = { userId: reader.userId, filter, edit: wanted };
        const progress =
          guard.progress === undefined
            ? await matchedProgress(input, { many })
            : JSON.parse(guard.progress);
        const keepProgress = (reached: object) => guard.keepProgress(JSON.stringify(reached));
        const { left: _left, ...body } = await changeMany(
          { userId: reader.userId, edit: wanted, progress, keepProgress },
          { many: dying, now },
        );
        return { status: 200, headers: {}, body };
      });
    };
    for (const done of [1, 2]) {
      void run(1);
      await expect.poll(() => batches).toBe(done);
      world.wait(120_000);
    }
    const outcome = await run(undefined);
    const { results } = (outcome as { answer: { body: Answer } }).answer.body;
    expect(results).toHaveLength(700);
    expect(results.every((result) => result.outcome === "deleted")).toBe(true);
    expect(batches).toBe(3);
    expect((await reader.list()).total).toBe(0);
  });

  it("loses no change of another writer between reading and writing", async () => {
    const isbns = await shelve(20);
    let races = 0;
    const raced = {
      ...many,
      async write(...batch: Parameters<typeof many.write>) {
        if ((races += 1) <= 2) {
          await reader.call("PATCH", `/books/${isbns[races]}`, { notes: `note ${races}` });
        }
        return many.write(...batch);
      },
    };
    const { results } = await changeMany(
      {
        userId: reader.userId,
        edit: edit({ addTags: ["x"] }),
        progress: { left: isbns, results: [], remaining: 0 },
        keepProgress: () => undefined,
      },
      { many: raced, now },
    );
    expect(races).toBe(3);
    expect(results.every(({ outcome }) => outcome === "changed")).toBe(true);
    const { books } = await reader.list("?tag=x&limit=200");
    expect(books.filter(({ notes }) => notes !== undefined)).toHaveLength(2);
    expect(books).toHaveLength(20);
  });
});

it("reads and writes a bounded number of rows for each book", async () => {
  const isbns = await shelve(200);
  const { db, take } = countedDb(env.DB);
  const counted = d1BulkShelf(db, newId, log, { trashBytes: 1e9 });
  const run = (given: BulkEdit) =>
    changeMany(
      {
        userId: reader.userId,
        edit: given,
        progress: { left: isbns, results: [], remaining: 0 },
        keepProgress: () => undefined,
      },
      { many: counted, now },
    );
  await run(edit({ change: { rating: 4 } }));
  const changed = take();
  expect(changed.read).toBeLessThanOrEqual(200 * 30);
  expect(changed.written).toBeLessThanOrEqual(200 * 20);
  await run(edit({ change: { rating: 4 } }));
  expect(take().written).toBe(0);
  await run(edit({ isDelete: true }));
  expect(take().written).toBeLessThanOrEqual(200 * 20);
});

it("finds entries by their keys", async () => {
  for (const [name, sql] of Object.entries(BULK_STATEMENTS)) {
    const values = name === "TAKE" ? ["u", "t", "{}", "[]"] : ["u", "[]"];
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).toMatch(/SEARCH entry USING INDEX \w+ \(user_id=\? AND isbn=\?\)/);
    expect(plan).not.toMatch(/SCAN entry/);
  }
});
