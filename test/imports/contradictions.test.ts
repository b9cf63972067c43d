import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { call } from "../support/http.ts";
import { ended } from "../support/imports.ts";
import { isbnOf, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { accepted, sendFile } from "../support/uploads.ts";

const ISBN = isbnOf(80_000_001);
const COLUMNS = "Title,Author,ISBN13,Publisher,My Review,Bookshelves";

/** A reader whose file has words of his own for the book in every column. */
async function readerWhoSays(word: string): Promise<Reader> {
  const reader = await newReader();
  const row = [`${word} title`, `${word} Author`, ISBN, `${word} Press`, `${word} review`, word];
  const response = await sendFile(reader, `${COLUMNS}\n${row.join(",")}`);
  const job = await ended((await accepted(response)).jobId);
  expect(job).toMatchObject({ state: "completed", enrichment: { notFound: 1 } });
  return reader;
}

beforeEach(async () => {
  openLibraryInPlace();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

it("two files that contradict each other about a book nobody knows stay apart", async () => {
  const readers = new Map([
    ["Hers", await readerWhoSays("Hers")],
    ["His", await readerWhoSays("His")],
  ]);
  for (const [word, reader] of readers) {
    const other = word === "Hers" ? "His" : "Hers";
    const { books } = await reader.list();
    expect(books).toMatchObject([
      {
        isbn: ISBN,
        title: `${word} title`,
        authors: [`${word} Author`],
        publisher: `${word} Press`,
        review: `${word} review`,
        tags: [word],
        confirmed: false,
      },
    ]);
    const shown = [
      await reader.call("GET", `/books/${ISBN}`),
      await reader.call("GET", "/export?format=json"),
      await reader.call("GET", "/stats"),
      await reader.call("GET", "/review-queue"),
      await reader.call("GET", `?q=${other}`),
    ];
    for (const response of shown) {
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(new RegExp(`${other} |"${other}"`));
    }
  }
  for (const table of ["Books", "BookSearch"]) {
    const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
    expect(JSON.stringify(results)).not.toMatch(/Hers|His/);
  }
  expect(await env.DB.prepare("SELECT 1 FROM Books WHERE isbn = ?1").bind(ISBN).first()).toBeNull();
  const lookup = await call(`/v1/search/isbn?isbn=${ISBN}`);
  expect(await lookup.json()).toMatchObject({ data: { book: null } });
  const search = await call("/v1/search/title?q=Hers+title");
  expect(await search.text()).not.toMatch(/Hers title|His title/);
});
