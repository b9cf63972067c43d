import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { call } from "../support/http.ts";
import { ended } from "../support/imports.ts";
import { isbnOf, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { accepted, sendFile } from "../support/uploads.ts";

const ISBN = isbnOf(80_000_001);
const COLUMNS = "Title,Author,ISBN13,Publisher,My Review,Bookshelves";

/** Creates a user and imports a file with a distinct value for the book in every column. */
async function userWithWords(word: string): Promise<Reader> {
  const user = await newReader();
  const row = [`${word} title`, `${word} Author`, ISBN, `${word} Press`, `${word} review`, word];
  const response = await sendFile(user, `${COLUMNS}\n${row.join(",")}`);
  const job = await ended((await accepted(response)).jobId);
  expect(job).toMatchObject({ state: "completed", enrichment: { notFound: 1 } });
  return user;
}

beforeEach(async () => {
  openLibraryInPlace();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

it("keeps contradicting descriptions of an unknown book private to their users", async () => {
  const users = new Map([
    ["Alpha", await userWithWords("Alpha")],
    ["Beta", await userWithWords("Beta")],
  ]);
  for (const [word, user] of users) {
    const other = word === "Alpha" ? "Beta" : "Alpha";
    const { books } = await user.list();
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
    const responses = [
      await user.call("GET", `/books/${ISBN}`),
      await user.call("GET", "/export?format=json"),
      await user.call("GET", "/stats"),
      await user.call("GET", "/review-queue"),
      await user.call("GET", `?q=${other}`),
    ];
    for (const response of responses) {
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(new RegExp(`${other} |"${other}"`));
    }
  }
  for (const table of ["Books", "BookSearch"]) {
    const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
    expect(JSON.stringify(results)).not.toMatch(/Alpha|Beta/);
  }
  expect(await env.DB.prepare("SELECT 1 FROM Books WHERE isbn = ?1").bind(ISBN).first()).toBeNull();
  const lookup = await call(`/v1/search/isbn?isbn=${ISBN}`);
  expect(await lookup.json()).toMatchObject({ data: { book: null } });
  const search = await call("/v1/search/title?q=Alpha+title");
  expect(await search.text()).not.toMatch(/Alpha title|Beta title/);
});
