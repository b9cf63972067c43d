import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

const DUNE = "9780441172719";

let reader: Reader;
let openLibrary: ReturnType<typeof openLibraryInPlace>;

beforeEach(async () => {
  openLibrary = openLibraryInPlace();
  await restDesks();
  await inCatalogue({ isbn: DUNE });
  reader = await newReader();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const dataOf = async <Data>(response: Response): Promise<Data> =>
  (await response.json<{ data: Data }>()).data;
const bookOf = async (response: Response): Promise<LibraryBook> =>
  (await dataOf<{ book: LibraryBook }>(response)).book;
const problemOf = (response: Response) =>
  response.json<{ code: string; issues?: { path: string }[]; providersChecked?: string[] }>();
const today = (): string => new Date().toISOString().slice(0, 10);

describe("POST /v1/library/:userId/books", () => {
  it("shelves a catalogue book, by default as want_to_read", async () => {
    const response = await reader.call("POST", "/books", { isbn: "0-441-17271-7" });
    expect(response.status).toBe(201);
    const { added, book } = await dataOf<{ added: boolean; book: LibraryBook }>(response);
    expect(added).toBe(true);
    expect(book).toMatchObject({
      isbn: DUNE,
      title: "Dune",
      status: "want_to_read",
      tags: [],
      readings: [],
      confirmed: true,
    });
    expect(book).not.toHaveProperty("rating");
    expect(response.headers.get("ETag")).toMatch(/^"\d+-[0-9a-f]{32}"$/);
    expect(openLibrary.calls).toHaveLength(0);
  });

  it("stores every field exactly", async () => {
    const fields = {
      status: "completed",
      rating: 3.25,
      review: 'Ein <b>Satz</b>\r\n"zitiert" 📚 مرحبا',
      notes: "lent to Zoë",
      tags: ["Sci-Fi", "to own"],
      readings: [{ startedAt: "2019", finishedAt: "2020-02" }, {}],
    };
    await reader.call("POST", "/books", { isbn: DUNE, ...fields, unknown: { field: 1 } });
    const response = await reader.call("GET", `/books/${DUNE}`);
    expect(await bookOf(response)).toMatchObject(fields);
  });

  it("changes an existing entry by the given fields and answers 200", async () => {
    await reader.add({ isbn: DUNE, status: "reading", rating: 4, review: "good" });
    const response = await reader.call("POST", "/books", { isbn: DUNE, rating: 5 });
    expect(response.status).toBe(200);
    const { added, book } = await dataOf<{ added: boolean; book: LibraryBook }>(response);
    expect(added).toBe(false);
    expect(book).toMatchObject({ status: "reading", rating: 5, review: "good" });
  });

  it("looks up a book that the catalogue lacks", async () => {
    openLibrary.say("9780140328721", { title: "Fantastic Mr. Fox" });
    const book = await reader.add({ isbn: "9780140328721" });
    expect(book).toMatchObject({ title: "Fantastic Mr. Fox", confirmed: true });
    expect((await reader.list()).books).toHaveLength(1);
  });

  it("answers 404 when no provider knows the book, and 503 when none is available", async () => {
    const unknown = await reader.call("POST", "/books", { isbn: "9780306406157" });
    expect(unknown.status).toBe(404);
    expect(await problemOf(unknown)).toMatchObject({
      code: "BOOK_NOT_FOUND",
      providersChecked: ["openlibrary"],
    });
    openLibrary.say("9780261103573", "500");
    const outage = await reader.call("POST", "/books", { isbn: "9780261103573" });
    expect([outage.status, (await problemOf(outage)).code]).toEqual([503, "PROVIDERS_UNAVAILABLE"]);
    expect(await reader.list()).toMatchObject({ total: 0 });
  });

  it("shelves an unknown book with the user's own details, unconfirmed", async () => {
    const book = await reader.add({ isbn: isbnOf(77), title: "Own print", authors: ["Me"] });
    expect(book).toMatchObject({ title: "Own print", provider: "import", confirmed: false });
    const other = await newReader();
    const refused = await other.call("POST", "/books", { isbn: isbnOf(77) });
    expect(refused.status).toBe(404);
  });

  it("shelves a book without an ISBN once, under a local id", async () => {
    const request = { title: "Grandmother's recipes", authors: ["Ana"], rating: 5 };
    const book = await reader.add(request);
    expect(book.isbn).toMatch(/^local-[0-9a-f]{32}$/);
    expect(book).toMatchObject({ ...request, confirmed: false, categories: [] });
    const again = await reader.call("POST", "/books", request);
    expect(again.status).toBe(200);
    const got = await reader.call("GET", `/books/${book.isbn}`);
    expect(await bookOf(got)).toMatchObject(request);
  });

  it("creates one entry for two simultaneous requests", async () => {
    const answers = await Promise.all([
      reader.call("POST", "/books", { isbn: DUNE, rating: 4 }),
      reader.call("POST", "/books", { isbn: DUNE, review: "twice" }),
    ]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 201]);
    const { books } = await reader.list();
    expect(books).toHaveLength(1);
    expect(books[0]).toMatchObject({ rating: 4, review: "twice" });
  });

  it("creates one entry for many simultaneous requests and rejects none", async () => {
    const adds = Array.from({ length: 25 }, () => reader.call("POST", "/books", { isbn: DUNE }));
    const statuses = (await Promise.all(adds)).map(({ status }) => status);
    expect(statuses.sort((a, b) => b - a)).toEqual([201, ...Array.from({ length: 24 }, () => 200)]);
    expect(await reader.list()).toMatchObject({ total: 1 });
  });
});

describe("PATCH /v1/library/:userId/books/:isbn", () => {
  it("sets given fields, clears null fields and keeps the rest", async () => {
    await reader.add({ isbn: DUNE, rating: 4, review: "x", notes: "y", tags: ["a"] });
    const response = await reader.call("PATCH", `/books/${DUNE}`, {
      rating: null,
      review: "better",
      status: null,
    });
    expect(response.status).toBe(200);
    const book = await bookOf(response);
    expect(book).toMatchObject({ review: "better", notes: "y", tags: ["a"] });
    expect(book).not.toHaveProperty("rating");
    expect(book).not.toHaveProperty("status");
    expect(await bookOf(await reader.call("GET", `/books/${DUNE}`))).toEqual(book);
  });

  it("dates the reading when the status changes", async () => {
    await reader.add({ isbn: DUNE });
    const move = async (status: string) =>
      (await bookOf(await reader.call("PATCH", `/books/${DUNE}`, { status }))).readings;
    const [started, ...others] = await move("reading");
    expect([started, ...others]).toEqual([{ id: expect.any(String), startedAt: today() }]);
    expect(await move("completed")).toEqual([{ ...started, finishedAt: today() }]);
    expect(await move("reading")).toHaveLength(2);
    expect(await move("paused")).toHaveLength(2);
  });

  it("answers 404 for a book that is not on the shelf, and 400 without a change", async () => {
    const missing = await reader.call("PATCH", `/books/${DUNE}`, { rating: 5 });
    expect([missing.status, (await problemOf(missing)).code]).toEqual([404, "NOT_FOUND"]);
    await reader.add({ isbn: DUNE });
    for (const body of [{}, { title: "Dune II" }]) {
      expect((await reader.call("PATCH", `/books/${DUNE}`, body)).status).toBe(400);
    }
  });

  it("applies each of many simultaneous changes", async () => {
    await reader.add({ isbn: DUNE });
    const changes = Array.from({ length: 25 }, (_, n) =>
      reader.call("PATCH", `/books/${DUNE}`, { notes: `note ${n}` }),
    );
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("is consistent with a simultaneous delete", async () => {
    await reader.add({ isbn: DUNE });
    const [change, removal] = await Promise.all([
      reader.call("PATCH", `/books/${DUNE}`, { rating: 5, tags: ["t"], readings: [{}] }),
      reader.call("DELETE", `/books/${DUNE}`),
    ]);
    expect(removal.status).toBe(204);
    expect([200, 404]).toContain(change.status);
    expect(await reader.list()).toMatchObject({ total: 0 });
    for (const table of ["Tags", "Readings", "UserBooks"]) {
      const rows = await env.DB.prepare(`SELECT * FROM ${table} WHERE user_id = ?1`)
        .bind(reader.userId)
        .all();
      expect(rows.results).toEqual([]);
    }
  });
});

describe("GET and DELETE of one book", () => {
  it("removes a book once", async () => {
    await reader.add({ isbn: DUNE });
    expect((await reader.call("DELETE", `/books/${DUNE}`)).status).toBe(204);
    expect((await reader.call("DELETE", `/books/${DUNE}`)).status).toBe(404);
    expect((await reader.call("GET", `/books/${DUNE}`)).status).toBe(404);
  });

  it("keeps an entry whose catalogue row is deleted", async () => {
    await reader.add({ isbn: DUNE, rating: 4 });
    await env.DB.prepare("DELETE FROM Books WHERE isbn = ?1").bind(DUNE).run();
    const { books } = await reader.list();
    expect(books).toMatchObject([{ isbn: DUNE, rating: 4, confirmed: false }]);
  });
});
