import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Book } from "../../contract/catalogue.ts";
import type { BatchResult, LoadedBook } from "../../contract/local-catalogue.ts";
import { serviceOf } from "../../src/service.ts";
import { emptyCatalogue, fillCatalogue } from "../support/catalogue.ts";
import { faultsOf } from "../support/openapi.ts";

const ADMIN_TOKEN = "the-token-of-the-operator-in-this-test";
const LOAD = "0123456789abcdef";
const isbnOf = (number: number): string =>
  ["9780441172719", "9783453317178", "9780593098233"][number] ?? "";

let asked: string[];

beforeEach(async () => {
  asked = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return Response.json({ docs: [] });
  });
  vi.spyOn(console, "log").mockReturnValue();
  await emptyCatalogue();
  await env.DB.prepare("DELETE FROM CatalogueLoads").run();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A fresh isolate. */
function isolate(bindings: Record<string, unknown> = {}) {
  const given = { ...env, ADMIN_TOKEN, ...bindings } as Env;
  const app = serviceOf(given).app();
  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = {
      "Content-Type": "application/x-ndjson",
      Authorization: `Bearer ${ADMIN_TOKEN}`,
    };
    const request = new Request(`http://bookstrack.test${path}`, {
      ...init,
      headers: path.startsWith("/admin") ? headers : {},
    });
    const response = await app.fetch(request, given, createExecutionContext());
    const [name = ""] = path.split("?");
    expect(await faultsOf(init.method ?? "GET", name, response)).toEqual([]);
    return response;
  };
}

const book = (number: number, fields: Partial<LoadedBook> = {}): LoadedBook => ({
  isbn: isbnOf(number),
  title: `Loaded ${number}`,
  authors: ["Ann Lee"],
  categories: [],
  at: "2020-01-01T00:00:00.000Z",
  ...fields,
});

function post(
  call: ReturnType<typeof isolate>,
  batch: number,
  lines: readonly unknown[],
  last = false,
): Promise<Response> {
  return call(`/admin/catalogue?load=${LOAD}&batch=${batch}${last ? "&last=1" : ""}`, {
    method: "POST",
    body: lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
  });
}

const titles = async (): Promise<unknown[]> =>
  (await env.DB.prepare("SELECT title, version FROM Books ORDER BY isbn").all()).results;

describe("POST /admin/catalogue", () => {
  it("stores each batch once, in order, even if batches are sent again", async () => {
    const call = isolate();
    const first = await post(call, 0, [book(0), book(1)]);
    expect(await first.json<BatchResult>()).toMatchObject({
      created: 2,
      updated: 0,
      unchanged: 0,
      nextBatch: 1,
      books: 2,
      completed: false,
      isLimited: false,
    });
    const again = await post(call, 0, [book(0, { title: "Other" }), book(1)]);
    expect(await again.json<BatchResult>()).toMatchObject({ created: 0, books: 2 });
    const gap = await post(call, 2, [book(2)]);
    expect(gap.status).toBe(409);
    expect(await gap.json()).toMatchObject({ detail: "The next batch of this load is 1." });
    expect((await post(call, 1, [book(2)], true)).status).toBe(200);
    const state = await call(`/admin/catalogue?load=${LOAD}`);
    expect(await state.json()).toMatchObject({ nextBatch: 2, books: 3, completed: true });
    expect(await titles()).toHaveLength(3);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM BookSearch").first("n")).toBe(3);
  });

  it("stores a batch once when it is sent twice at the same time", async () => {
    const call = isolate();
    const answers = await Promise.all([0, 0, 0].map((batch) => post(call, batch, [book(0)])));
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const state = await call(`/admin/catalogue?load=${LOAD}`);
    expect(await state.json()).toMatchObject({ nextBatch: 1, books: 1 });
  });

  it("keeps a newer answer of the same provider, and writes no unchanged row", async () => {
    const call = isolate();
    const newer = {
      sources: [
        {
          provider: "openlibrary",
          fetchedAt: "2026-01-01T00:00:00.000Z",
          fields: ["title", "authors"],
        },
      ],
      updatedAt: "2026-01-01T00:00:00.000Z",
    };
    await fillCatalogue({ isbn: isbnOf(0), title: "Newer", authors: ["Bo Ek"], ...newer });
    const response = await post(call, 0, [book(0, { binding: "Paperback" }), book(1)]);
    expect(await response.json()).toMatchObject({ created: 1, updated: 0, unchanged: 1 });
    const stored = await env.DB.prepare(
      "SELECT canonical_metadata AS json FROM Books WHERE isbn = ?1",
    )
      .bind(isbnOf(0))
      .first<string>("json");
    const kept = JSON.parse(stored ?? "") as Record<string, unknown>;
    expect(kept).toMatchObject({ title: "Newer", authors: ["Bo Ek"] });
    expect(kept).not.toHaveProperty("binding");
    await env.DB.prepare("DELETE FROM CatalogueLoads").run();
    const again = await post(call, 0, [book(0, { binding: "Paperback" }), book(1)]);
    expect(await again.json()).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
  });

  it("writes neither books nor checkpoint when the transaction fails", async () => {
    const db = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: (statements: D1PreparedStatement[]) =>
        env.DB.batch([...statements, env.DB.prepare("INSERT INTO Books (isbn) VALUES (NULL)")]),
    } as unknown as D1Database;
    expect((await post(isolate({ DB: db }), 0, [book(0)])).status).toBe(503);
    expect(await titles()).toEqual([]);
    expect((await post(isolate(), 0, [book(0)])).status).toBe(200);
  });

  it("stops at MAX_DB_BYTES with a clear message", async () => {
    const response = await post(isolate({ MAX_DB_BYTES: "1" }), 0, [book(0)]);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: "LIMIT_REACHED",
      detail: expect.stringContaining("MAX_DB_BYTES is 1") as unknown,
    });
    expect(await titles()).toEqual([]);
  });

  it.each([
    ["{", "Line 1 is not JSON."],
    [{ ...book(0), isbn: "1" }, "Line 1 isbn"],
    [{ ...book(0), at: "yesterday" }, "Line 1 at"],
  ])("refuses the line %j", async (line, detail) => {
    const response = await post(isolate(), 0, [line]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining(detail) as unknown,
    });
    expect(await titles()).toEqual([]);
  });
});

it("after a complete load, lookups and searches of its books call no provider", async () => {
  const call = isolate();
  await post(call, 0, [book(0), book(1), book(2)], true);
  for (const number of [0, 1, 2]) {
    const response = await call(`/v1/search/isbn?isbn=${isbnOf(number)}`);
    const { data } = await response.json<{ data: { book: Book } }>();
    expect(data.book.title).toBe(`Loaded ${number}`);
    expect(response.headers.get("X-Cache-Source")).toContain("state=fresh");
  }
  const found = await call("/v1/search/title?q=loaded+1");
  const { data } = await found.json<{ data: { books: Book[] } }>();
  expect(data.books.map(({ title }) => title)).toEqual(["Loaded 1"]);
  expect(asked).toEqual([]);
});
