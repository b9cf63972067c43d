import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import type { ReviewItem } from "../../contract/review-queue.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { queueRow } from "../support/review-queue.ts";

const DUNE = "9780441172719";

let reader: Reader;

beforeEach(async () => {
  openLibraryInPlace().say(DUNE, { title: "Dune" });
  await restDesks();
  await env.DB.prepare("DELETE FROM ReviewQueue").run();
  await inCatalogue({ isbn: DUNE });
  reader = await newReader();
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface QueuePage {
  items: ReviewItem[];
  count: number;
  total: number;
  nextCursor?: string;
}

const page = async (query = ""): Promise<QueuePage> => {
  const response = await reader.call("GET", `/review-queue${query}`);
  expect(response.status).toBe(200);
  return (await response.json<{ data: QueuePage }>()).data;
};
const resolve = (id: string, body: unknown) =>
  reader.call("POST", `/review-queue/${id}/resolve`, body);
const bookOf = async (response: Response): Promise<LibraryBook> => {
  expect(response.status).toBe(200);
  return (await response.json<{ data: { book: LibraryBook } }>()).data.book;
};

describe("the review queue", () => {
  it("lists waiting rows, oldest first, a page at a time", async () => {
    for (const [index, id] of ["c", "a", "b"].entries()) {
      await queueRow(reader.userId, { id, title: id, createdAt: index === 0 ? 5 : 1 });
    }
    await queueRow("somebody else", { id: "z" });
    const first = await page("?limit=2");
    expect(first).toMatchObject({ count: 2, total: 3 });
    expect(first.items[0]).toEqual({
      id: "a",
      jobId: "job-1",
      row: 7,
      title: "a",
      authors: [],
      raw: { Title: "a" },
      reason: { code: "AMBIGUOUS_TITLE", text: "Several editions fit." },
      candidates: [{ isbn: DUNE, title: "Dune", authors: ["F"], score: 0.8 }],
    });
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect(second.items.map(({ id }) => id)).toEqual(["c"]);
    expect(second).not.toHaveProperty("nextCursor");
  });

  it("ends a page early when cells are long, and loses no row", async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `long-${index}`);
    for (const [index, id] of ids.entries()) {
      // The fourth row alone is longer than a page.
      const cells = { Review: "ế".repeat(index === 3 ? 400_000 : 100_000) };
      await queueRow(reader.userId, { id, raw: cells });
    }
    const sizes: number[] = [];
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, total, nextCursor } = await page(
        `?limit=200${cursor === undefined ? "" : `&cursor=${cursor}`}`,
      );
      expect(total).toBe(9);
      sizes.push(items.length);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
    expect(sizes).toEqual([3, 1, 3, 2]);
    const exported = await (
      await reader.call("GET", "/export?format=json")
    ).json<{
      reviewQueue: ReviewItem[];
    }>();
    expect(exported.reviewQueue.map(({ id }) => id)).toEqual(ids);
  });

  it("shelves a row as an edition, with the entry of the row", async () => {
    await queueRow(reader.userId, { id: "r", title: "Dune" });
    const book = await bookOf(await resolve("r", { isbn: DUNE }));
    expect(book).toMatchObject({ isbn: DUNE, status: "completed", rating: 4.5, source: "job-1" });
    expect(book.readings).toEqual([]);
    expect(await page()).toMatchObject({ total: 0 });
    expect((await resolve("r", { isbn: DUNE })).status).toBe(404);
  });

  it("keeps the date of addition in the user's file", async () => {
    const addedAt = Date.UTC(2019, 4, 17) / 1000;
    await queueRow(reader.userId, { id: "r", title: "Dune", addedAt });
    await queueRow(reader.userId, { id: "s", title: "Zine 4", addedAt });
    expect((await page()).items[0]).not.toHaveProperty("addedAt");
    const exported = await (
      await reader.call("GET", "/export?format=json")
    ).json<{ reviewQueue: object[] }>();
    expect(exported.reviewQueue[0]).toMatchObject({ addedAt: "2019-05-17T00:00:00.000Z" });
    const shelved = await bookOf(await resolve("r", { isbn: DUNE }));
    const kept = await bookOf(await resolve("s", { keep: true }));
    expect(shelved.addedAt).toBe("2019-05-17T00:00:00.000Z");
    expect(kept.addedAt).toBe("2019-05-17T00:00:00.000Z");
  });

  it("fills the empty fields of an existing entry and never lowers its status", async () => {
    await reader.add({ isbn: DUNE, status: "completed", review: "mine", tags: ["x"] });
    const entry = { status: "reading", rating: 2, review: "theirs", tags: ["X", "y"] };
    await queueRow(reader.userId, { id: "r", entry });
    expect(await bookOf(await resolve("r", { isbn: DUNE }))).toMatchObject({
      status: "completed",
      rating: 2,
      review: "mine",
      tags: ["x", "y"],
    });
  });

  it("keeps a row as a user-defined book", async () => {
    await queueRow(reader.userId, { id: "r", title: "Zine 4", authors: ["Kim"] });
    const book = await bookOf(await resolve("r", { keep: true }));
    expect(book).toMatchObject({
      title: "Zine 4",
      authors: ["Kim"],
      confirmed: false,
      rating: 4.5,
    });
    expect(book.isbn).toMatch(/^local-/);
  });

  it("settles a row once for simultaneous requests", async () => {
    await inCatalogue({ isbn: "9780140328721" });
    await queueRow(reader.userId, { id: "r", title: "Dune" });
    const answers = await Promise.all([
      resolve("r", { isbn: DUNE }),
      resolve("r", { isbn: "9780140328721" }),
      reader.call("DELETE", "/review-queue/r"),
    ]);
    const done = answers.filter(({ status }) => status < 300);
    expect(done).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(2);
    expect((await reader.list()).total).toBe(done[0]?.status === 204 ? 0 : 1);
  });

  it("leaves a row waiting when its book is not found", async () => {
    await queueRow(reader.userId, { id: "r" });
    const response = await resolve("r", { isbn: "9780306406157" });
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      404,
      "BOOK_NOT_FOUND",
    ]);
    expect(await page()).toMatchObject({ total: 1 });
    expect((await resolve("r", { keep: true })).status).toBe(400);
  });

  it("remembers a dismissed row", async () => {
    await queueRow(reader.userId, { id: "r" });
    expect((await reader.call("DELETE", "/review-queue/r")).status).toBe(204);
    expect((await reader.call("DELETE", "/review-queue/r")).status).toBe(404);
    expect(
      await env.DB.prepare("SELECT state FROM ReviewQueue WHERE id = 'r'").first("state"),
    ).toBe("dismissed");
  });

  it.each([{}, { isbn: DUNE, keep: true }, { keep: false }, { isbn: "978" }])(
    "rejects %j",
    async (body) => {
      await queueRow(reader.userId, { id: "r", title: "Dune" });
      expect((await resolve("r", body)).status).toBe(400);
      expect((await reader.call("GET", "/review-queue?cursor=x")).status).toBe(400);
    },
  );
});

