import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { unguardCell } from "../../src/library/domain/formula.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { queueRow } from "../support/review-queue.ts";

const EVIL = '=HYPERLINK("http://example.com","x")';

let reader: Reader;
let known: LibraryBook;
let own: LibraryBook;

beforeEach(async () => {
  reader = await newReader();
  await inCatalogue({
    isbn: isbnOf(1),
    firstPublicationYear: 1965,
    isbn10: "0000000019",
    title: EVIL,
  });
  known = await reader.add({
    isbn: isbnOf(1),
    status: "paused",
    rating: 3.75,
    review: `@SUM(1)\r\nsecond "line", 日本`,
    notes: "-1",
    tags: ["+tag", "a, b"],
    readings: [{ finishedAt: "2021" }, { startedAt: "2022-01", finishedAt: "2022-02-03" }, {}],
  });
  own = await reader.add({
    title: "Recipes",
    authors: ["Ana Maria Ruiz", "Luz"],
    description: "By hand",
  });
});

const exported = async (format: string): Promise<string> => {
  const response = await reader.call("GET", `/export?format=${format}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Disposition")).toContain(`bookstrack-library.${format}`);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return response.text();
};

/** A strict RFC 4180 parser: every record must be terminated and every quote closed. */
function parseCsv(text: string): Record<string, string>[] {
  const records: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [, quoted, plain, end] = match;
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") records.push([]);
    if (match.index + match[0].length === text.length) break;
  }
  const [header = [], ...rows] = records.slice(0, -1);
  for (const row of rows) expect(row).toHaveLength(header.length);
  return rows.map((row) =>
    Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])),
  );
}

const json = (record: Record<string, string> | undefined, column: string): unknown =>
  JSON.parse(unguardCell(record?.[column] ?? ""));

describe("GET /v1/library/:userId/export", () => {
  it("writes CSV with the columns of Goodreads and those of BooksTrack", async () => {
    const [first, second] = parseCsv(await exported("csv"));
    expect(first).toMatchObject({
      Author: "Frank Herbert",
      "Author l-f": "Herbert, Frank",
      ISBN: "0000000019",
      ISBN13: isbnOf(1),
      "My Rating": "4",
      "Exclusive Shelf": "paused",
      "Date Read": "2022/02/03",
      "Read Count": "3",
      "Original Publication Year": "1965",
      "BooksTrack Id": `isbn:${isbnOf(1)}`,
      "BooksTrack Rating": "3.75",
      "BooksTrack Status": "paused",
      "BooksTrack Book": "",
    });
    expect(unguardCell(first?.Title ?? "")).toBe(EVIL);
    expect(unguardCell(first?.["My Review"] ?? "")).toBe(known.review);
    expect(unguardCell(first?.["Private Notes"] ?? "")).toBe("-1");
    expect(json(first, "BooksTrack Tags")).toEqual(known.tags);
    expect(json(first, "BooksTrack Readings")).toEqual(known.readings);
    expect(second).toMatchObject({
      Title: "Recipes",
      "Additional Authors": "Luz",
      ISBN13: "",
      "My Rating": "0",
      "BooksTrack Id": own.isbn,
    });
    expect(json(second, "BooksTrack Book")).toMatchObject({
      title: "Recipes",
      authors: ["Ana Maria Ruiz", "Luz"],
      description: "By hand",
    });
  });

  it("contains no cell that a spreadsheet would execute", async () => {
    await reader.add({ title: "\tx", authors: ["@a", "=b"], categories: ["-c"] });
    for (const record of parseCsv(await exported("csv"))) {
      for (const cell of Object.values(record)) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
    }
  });

  it("restores the columns of an imported file", async () => {
    const imported = { Binding: "Paperback", "Für wen": "=1", "Original Publication Year": "1963" };
    await env.DB.prepare("UPDATE UserLibrary SET extra = ?2 WHERE user_id = ?1 AND isbn = ?3")
      .bind(reader.userId, JSON.stringify(imported), known.isbn)
      .run();
    const [first, second] = parseCsv(await exported("csv"));
    expect(first).toMatchObject({ ...imported, "Für wen": "'=1" });
    expect(second).toMatchObject({ Binding: "", "Für wen": "" });
  });

  it("writes JSON and NDJSON with every book as in the list", async () => {
    const { books } = await reader.list("?sort=added");
    await queueRow(reader.userId, { id: "r1", title: "Unsure" });
    const whole = JSON.parse(await exported("json")) as {
      books: unknown[];
      reviewQueue: unknown[];
    };
    expect(whole.books).toEqual(books);
    expect(whole.reviewQueue).toMatchObject([
      { id: "r1", title: "Unsure", entry: { rating: 4.5 } },
    ]);
    const lines = (await exported("ndjson")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      ...books.map((book) => ({ type: "book", ...book })),
      expect.objectContaining({ type: "review", id: "r1" }),
    ]);
    const record = parseCsv(await exported("csv")).at(-1);
    expect(json(record, "BooksTrack Review Queue")).toEqual(whole.reviewQueue[0]);
  });

  it("exports the user's own details of a book that the catalogue now has", async () => {
    const details = { title: "My Dune", authors: ["Me"], pageCount: 3 };
    await reader.add({ isbn: isbnOf(2), ...details });
    const before = parseCsv(await exported("csv")).at(-1)?.["BooksTrack Book"];
    await inCatalogue({ isbn: isbnOf(2), title: "Dune" });
    const record = parseCsv(await exported("csv")).at(-1);
    expect(record).toMatchObject({ Title: "Dune", "BooksTrack Book": before });
    expect(json(record, "BooksTrack Book")).toEqual(details);
    const { books } = JSON.parse(await exported("json")) as { books: object[] };
    expect(books.at(-1)).toMatchObject({ title: "Dune", confirmed: true, own: details });
    expect(books[0]).not.toHaveProperty("own");
    const lines = (await exported("ndjson")).trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ type: "book", ...books.at(-1) });
  });

  it("writes an empty library", async () => {
    reader = await newReader();
    expect(JSON.parse(await exported("json"))).toEqual({ books: [], reviewQueue: [] });
    expect(await exported("ndjson")).toBe("");
    expect(parseCsv(await exported("csv"))).toEqual([]);
  });

  it("continues after the first page", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
       INSERT INTO UserLibrary (user_id, isbn, added_at) SELECT ?1, 'local-n' || i, i / 100 FROM n`,
    )
      .bind(reader.userId)
      .run();
    const { books } = JSON.parse(await exported("json")) as { books: { isbn: string }[] };
    expect(new Set(books.map(({ isbn }) => isbn)).size).toBe(452);
    expect(books).toHaveLength(452);
  });

  it("rejects other formats", async () => {
    const response = await reader.call("GET", "/export?format=xlsx");
    expect(response.status).toBe(400);
  });
});
