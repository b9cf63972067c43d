import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import type { Progress } from "../../contract/progress.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

const DAY = 86_400_000;
let number = 700_000;

/** A user with one book in the catalogue on their shelf. */
async function readerOf(
  entry: { status?: string | null; readings?: object[] } = {},
  pageCount?: number,
) {
  number += 1;
  const isbn = isbnOf(number);
  await inCatalogue({ isbn, ...(pageCount === undefined ? {} : { pageCount }) });
  const reader = await newReader();
  const { status, ...rest } = entry;
  await reader.add({ isbn, ...rest, ...(status ? { status } : {}) });
  if (status === null) await reader.call("PATCH", `/books/${isbn}`, { status });
  return { reader, isbn, path: `/books/${isbn}/progress` };
}

interface Answer {
  progress: Progress;
  book: LibraryBook;
}

async function record(reader: Reader, path: string, body: object): Promise<Answer> {
  const response = await reader.call("POST", path, body);
  if (response.status !== 201) throw new Error(await response.text());
  return (await response.json<{ data: Answer }>()).data;
}

async function bookOf(reader: Reader, isbn: string) {
  const response = await reader.call("GET", `/books/${isbn}`);
  const { data } = await response.json<{ data: { book: LibraryBook } }>();
  const etag = response.headers.get("ETag") ?? "";
  return { book: data.book, etag, version: Number(/^"(\d+)-/.exec(etag)?.[1]) };
}

async function listed(reader: Reader, path: string) {
  const response = await reader.call("GET", path);
  expect(response.status).toBe(200);
  return (await response.json<{ data: { items: Progress[]; nextCursor?: string } }>()).data;
}

const issuesOf = async (response: Response) => {
  expect(response.status).toBe(400);
  return (await response.json<{ issues: { path: string; message: string }[] }>()).issues;
};

const shelfOf = (userId: string) =>
  env.DB.prepare("SELECT seq, progress FROM Shelves WHERE user_id = ?1")
    .bind(userId)
    .first<{ seq: number; progress: number }>();

describe("recording progress", () => {
  it.each([
    ["want_to_read", "reading"],
    ["paused", "reading"],
    [null, "reading"],
    ["completed", "completed"],
    ["abandoned", "abandoned"],
  ])("opens a reading without an open one; %s becomes %s", async (before, after) => {
    const { reader, isbn, path } = await readerOf({ status: before }, 400);
    const { progress, book } = await record(reader, path, {
      page: 100,
      at: "2026-03-04T22:00:00.000Z",
      note: "In the desert",
    });
    expect(progress).toMatchObject({ isbn, page: 100, percent: 25, note: "In the desert" });
    expect(book).toMatchObject({
      status: after,
      readings: [{ startedAt: "2026-03-04", id: expect.any(String) as string }],
      progress: { page: 100, percent: 25, at: "2026-03-04T22:00:00.000Z" },
    });
    expect((await bookOf(reader, isbn)).book).toEqual(book);
    expect((await reader.list()).books[0]).toEqual(book);
  });

  it("belongs to the reading started last, and resumes a paused book", async () => {
    const { reader, path } = await readerOf({
      status: "paused",
      readings: [
        { startedAt: "2025-02" },
        { startedAt: "2026-01-01" },
        { startedAt: "2027-01-01", finishedAt: "2027-02-01" },
        { startedAt: "2024" },
      ],
    });
    const { book } = await record(reader, path, { minutes: 90 });
    expect(book.status).toBe("reading");
    expect(book.readings).toHaveLength(4);
    expect(book.progress).toEqual({ minutes: 90, at: book.progress?.at });
    const finished = book.readings.map((one) =>
      one.startedAt === "2026-01-01" ? { ...one, finishedAt: "2026-02-01" } : one,
    );
    const closed = await reader.call("PATCH", path.replace("/progress", ""), {
      readings: finished,
    });
    const { data } = await closed.json<{ data: { book: LibraryBook } }>();
    expect(data.book.progress).toBeUndefined();
    expect((await bookOf(reader, book.isbn)).book.progress).toBeUndefined();
    const reopened = await reader.call("PATCH", path.replace("/progress", ""), {
      readings: book.readings,
    });
    const again = await reopened.json<{ data: { book: LibraryBook } }>();
    expect(again.data.book.progress).toEqual(book.progress);
    expect((await bookOf(reader, book.isbn)).book).toEqual(again.data.book);
  });

  it("does not resume a paused book if its time is before the latest progress", async () => {
    const { reader, isbn, path } = await readerOf({ status: "reading" }, 300);
    await record(reader, path, { page: 50, at: "2026-02-02T12:00:00Z" });
    await reader.call("PATCH", `/books/${isbn}`, { status: "paused" });
    const late = await record(reader, path, { page: 20, at: "2026-02-01T12:00:00Z" });
    expect(late.book).toMatchObject({ status: "paused", progress: { page: 50 } });
    const next = await record(reader, path, { page: 60, at: "2026-02-03T12:00:00Z" });
    expect(next.book).toMatchObject({ status: "reading", progress: { page: 60 } });
    await reader.call("PATCH", `/books/${isbn}`, { status: "abandoned" });
    expect((await record(reader, path, { page: 61 })).book.status).toBe("abandoned");
  });

  it("does not finish a book at its end, and shows the latest progress by its time", async () => {
    const { reader, isbn, path } = await readerOf({ status: "reading" }, 200);
    const end = await record(reader, path, { page: 200 });
    expect(end.book).toMatchObject({ status: "reading", progress: { page: 200, percent: 100 } });
    const before = await bookOf(reader, isbn);
    const earlier = await record(reader, path, { percent: 12.345, at: "2026-01-01T00:00:00Z" });
    expect(earlier.progress).toMatchObject({ percent: 12.35 });
    expect(earlier.book.progress).toEqual(end.book.progress);
    expect(await bookOf(reader, isbn)).toEqual(before);
    expect((await listed(reader, path)).items.map(({ id }) => id)).toEqual([
      end.progress.id,
      earlier.progress.id,
    ]);
  });

  it("increments the version of the entry if the displayed progress changes, and the sequence number of the shelf always", async () => {
    const { reader, isbn, path } = await readerOf({ status: "reading" });
    const first = await bookOf(reader, isbn);
    await record(reader, path, { page: 10 });
    const second = await bookOf(reader, isbn);
    expect(second.version).toBe(first.version + 1);
    const seq = (await shelfOf(reader.userId))?.seq ?? 0;
    const { progress } = await record(reader, path, { page: 5, at: "2026-01-01T00:00:00Z" });
    expect((await bookOf(reader, isbn)).version).toBe(second.version);
    expect(await shelfOf(reader.userId)).toEqual({ seq: seq + 1, progress: 2 });
    const row = env.DB.prepare("SELECT seq FROM Progress WHERE user_id = ?1 AND id = ?2");
    expect(await row.bind(reader.userId, progress.id).first("seq")).toBe(seq + 1);
  });

  it("rejects impossible positions and times", async () => {
    const { reader, path } = await readerOf({}, 300);
    const tooFar = await issuesOf(await reader.call("POST", path, { page: 301 }));
    expect(tooFar[0]).toMatchObject({ path: "page", message: expect.stringContaining("300") });
    const at = new Date(Date.now() + DAY + 60_000).toISOString();
    expect((await issuesOf(await reader.call("POST", path, { page: 3, at })))[0]?.path).toBe("at");
    // A leap second cannot be stored as an instant, and is otherwise valid.
    const leap = { page: 3, at: "2016-12-31T23:59:60Z" };
    expect(await issuesOf(await reader.call("POST", path, leap))).toEqual([
      { path: "at", message: expect.stringContaining("2026-03-01T12:00:00Z") },
    ]);
    for (const body of [
      {},
      { page: -1 },
      { page: 1.5 },
      { percent: 100.5 },
      { percent: -1 },
      { minutes: -1 },
      { page: 1, percent: 2 },
      { page: 1, at: "yesterday" },
      { page: 1, id: "a b" },
      { page: 1, note: "a\0" },
    ]) {
      expect((await reader.call("POST", path, body)).status).toBe(400);
    }
    expect((await listed(reader, path)).items).toEqual([]);
    const soon = new Date(Date.now() + DAY - 60_000).toISOString();
    await record(reader, path, { page: 300, at: soon });
  });

  it("records the same id once, and never again after its deletion", async () => {
    const { reader, path } = await readerOf({ status: "reading" });
    const first = await record(reader, path, { id: "from-phone_1", page: 10 });
    const again = await record(reader, path, { id: "from-phone_1", page: 10 });
    expect(again).toEqual(first);
    expect((await listed(reader, path)).items).toHaveLength(1);
    await reader.add({ title: "Another book" });
    const [other] = (await reader.list("?q=another")).books;
    const elsewhere = await reader.call("POST", `/books/${other?.isbn}/progress`, {
      id: "from-phone_1",
      page: 1,
    });
    expect(elsewhere.status).toBe(409);
    expect((await reader.call("DELETE", `${path}/from-phone_1`)).status).toBe(204);
    expect((await reader.call("POST", path, { id: "from-phone_1", page: 10 })).status).toBe(409);
  });

  it("is carried out once per idempotency key", async () => {
    const { reader, path } = await readerOf({ status: "reading" });
    const send = () => reader.call("POST", path, { page: 7 }, { "Idempotency-Key": "seven" });
    const [first, second] = [await send(), await send()];
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
    expect((await second.json<{ data: unknown }>()).data).toEqual(
      (await first.json<{ data: unknown }>()).data,
    );
    expect((await listed(reader, path)).items).toHaveLength(1);
  });

  it("loses none of many simultaneous records", async () => {
    const { reader, isbn, path } = await readerOf({ status: "want_to_read" });
    const pages = Array.from({ length: 8 }, (_, index) => index + 1);
    await Promise.all(
      pages.map((page) =>
        record(reader, path, { page, at: new Date(Date.UTC(2026, 0, page)).toISOString() }),
      ),
    );
    expect((await listed(reader, path)).items.map(({ page }) => page)).toEqual(pages.toReversed());
    expect((await bookOf(reader, isbn)).book).toMatchObject({
      status: "reading",
      readings: [{ startedAt: expect.any(String) as string }],
      progress: { page: 8 },
    });
    expect((await shelfOf(reader.userId))?.progress).toBe(8);
  });

  it("is refused for a book that is not on the shelf, for other users, and without the scope", async () => {
    const { reader, path } = await readerOf();
    const missing = `/books/${isbnOf(699_999)}/progress`;
    expect((await reader.call("POST", missing, { page: 1 })).status).toBe(404);
    expect((await reader.call("GET", missing)).status).toBe(404);
    const stranger = await newReader();
    const foreign = await stranger.call("POST", path, { page: 1 });
    expect(foreign.status).toBe(404);
    expect((await reader.call("POST", "/books/123/progress", { page: 1 })).status).toBe(400);
    expect((await reader.call("GET", `${path}?cursor=x`)).status).toBe(400);
  });
});

describe("changing and deleting progress", () => {
  it("replaces the position, keeps absent fields, and shows the latest progress", async () => {
    const { reader, isbn, path } = await readerOf({ status: "reading" }, 200);
    const old = await record(reader, path, { page: 20, at: "2026-01-01T00:00:00Z" });
    const { progress } = await record(reader, path, { page: 50, note: "x" });
    const changed = await reader.call("PATCH", `${path}/${progress.id}`, { percent: 40 });
    const { data } = await changed.json<{ data: Answer }>();
    const { page: _page, ...rest } = progress;
    expect(data.progress).toEqual({ ...rest, percent: 40, version: progress.version + 1 });
    expect(data.book.progress).toEqual({ percent: 40, at: progress.at });
    const moved = await reader.call("PATCH", `${path}/${progress.id}`, {
      at: "2025-01-01T00:00:00Z",
      note: null,
    });
    const after = (await moved.json<{ data: Answer }>()).data;
    expect(after.progress).not.toHaveProperty("note");
    expect(after.book.progress).toEqual(old.book.progress);
    expect((await bookOf(reader, isbn)).book).toEqual(after.book);
    expect((await reader.call("DELETE", `${path}/${old.progress.id}`)).status).toBe(204);
    expect((await bookOf(reader, isbn)).book.progress?.percent).toBe(40);
    expect((await reader.call("DELETE", `${path}/${progress.id}`)).status).toBe(204);
    expect((await bookOf(reader, isbn)).book).not.toHaveProperty("progress");
    expect((await shelfOf(reader.userId))?.progress).toBe(0);
    expect((await reader.call("DELETE", `${path}/${progress.id}`)).status).toBe(404);
    expect((await reader.call("PATCH", `${path}/${progress.id}`, { page: 1 })).status).toBe(404);
  });

  it("leaves a tombstone without the user's note", async () => {
    const { reader, path } = await readerOf();
    const { progress } = await record(reader, path, { page: 20, note: "secret" });
    await reader.call("DELETE", `${path}/${progress.id}`);
    const row = env.DB.prepare(
      "SELECT page, note, removed_at IS NOT NULL AS removed, seq FROM Progress WHERE user_id = ?1",
    );
    expect(await row.bind(reader.userId).first()).toEqual({
      page: null,
      note: null,
      removed: 1,
      seq: (await shelfOf(reader.userId))?.seq,
    });
  });

  it("checks If-Match, and rejects empty and impossible changes", async () => {
    const { reader, path } = await readerOf({}, 100);
    const created = await reader.call("POST", path, { page: 20 });
    const etag = created.headers.get("ETag") ?? "";
    const { progress } = (await created.json<{ data: Answer }>()).data;
    const at = `${path}/${progress.id}`;
    const patch = (body: object) => reader.call("PATCH", at, body, { "If-Match": etag });
    expect((await patch({ page: 21 })).status).toBe(200);
    const stale = await patch({ page: 22 });
    expect(stale.status).toBe(412);
    expect((await stale.json<{ detail: string }>()).detail).toMatch(/^The progress has changed/);
    expect((await reader.call("DELETE", at, undefined, { "If-Match": etag })).status).toBe(412);
    await issuesOf(await reader.call("PATCH", at, {}));
    await issuesOf(await reader.call("PATCH", at, { page: 101 }));
    await issuesOf(await reader.call("PATCH", at, { page: 1, minutes: 1 }));
  });

  it("pages newest first, and answers 304 while nothing changes", async () => {
    const { reader, path } = await readerOf();
    for (const page of [1, 2, 3, 4, 5]) {
      await record(reader, path, { page, at: new Date(Date.UTC(2026, 0, page % 4)).toISOString() });
    }
    const seen: (number | undefined)[] = [];
    let cursor = "";
    for (;;) {
      const data = await listed(reader, `${path}?limit=2${cursor}`);
      seen.push(...data.items.map(({ page }) => page));
      if (data.nextCursor === undefined) break;
      cursor = `&cursor=${data.nextCursor}`;
    }
    expect(seen.toSorted((one = 0, other = 0) => one - other)).toEqual([1, 2, 3, 4, 5]);
    expect(seen[0]).toBe(3);
    const first = await reader.call("GET", path);
    const again = await reader.call("GET", path, undefined, {
      "If-None-Match": first.headers.get("ETag") ?? "",
    });
    expect(again.status).toBe(304);
  });

  it("goes to the trash with its book and comes back with it", async () => {
    const { reader, isbn, path } = await readerOf({ status: "reading" }, 100);
    const { progress, book } = await record(reader, path, { page: 20, note: "words" });
    expect((await reader.call("DELETE", `/books/${isbn}`)).status).toBe(204);
    expect(await shelfOf(reader.userId)).toMatchObject({ progress: 0 });
    expect((await reader.call("POST", path, { page: 21 })).status).toBe(404);
    const restored = await reader.call("POST", `/trash/${isbn}/restore`);
    expect(restored.status).toBe(200);
    const { data } = await restored.json<{ data: { book: LibraryBook } }>();
    expect(data.book.progress).toEqual(book.progress);
    expect((await bookOf(reader, isbn)).book).toEqual(data.book);
    const { items } = await listed(reader, path);
    expect(items).toEqual([{ ...progress, version: progress.version + 2 }]);
    expect(await shelfOf(reader.userId)).toMatchObject({ progress: 1 });
  });

  it("is deleted when its book leaves the trash permanently", async () => {
    const { reader, isbn, path } = await readerOf();
    await record(reader, path, { page: 20, note: "secret" });
    await reader.call("DELETE", `/books/${isbn}`);
    expect((await reader.call("DELETE", `/trash/${isbn}`)).status).toBe(204);
    const row = env.DB.prepare("SELECT page, note FROM Progress WHERE user_id = ?1");
    expect(await row.bind(reader.userId).first()).toEqual({ page: null, note: null });
    await reader.add({ isbn });
    expect((await listed(reader, path)).items).toEqual([]);
    expect((await bookOf(reader, isbn)).book).not.toHaveProperty("progress");
  });

  it("survives the deletion of its reading", async () => {
    const { reader, isbn, path } = await readerOf();
    const { progress } = await record(reader, path, { page: 20 });
    await reader.call("PATCH", `/books/${isbn}`, { readings: [] });
    expect((await listed(reader, path)).items).toEqual([progress]);
    expect((await bookOf(reader, isbn)).book).not.toHaveProperty("progress");
  });
});