describe("bulk", () => {
  const bulk = (body: unknown, headers: Record<string, string> = {}) =>
    reader.call("POST", "/review-queue/bulk", body, headers);
  const resultOf = async (response: Response) => {
    expect(response.status).toBe(200);
    return (await response.json<{ data: { results: object[]; remaining: number } }>()).data;
  };

  it("keeps the rows of one import, oldest first, except those without a title", async () => {
    await queueRow(reader.userId, { id: "a", title: "Zine 4", createdAt: 2 });
    await queueRow(reader.userId, { id: "b", title: "Zine 5", createdAt: 1 });
    await queueRow(reader.userId, { id: "c" });
    await queueRow(reader.userId, { id: "d", title: "Zine 6", jobId: "job-2" });
    expect(await page("?jobId=job-1")).toMatchObject({ total: 3 });
    const { results, remaining } = await resultOf(await bulk({ jobId: "job-1", keep: true }));
    expect(results).toMatchObject([
      { id: "b", outcome: "kept", isbn: expect.stringMatching(/^local-/) },
      { id: "a", outcome: "kept" },
    ]);
    expect(remaining).toBe(0);
    expect((await page()).items.map(({ id }) => id)).toEqual(["c", "d"]);
  });

  it("returns the outcome of each selected row", async () => {
    await queueRow(reader.userId, { id: "a", title: "Zine 4" });
    await queueRow(reader.userId, { id: "c" });
    const other = await newReader();
    await queueRow(other.userId, { id: "theirs", title: "Theirs" });
    const ids = ["a", "c", "gone", "theirs"];
    const kept = await resultOf(await bulk({ ids, keep: true }));
    expect(kept.results).toMatchObject([
      { id: "a", outcome: "kept" },
      { id: "c", outcome: "refused", problem: { code: "INVALID_REQUEST" } },
      { id: "gone", outcome: "notWaiting" },
      { id: "theirs", outcome: "notWaiting" },
    ]);
    const dismissed = await resultOf(await bulk({ ids, dismiss: true }));
    expect(dismissed.results).toMatchObject([
      { id: "c", outcome: "dismissed" },
      { id: "a", outcome: "notWaiting" },
      { id: "gone", outcome: "notWaiting" },
      { id: "theirs", outcome: "notWaiting" },
    ]);
  });

  it("keeps a hundred rows per request, and returns how many remain", async () => {
    for (let row = 0; row < 103; row += 1) {
      await queueRow(reader.userId, { id: `r${row}`, title: `Zine ${row}` });
    }
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await resultOf(await bulk({ keep: true }, headers));
    expect([first.results.length, first.remaining]).toEqual([100, 3]);
    const replayed = await resultOf(await bulk({ keep: true }, headers));
    expect(replayed).toEqual(first);
    const second = await resultOf(await bulk({ keep: true }));
    expect([second.results.length, second.remaining]).toEqual([3, 0]);
    expect(await resultOf(await bulk({ dismiss: true }))).toEqual({ results: [], remaining: 0 });
  });

  it.each([
    [{}, "keep"],
    [{ keep: true, dismiss: true }, "keep"],
    [{ keep: false }, "keep"],
    [{ ids: [], keep: true }, "ids"],
    [{ ids: ["a"], jobId: "j", keep: true }, "ids"],
  ])("refuses %j", async (body, path) => {
    const response = await bulk(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ issues: [{ path }] });
  });
});
