import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Book } from "../../contract/catalogue.ts";
import { serviceOf } from "../../src/service.ts";
import { defined } from "../../src/platform/defined.ts";
import { newAccount } from "../support/accounts.ts";
import { aBook } from "../support/books.ts";
import { emptyCatalogue, fillCatalogue as fill } from "../support/catalogue.ts";
import { call } from "../support/http.ts";
import { faultsOf } from "../support/openapi.ts";

const TITLE = "/v1/search/title";

let asked: URL[];
let docs: object[] | "down";

beforeEach(async () => {
  asked = [];
  docs = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    asked.push(new URL(input instanceof Request ? input.url : String(input)));
    return docs === "down" ? new Response("oops", { status: 404 }) : Response.json({ docs });
  });
  vi.spyOn(console, "log").mockReturnValue();
  await emptyCatalogue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Found {
  success: true;
  data: {
    books: (Book & { onShelf?: object | null })[];
    resultCount: number;
    nextCursor?: string;
    partial?: true;
  };
}

/** A fresh isolate with some bindings replaced, and one caller. */
function isolate(bindings: Record<string, unknown>) {
  const given = { ...env, ...bindings } as Env;
  const app = serviceOf(given).app();
  return async (path: string): Promise<Response> => {
    const headers = { "CF-Connecting-IP": "192.0.2.77" };
    const request = new Request(`http://bookstrack.test${path}`, { headers });
    const response = await app.fetch(request, given, createExecutionContext());
    expect(await faultsOf("GET", path.split("?")[0] ?? "", response)).toEqual([]);
    return response;
  };
}

const get = (path: string, query: Record<string, string>) =>
  call(`${path}?${new URLSearchParams(query).toString()}`);

async function found(path: string, query: Record<string, string>): Promise<Found["data"]> {
  const response = await get(path, query);
  expect(response.status).toBe(200);
  return (await response.json<Found>()).data;
}

const titlesOf = ({ books }: Found["data"]): string[] => books.map(({ title }) => title);

