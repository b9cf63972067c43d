import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { MOVE_STATEMENTS } from "../../src/library/storage/edition-moves.ts";
import { imported, rowsOf } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { ended } from "../support/imports.ts";
import { call } from "../support/http.ts";
import { bearer } from "../support/accounts.ts";

const OLD = isbnOf(8001);
const NEW = isbnOf(8002);
const NEWER = isbnOf(8003);
const ENTRY = {
  status: "reading",
  rating: 4.5,
  review: "Sand.",
  notes: "mine",
  tags: ["sf", "desert"],
  readings: [{ finishedAt: "2019-02" }, { startedAt: "2024-05-01" }],
  format: "paperback",
  owned: true,
  location: "Hall",
  loan: { to: "Ann" },
  ownSeries: [{ name: "Dune", position: "1" }],
} as const;

let reader: Reader;
let openLibrary: ReturnType<typeof openLibraryInPlace>;

beforeEach(async () => {
  openLibrary = openLibraryInPlace();
  await restDesks();
  await inCatalogue({ isbn: OLD, title: "Dune", pageCount: 500 });
  await inCatalogue({ isbn: NEW, title: "Dune (new)", pageCount: 400 });
  await inCatalogue({ isbn: NEWER, title: "Dune (newer)" });
  // The provider shows that it works by having the books of the catalogue.
  for (const isbn of [OLD, NEW, NEWER]) openLibrary.say(isbn, { title: "Dune" });
  reader = await newReader();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const move = (from: string, isbn: unknown, headers: Record<string, string> = {}) =>
  reader.call("POST", `/books/${from}/edition`, { isbn }, headers);
const bookOf = async (response: Response): Promise<LibraryBook> => {
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json<{ data: { book: LibraryBook } }>()).data.book;
};
const found = async (isbn: string): Promise<LibraryBook> =>
  bookOf(await reader.call("GET", `/books/${isbn}`));
const refusalOf = async (response: Response) => {
  const { code, detail } = await response.json<{ code: string; detail: string }>();
  return { status: response.status, code, detail };
};
const rowsOfUser = async (table: string, isbn: string): Promise<number> =>
  (await env.DB.prepare(`SELECT count(*) AS rows FROM ${table} WHERE user_id = ?1 AND isbn = ?2`)
    .bind(reader.userId, isbn)
    .first<number>("rows")) ?? 0;

describe("moving an entry to another edition", () => {
  it("keeps everything it has, readings and progress with their ids", async () => {
    const before = await reader.add({ isbn: OLD, ...ENTRY });
    await reader.call("POST", `/books/${OLD}/progress`, { page: 100 });
    const moved = await bookOf(await move(OLD, NEW));
    expect(moved).toMatchObject({
      ...ENTRY,
      isbn: NEW,
      title: "Dune (new)",
      readings: before.readings,
      addedAt: before.addedAt,
      progress: { page: 100, percent: 25 },
    });
    expect(await found(NEW)).toEqual(moved);
    expect((await reader.list()).books).toEqual([moved]);
    expect((await reader.call("GET", `/books/${OLD}`)).status).toBe(404);
    const progress = await reader.call("GET", `/books/${NEW}/progress`);
    expect(await progress.json()).toMatchObject({ data: { items: [{ page: 100 }] } });
    for (const table of ["UserLibrary", "Readings", "Tags", "UserBooks"]) {
      expect([table, await rowsOfUser(table, OLD)]).toEqual([table, 0]);
    }
  });

  it("gives an ISBN to a book without one, which keeps the user's details", async () => {
    const own = await reader.add({ title: "Dune", authors: ["Frank Herbert"], rating: 5 });
    const moved = await bookOf(await move(own.isbn, NEW));
    expect(moved).toMatchObject({ isbn: NEW, title: "Dune (new)", rating: 5, confirmed: true });
    const unknown = "9780306406157";
    const other = await reader.add({ title: "Zine", authors: ["Me"] });
    const described = await bookOf(await move(other.isbn, unknown));
    expect(described).toMatchObject({ isbn: unknown, title: "Zine", confirmed: false });
  });

  it("looks up an edition that the catalogue lacks, and returns 404 if no provider has it", async () => {
    await reader.add({ isbn: OLD });
    openLibrary.say("9780140328721", { title: "Fantastic Mr. Fox" });
    expect(await refusalOf(await move(OLD, isbnOf(8099)))).toMatchObject({
      status: 404,
      code: "BOOK_NOT_FOUND",
    });
    expect(await bookOf(await move(OLD, "0140328726"))).toMatchObject({
      isbn: "9780140328721",
      title: "Fantastic Mr. Fox",
    });
  });

  it("leaves a tombstone in the old place, with the sequence number of the same write", async () => {
    await reader.add({ isbn: OLD });
    await bookOf(await move(OLD, NEW));
    const { results } = await env.DB.prepare(
      `SELECT isbn, seq FROM RemovedEntries WHERE user_id = ?1
       UNION ALL SELECT isbn, seq FROM UserLibrary WHERE user_id = ?1`,
    )
      .bind(reader.userId)
      .all<{ isbn: string; seq: number }>();
    expect(results.map(({ isbn }) => isbn)).toEqual([OLD, NEW]);
    expect(new Set(results.map(({ seq }) => seq)).size).toBe(1);
    expect(await bookOf(await move(NEW, OLD))).toMatchObject({ isbn: OLD });
    expect(await rowsOfUser("RemovedEntries", OLD)).toBe(0);
  });

  it("is refused if the shelf or the trash has the other edition, and changes nothing", async () => {
    const before = await reader.add({ isbn: OLD, rating: 5 });
    await reader.add({ isbn: NEW, rating: 1 });
    const onShelf = await refusalOf(await move(OLD, NEW));
    expect(onShelf).toMatchObject({ status: 409, code: "CONFLICT" });
    expect(onShelf.detail).toContain("already on the shelf");
    await reader.call("DELETE", `/books/${NEW}`);
    const inTrash = await refusalOf(await move(OLD, NEW));
    expect(inTrash).toMatchObject({ status: 409, code: "CONFLICT" });
    expect(inTrash.detail).toContain("in the trash");
    expect(await found(OLD)).toEqual(before);
    expect((await reader.call("POST", `/trash/${NEW}/restore`)).status).toBe(200);
  });

  it("refuses the same edition, an invalid ISBN, a missing book and another user's book", async () => {
    await reader.add({ isbn: OLD });
    expect(await refusalOf(await move(OLD, OLD))).toMatchObject({ code: "INVALID_REQUEST" });
    expect(await refusalOf(await move(OLD, "123"))).toMatchObject({ code: "INVALID_ISBN" });
    expect(await refusalOf(await move(OLD, 1))).toMatchObject({ code: "INVALID_REQUEST" });
    expect(await refusalOf(await move(NEWER, NEW))).toMatchObject({ status: 404 });
    const { token } = await newReader();
    const foreign = await call(`/v1/library/${reader.userId}/books/${OLD}/edition`, {
      method: "POST",
      headers: { ...bearer(token), "Content-Type": "application/json" },
      body: JSON.stringify({ isbn: NEW }),
    });
    expect(foreign.status).toBe(403);
    expect(await found(OLD)).toMatchObject({ isbn: OLD });
  });

  it("obeys If-Match, and the old ETag does not match the moved entry", async () => {
    await reader.add({ isbn: OLD });
    const etag = (await reader.call("GET", `/books/${OLD}`)).headers.get("ETag") ?? "";
    await reader.call("PATCH", `/books/${OLD}`, { rating: 2 });
    expect((await move(OLD, NEW, { "If-Match": etag })).status).toBe(412);
    await bookOf(await move(OLD, NEW));
    const late = await reader.call("PATCH", `/books/${NEW}`, { rating: 3 }, { "If-Match": etag });
    expect(late.status).toBe(412);
  });

  it("happens once for a request that is sent twice", async () => {
    await reader.add({ isbn: OLD });
    const key = { "Idempotency-Key": "move-1" };
    const first = await bookOf(await move(OLD, NEW, key));
    const again = await move(OLD, NEW, key);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await bookOf(again)).toEqual(first);
    const other = await refusalOf(await move(OLD, NEWER, key));
    expect(other).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
  });

  it("and a concurrent change both take effect, whichever is first", async () => {
    await reader.add({ isbn: OLD, notes: "n" });
    const [change, moved] = await Promise.all([
      reader.call("PATCH", `/books/${OLD}`, { rating: 5 }),
      move(OLD, NEW),
    ]);
    expect(moved.status).toBe(200);
    const { rating } = await found(NEW);
    expect([change.status, rating]).toEqual(change.status === 200 ? [200, 5] : [404, undefined]);
  });
});

