import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { queueRow } from "../support/review-queue.ts";

const DUNE = "9780441172719";
/** No provider has this book. */
const UNKNOWN = "9780306406157";
/** No provider is available for this book. */
const OUTAGE = "9780261103573";

let reader: Reader;

beforeEach(async () => {
  const openLibrary = openLibraryInPlace();
  openLibrary.say(OUTAGE, "500");
  await restDesks();
  reader = await newReader();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const bookOf = async (response: Response): Promise<LibraryBook> =>
  (await response.json<{ data: { book: LibraryBook } }>()).data.book;
const problemOf = (response: Response) =>
  response.json<{ code: string; issues?: { path: string }[] }>();
const patch = (id: string, body: object) => reader.call("PATCH", `/books/${id}`, body);

describe("a book with the user's own details", () => {
  it.each([UNKNOWN, OUTAGE])("is shelved unconfirmed under its ISBN %s", async (isbn) => {
    const details = { title: "Own print", authors: ["Me"], publisher: "Mine", rating: 4 };
    const response = await reader.call("POST", "/books", { isbn, ...details });
    expect(response.status).toBe(201);
    expect(await bookOf(response)).toMatchObject({ isbn, ...details, confirmed: false });
    expect((await reader.list("?q=own print")).books).toHaveLength(1);
  });

  it("is rejected without a title", async () => {
    const given = { authors: ["Me"], publisher: "Mine" };
    const unknown = await reader.call("POST", "/books", { isbn: UNKNOWN, ...given });
    expect([unknown.status, (await problemOf(unknown)).code]).toEqual([404, "BOOK_NOT_FOUND"]);
    const outage = await reader.call("POST", "/books", { isbn: OUTAGE, ...given });
    expect([outage.status, (await problemOf(outage)).code]).toEqual([503, "PROVIDERS_UNAVAILABLE"]);
    expect(await reader.list()).toMatchObject({ total: 0 });
  });

  it("has the catalogue's details while the catalogue has it, and the user's own otherwise", async () => {
    await reader.add({ isbn: UNKNOWN, title: "Own print", authors: ["Me"] });
    await inCatalogue({ isbn: UNKNOWN, title: "Known print" });
    const current = async () => bookOf(await reader.call("GET", `/books/${UNKNOWN}`));
    expect(await current()).toMatchObject({ title: "Known print", confirmed: true });
    await env.DB.prepare("DELETE FROM Books WHERE isbn = ?1").bind(UNKNOWN).run();
    expect(await current()).toMatchObject({ title: "Own print", confirmed: false });
  });

  it("is changed by the given fields when it is added again", async () => {
    await reader.add({ isbn: UNKNOWN, title: "Own print", authors: ["Me"], pageCount: 9 });
    await reader.call("POST", "/books", { isbn: UNKNOWN, title: "Better", publisher: "Mine" });
    const [book] = (await reader.list()).books;
    expect(book).toMatchObject({
      title: "Better",
      authors: ["Me"],
      publisher: "Mine",
      pageCount: 9,
    });
  });

  it("without an ISBN is found by its original title and authors after these were changed", async () => {
    const zine = { title: "Zine", authors: ["Kim"] };
    const { isbn } = await reader.add(zine);
    await patch(isbn, { title: "Zine, revised" });
    const again = await reader.call("POST", "/books", { ...zine, pageCount: 12 });
    expect(again.status).toBe(200);
    expect(await bookOf(again)).toMatchObject({ isbn, title: "Zine, revised", pageCount: 12 });
  });
});

describe("PATCH of book details", () => {
  it("changes an unconfirmed book and its sort keys and search text", async () => {
    const { isbn } = await reader.add({ title: "Zine", authors: ["Kim"], publisher: "Mine" });
    await reader.add({ title: "Middle" });
    const response = await patch(isbn, {
      title: "A Zine",
      authors: null,
      publisher: null,
      publishedDate: "2019-05",
      rating: 5,
    });
    expect(response.status).toBe(200);
    const book = await bookOf(response);
    expect(book).toMatchObject({
      title: "A Zine",
      authors: [],
      publishedDate: "2019-05",
      rating: 5,
    });
    expect(book).not.toHaveProperty("publisher");
    expect((await reader.list("?sort=title")).books[0]).toEqual(book);
    expect((await reader.list("?year=2019&q=a zine")).total).toBe(1);
    expect((await reader.list("?q=kim")).total).toBe(0);
  });

  it("creates a new version for If-Match", async () => {
    const { isbn } = await reader.add({ title: "Zine" });
    const etag = (await reader.call("GET", `/books/${isbn}`)).headers.get("ETag") ?? "";
    const change = (title: string) =>
      reader.call("PATCH", `/books/${isbn}`, { title }, { "If-Match": etag });
    expect([(await change("One")).status, (await change("Two")).status]).toEqual([200, 412]);
  });

  it.each([
    { title: null },
    { title: " " },
    { title: "a\0b" },
    { authors: "Kim" },
    { authors: [""] },
    { pageCount: -1 },
    { pageCount: "12" },
    { publishedDate: "May 2003" },
    { publishedDate: "2003-13" },
    { publishedDate: "2003-02-30" },
    { publishedDate: "0000" },
    { language: "eng" },
    { description: "x".repeat(20_001) },
  ])("rejects %j", async (body) => {
    const { isbn } = await reader.add({ title: "Zine", authors: ["Kim"] });
    const response = await patch(isbn, body);
    expect([response.status, (await problemOf(response)).code]).toEqual([400, "INVALID_REQUEST"]);
    expect((await reader.list()).books[0]).toMatchObject({ title: "Zine", authors: ["Kim"] });
  });

  it("rejects details that differ from the catalogue's and accepts equal ones", async () => {
    await inCatalogue({ isbn: DUNE });
    const book = await reader.add({ isbn: DUNE });
    const refused = await patch(DUNE, { title: "Dune II", authors: book.authors, rating: 1 });
    expect(refused.status).toBe(400);
    expect((await problemOf(refused)).issues).toMatchObject([{ path: "title" }]);
    const whole = await patch(DUNE, { ...book, rating: 4 });
    expect(await bookOf(whole)).toMatchObject({ title: "Dune", rating: 4 });
  });

  it("adds details to an entry without any", async () => {
    await inCatalogue({ isbn: DUNE });
    await reader.add({ isbn: DUNE });
    await env.DB.prepare("DELETE FROM Books WHERE isbn = ?1").bind(DUNE).run();
    expect(await bookOf(await patch(DUNE, { authors: ["Frank Herbert"] }))).toMatchObject({
      title: DUNE,
      authors: ["Frank Herbert"],
      confirmed: false,
    });
  });

  it("is invisible to other users", async () => {
    await reader.add({ isbn: UNKNOWN, title: "Secret" });
    await patch(UNKNOWN, { title: "More secret" });
    const other = await newReader();
    expect((await other.call("GET", `/books/${UNKNOWN}`)).status).toBe(404);
    await other.add({ isbn: UNKNOWN, title: "Other" });
    expect((await other.list()).books).toMatchObject([{ title: "Other" }]);
    expect((await reader.list()).books).toMatchObject([{ title: "More secret" }]);
  });
});

describe("a waiting row resolved as an edition without provider data", () => {
  const resolve = (id: string, isbn: string) =>
    reader.call("POST", `/review-queue/${id}/resolve`, { isbn });
  const waiting = async () =>
    (await (await reader.call("GET", "/review-queue")).json<{ data: { total: number } }>()).data
      .total;

  it.each([UNKNOWN, OUTAGE])("has the details of the row: %s", async (isbn) => {
    await queueRow(reader.userId, { id: `row-${isbn}`, title: "Zine 4", authors: ["Kim"] });
    const response = await resolve(`row-${isbn}`, isbn);
    expect(response.status).toBe(200);
    expect(await bookOf(response)).toMatchObject({
      isbn,
      title: "Zine 4",
      authors: ["Kim"],
      rating: 4.5,
      confirmed: false,
    });
    expect(await waiting()).toBe(0);
  });

  it.each([
    [UNKNOWN, 404],
    [OUTAGE, 503],
  ])("remains in the queue without a title: %s", async (isbn, status) => {
    await queueRow(reader.userId, { id: `untitled-${isbn}` });
    expect((await resolve(`untitled-${isbn}`, isbn)).status).toBe(status);
    expect(await waiting()).toBe(1);
  });

  it("keeps the user's own details of a book", async () => {
    await reader.add({ isbn: UNKNOWN, title: "Mine", authors: ["Me"] });
    await queueRow(reader.userId, { id: "mine", title: "Theirs" });
    expect(await bookOf(await resolve("mine", UNKNOWN))).toMatchObject({ title: "Mine" });
  });
});