describe("GET /v1/search/title", () => {
  it("returns complete books in the v1 envelope, and queries no provider if there are enough", async () => {
    await fill(...Array.from({ length: 5 }, (_, index) => ({ title: `Dune ${index}` })));
    const response = await get(TITLE, { q: "dune" });
    const body = await response.json<Found>();
    expect(body).toMatchObject({
      success: true,
      data: { resultCount: 5 },
      metadata: { timestamp: expect.any(String) },
    });
    expect(body.data.books[0]).toEqual(
      aBook({ isbn: "9780000000000", authors: [], title: "Dune 0" }),
    );
    expect(body.data).not.toHaveProperty("nextCursor");
    expect(body.data).not.toHaveProperty("partial");
    expect(asked).toEqual([]);
  });

  it("accepts title as an alias of q, and rejects both with different words", async () => {
    await fill({ title: "Dune" });
    expect(titlesOf(await found(TITLE, { title: "dune" }))).toEqual(["Dune"]);
    expect(titlesOf(await found(TITLE, { title: "dune", q: "dune" }))).toEqual(["Dune"]);
    const both = await get(TITLE, { title: "dune", q: "emma" });
    expect(both.status).toBe(400);
    expect(await both.json()).toMatchObject({ issues: [{ path: "title" }] });
  });

  it("finds the book of an ISBN, in either form", async () => {
    await fill({ title: "Dune", isbn: "9780441172719" });
    for (const q of ["0-441-17271-7", "9780441172719"]) {
      expect(titlesOf(await found(TITLE, { q }))).toEqual(["Dune"]);
    }
    expect(asked).toEqual([]);
  });

  it("groups the editions of a work, shows the one on the caller's shelf, and paginates by work", async () => {
    const editions = (workId: string | undefined, title: string, first: number) => [
      { isbn: String(first), title, authors: ["Ann Lee"], ...defined({ workId }) },
      {
        isbn: String(first + 1),
        title: `${title}: A Novel`,
        authors: ["Ann Lee"],
        pageCount: 9,
        description: "x",
        ...defined({ workId }),
      },
    ];
    await fill(
      ...editions("OL1W", "Silent River", 9_780_000_000_100),
      ...editions(undefined, "Silent Road", 9_780_000_000_200),
      { isbn: "9780000000300", title: "Other words", authors: ["Bo Ek"], workId: "OL1W" },
      ...Array.from({ length: 4 }, (_, index) => ({ title: `Silent ${index}` })),
    );
    await env.DB.prepare("UPDATE Books SET work_id = canonical_metadata ->> '$.workId'").run();
    const { books } = await found(TITLE, { q: "silent", works: "1" });
    expect(books).toHaveLength(6);
    expect(books.find(({ title }) => title.startsWith("Silent River"))).toMatchObject({
      isbn: "9780000000101",
      editionCount: 3,
    });
    expect(books.find(({ title }) => title.startsWith("Silent Road"))).toMatchObject({
      isbn: "9780000000201",
      editionCount: 2,
    });
    const plain = await found(TITLE, { q: "silent" });
    expect(plain.books).toHaveLength(8);
    expect(plain.books.every((book) => !("editionCount" in book))).toBe(true);

    const first = await found(TITLE, { q: "silent", works: "1", limit: "5" });
    const next = await found(TITLE, {
      q: "silent",
      works: "1",
      limit: "5",
      cursor: first.nextCursor ?? "",
    });
    expect([...first.books, ...next.books].map(({ isbn }) => isbn)).toEqual(
      books.map(({ isbn }) => isbn),
    );

    const { userId, token } = await newAccount();
    await env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn) VALUES (?1, '9780000000100')")
      .bind(userId)
      .run();
    const own = await call(`${TITLE}?q=silent&works=1`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(own.headers.get("Cache-Control")).toBe("private, no-store");
    expect(own.headers.get("Vary")).toContain("Authorization");
    const { data } = await own.json<Found>();
    expect(data.books.map(({ isbn }) => isbn)).toContain("9780000000100");
    const invalid = await call(`${TITLE}?q=silent`, { headers: { Authorization: "Bearer no" } });
    expect(invalid.status).toBe(401);
  });

  it("shows what is on the caller's shelf, only with a valid token", async () => {
    const edition = { authors: ["Ann Lee"], workId: "OL9W" };
    await fill(
      { isbn: "9780000000400", title: "Quiet Lake", ...edition },
      { isbn: "9780000000408", title: "Stiller See", ...edition },
      { isbn: "9780000000402", title: "Quiet Lake and others", authors: ["Bo Ek"] },
      ...Array.from({ length: 4 }, (_, index) => ({ title: `Quiet ${index}` })),
    );
    await env.DB.prepare("UPDATE Books SET work_id = canonical_metadata ->> '$.workId'").run();
    const { userId, token } = await newAccount();
    const other = await newAccount();
    const shelved = "INSERT INTO UserLibrary (user_id, isbn, status) VALUES (?1, ?2, ?3)";
    await env.DB.batch([
      env.DB.prepare(shelved).bind(userId, "9780000000408", "reading"),
      env.DB.prepare(shelved).bind(userId, "9780000000402", null),
    ]);
    const shown = async (path: string, authorization?: string) => {
      const headers = authorization === undefined ? {} : { Authorization: authorization };
      const response = await call(path, { headers });
      const { data } = await response.json<Found>();
      const hits = data.books.filter(({ title }) => !/\d$/.test(title));
      return { response, hits: hits.map(({ isbn, onShelf }) => [isbn, onShelf]) };
    };
    const reading = { isbn: "9780000000408", status: "reading" };
    for (const path of [`${TITLE}?q=quiet`, "/v1/search/advanced?title=quiet"]) {
      const own = await shown(path, `Bearer ${token}`);
      expect(own.response.headers.get("Cache-Control")).toBe("private, no-store");
      expect(own.response.headers.get("Vary")).toContain("Authorization");
      expect(Object.fromEntries(own.hits)).toEqual({
        "9780000000400": reading,
        "9780000000402": { isbn: "9780000000402" },
      });
      const grouped = await shown(`${path}&works=1`, `Bearer ${token}`);
      expect(Object.fromEntries(grouped.hits)).toMatchObject({ "9780000000408": reading });
      const theirs = await shown(path, `Bearer ${other.token}`);
      expect(theirs.hits.map(([, onShelf]) => onShelf)).toEqual([null, null]);
      const anonymous = await shown(path);
      expect(anonymous.hits.map(([, onShelf]) => onShelf)).toEqual([undefined, undefined]);
      const invalid = await call(path, { headers: { Authorization: "Bearer no" } });
      expect(invalid.status).toBe(401);
    }
    const byIsbn = await shown(`${TITLE}?q=9780000000408`, `Bearer ${token}`);
    expect(byIsbn.hits).toEqual([["9780000000408", reading]]);
    const lookup = "/v1/search/isbn?isbn=9780000000408";
    const answers = ["Bearer no", `Bearer ${token}`].map((authorization) =>
      call(lookup, { headers: { Authorization: authorization } }),
    );
    for (const response of await Promise.all(answers)) {
      expect(response.status).toBe(200);
      expect(response.headers.get("Vary") ?? "").not.toContain("Authorization");
      expect(await response.text()).not.toContain("onShelf");
    }
  });

  it("pages through the books by cursor, each book once", async () => {
    await fill(...Array.from({ length: 45 }, (_, index) => ({ title: `Same ${index}` })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await found(TITLE, { q: "same", ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.books.map(({ isbn }) => isbn));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(45);
    expect(new Set(seen).size).toBe(45);
  });

  it("returns Open Library's results when the catalogue has too few, without storing them", async () => {
    await fill({ title: "Dune", isbn: "9780441172719" });
    docs = [
      { title: "Dune", isbn: ["9780441172719"], author_name: ["Frank Herbert"] },
      { title: "Dune Messiah", isbn: ["9780593098233"], author_name: ["Frank Herbert"] },
    ];
    const data = await found(TITLE, { q: "Dune" });
    expect(titlesOf(data)).toEqual(["Dune", "Dune Messiah"]);
    expect(data.books[1]).toMatchObject({
      isbn: "9780593098233",
      authors: ["Frank Herbert"],
      provider: "openlibrary",
    });
    expect(asked[0]?.searchParams.get("q")).toBe("dune");
    expect(await env.DB.prepare("SELECT count(*) AS n FROM Books").first("n")).toBe(1);
    await found(TITLE, { q: "Dune" });
    expect(asked).toHaveLength(1);
  });

  it("is shorter and marked as partial when the providers are down", async () => {
    await fill({ title: "Emma" });
    docs = "down";
    const data = await found(TITLE, { q: "emma" });
    expect(titlesOf(data)).toEqual(["Emma"]);
    expect(data.partial).toBe(true);
  });

  it("returns 503 when D1 is unavailable, whatever the providers have", async () => {
    const broken = {
      prepare: () => statement,
      batch: () => Promise.reject(new Error("unavailable")),
    };
    const statement = {
      bind: () => statement,
      all: () => Promise.reject(new Error("unavailable")),
    };
    const search = isolate({ DB: broken });
    const response = await search(`${TITLE}?q=dune`);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
    expect(await response.json()).toMatchObject({ code: "DATABASE_UNAVAILABLE", retryable: true });
    expect(asked).toEqual([]);
  });

  it("counts as a search by its caller, and as a miss if it queries providers", async () => {
    const search = isolate({ RATE_LIMITS: JSON.stringify({ search: 3, misses: 1 }) });
    const first = await search(`${TITLE}?q=one`);
    expect(first.headers.get("X-RateLimit-Remaining")).toBe("2");
    expect((await first.json<Found>()).data).toEqual({ books: [], resultCount: 0 });
    const second = await search(`${TITLE}?q=two`);
    expect((await second.json<Found>()).data).toEqual({ books: [], resultCount: 0, partial: true });
    expect(asked).toHaveLength(1);
    await search(`${TITLE}?q=three`);
    expect((await search(`${TITLE}?q=four`)).status).toBe(429);
  });
});

describe("GET /v1/search/advanced", () => {
  it("searches each field for its own words", async () => {
    await fill(
      { title: "1984", authors: ["George Orwell"] },
      { title: "Orwell", authors: ["Raymond Williams"] },
    );
    const path = "/v1/search/advanced";
    expect(titlesOf(await found(path, { author: "orwell" }))).toEqual(["1984"]);
    expect(titlesOf(await found(path, { title: "orwell" }))).toEqual(["Orwell"]);
    expect(titlesOf(await found(path, { title: "1984", author: "orw" }))).toEqual(["1984"]);
    expect(asked.at(-1)?.searchParams.get("title")).toBe("1984");
  });

  it("requires a title or an author", async () => {
    const response = await get("/v1/search/advanced", { limit: "5" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "INVALID_REQUEST",
      issues: [{ path: "title" }, { path: "author" }],
    });
  });
});

describe("invalid input", () => {
  it.each([
    [{}, "q", "is required"],
    [{ q: "" }, "q", "must contain a letter or digit"],
    [{ q: "!?*" }, "q", "must contain a letter or digit"],
    [{ title: "\u0000" }, "title", "must contain a letter or digit"],
    [{ q: "x".repeat(5000) }, "q", "must have at most 300 characters; got 5000"],
    [{ q: "a ".repeat(41) }, "q", "must have at most 40 words; got 41"],
    [{ q: "dune", limit: "0" }, "limit", "from 1 to 50"],
    [{ q: "dune", limit: "51" }, "limit", "from 1 to 50"],
    [{ q: "dune", limit: "-1" }, "limit", "from 1 to 50"],
    [{ q: "dune", limit: "1.5" }, "limit", "from 1 to 50"],
    [{ q: "dune", limit: "ten" }, "limit", "from 1 to 50"],
    [{ q: "dune", limit: "" }, "limit", "from 1 to 50"],
  ])("%j: the problem is about %s", async (query, path, message) => {
    const response = await get(TITLE, query);
    expect(response.status).toBe(400);
    const problem = await response.json();
    expect(problem).toMatchObject({ code: "INVALID_REQUEST", issues: [{ path }] });
    expect(JSON.stringify(problem)).toContain(message);
    expect(asked).toEqual([]);
  });

  it.each(["x", "", "s1.00000000.20.9780441172719", "\u0000", "9".repeat(4000)])(
    "the cursor %j",
    async (cursor) => {
      const response = await get(TITLE, { q: "dune", cursor });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "INVALID_CURSOR" });
    },
  );
});

describe("hostile input", () => {
  // Only one search may query the providers; more would only wait for their rate limits.
  const search = isolate({ RATE_LIMITS: JSON.stringify({ search: 0, misses: 1 }) });

  it.each([
    '"',
    '""',
    '"dune',
    "dune\"'",
    "*",
    "dune*",
    "*dune",
    "NEAR(",
    "NEAR(a b, 5)",
    "AND",
    "dune AND",
    "NOT dune",
    "(((",
    "title:dune",
    "{title authors} : dune",
    "^dune",
    "- dune",
    "a+b",
    "dune\u0000messiah",
    "\u0001\u001f\u007f",
    "'; DROP TABLE Books; --",
    "%",
    "_",
    "\\",
    "a\u0301\u0327".repeat(40),
    "\u0301",
    "😀",
    "👩‍👩‍👧‍👦 dune",
    "三体",
    "한국어",
    "العربية",
    "ﷺ",
    "\u202edune",
    "\ue000",
    "\ufffe",
    "𝒹𝓊𝓃𝑒",
    "a".repeat(300),
    "a ".repeat(40),
    "三".repeat(300),
    "ـ",
    "%00",
    "%ff",
    "\ud800",
    "0",
    "null",
    "[]",
    "{}",
  ])("%j returns a result", async (typed) => {
    await fill({ title: "Dune" });
    for (const query of [`q=${encode(typed)}`, `title=${encode(typed)}&limit=1`]) {
      const response = await search(`${TITLE}?${query}`);
      expect([200, 400]).toContain(response.status);
    }
    const response = await search(`/v1/search/advanced?author=${encode(typed)}`);
    expect([200, 400]).toContain(response.status);
  });

  it.each(["q=%ff%fe", "q=%", "q=%E0%A4%A", "q=dune&q=emma", "q[]=dune", "Q=dune"])(
    "?%s returns a result",
    async (query) => {
      expect([200, 400]).toContain((await search(`${TITLE}?${query}`)).status);
    },
  );
});

function encode(typed: string): string {
  return new URLSearchParams({ x: typed }).toString().slice(2);
}