describe("an import that names the old edition", () => {
  const row = (isbn: string, entry: object = { rating: 3 }) => ({ isbn, title: "Dune", entry });

  it("changes the entry in its new place, even after further moves", async () => {
    await reader.add({ isbn: OLD });
    await bookOf(await move(OLD, NEW));
    await bookOf(await move(NEW, NEWER));
    const { jobId } = await imported({ userId: reader.userId, rows: [row(OLD), row(NEW)] });
    const outcomes = (await rowsOf(jobId)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["updated", "unchanged"]);
    const { books } = await reader.list();
    expect(books).toMatchObject([{ isbn: NEWER, rating: 3 }]);
  });

  it("changes the entry in the old place if the user has one there again", async () => {
    await reader.add({ isbn: OLD });
    await bookOf(await move(OLD, NEW));
    await reader.add({ isbn: OLD });
    await imported({ userId: reader.userId, rows: [row(OLD)] });
    expect(await found(OLD)).toMatchObject({ rating: 3 });
    expect(await found(NEW)).not.toHaveProperty("rating");
  });

  it("leaves a moved entry in the trash", async () => {
    await reader.add({ isbn: OLD });
    await bookOf(await move(OLD, NEW));
    await reader.call("DELETE", `/books/${NEW}`);
    await imported({ userId: reader.userId, rows: [row(OLD)] });
    expect((await reader.list()).total).toBe(0);
  });

  it("is undone without the entry that the user has moved since", async () => {
    const { jobId } = await imported({ userId: reader.userId, rows: [row(OLD), row(NEWER)] });
    await bookOf(await move(OLD, NEW));
    const undo = await call(`/api/v2/imports/${jobId}/undo`, {
      method: "POST",
      headers: bearer(reader.token),
    });
    expect(undo.status).toBe(202);
    await ended(jobId, ({ state }) => state === "undone");
    expect((await reader.list()).books).toMatchObject([{ isbn: NEW, rating: 3 }]);
  });
});

it.each(Object.entries(MOVE_STATEMENTS))(
  "%s finds what it moves by an index",
  async (_name, sql) => {
    const count = Math.max(...[...sql.matchAll(/\?(\d+)/g)].map(([, digits]) => Number(digits)));
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array.from({ length: count }, () => "{}"))
      .all<{ detail: string }>();
    const steps = results.map(({ detail }) => detail);
    const scans = steps.filter((step) =>
      /^SCAN (?!CONSTANT ROW|\(subquery|.*VIRTUAL TABLE)/.test(step),
    );
    expect(scans).toEqual([]);
  },
);
