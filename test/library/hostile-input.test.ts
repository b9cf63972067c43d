import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { call } from "../support/http.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";

const DUNE = "9780441172719";

let reader: Reader;

beforeAll(async () => {
  await inCatalogue({ isbn: DUNE });
});
beforeEach(async () => {
  reader = await newReader();
  await reader.add({ isbn: DUNE, review: "first" });
});

const stored = async (): Promise<LibraryBook> => {
  const response = await reader.call("GET", `/books/${DUNE}`);
  return (await response.json<{ data: { book: LibraryBook } }>()).data.book;
};

describe("stores exactly", () => {
  it.each([
    "'; DROP TABLE UserLibrary; --",
    '=HYPERLINK("http://example.com")',
    "👩‍👩‍👧‍👦 und e\u0301 und \u202Eabc\u202C und \uFEFF",
    "line\r\nline\u2028line\u0001",
    "𝒳".repeat(50_000),
    "\uFDFA".repeat(100_000),
    "ế".normalize("NFD").repeat(30_000),
  ])("text %#", async (text) => {
    const response = await reader.call("PATCH", `/books/${DUNE}`, { review: text, notes: text });
    expect(response.status).toBe(200);
    expect(await stored()).toMatchObject({ review: text, notes: text });
  });

  it("tags in the user's spelling, without duplicates", async () => {
    await reader.call("PATCH", `/books/${DUNE}`, {
      tags: ["  a  b ", "A B", "Cafe\u0301", "__proto__", "' OR 1=1"],
    });
    expect((await stored()).tags).toEqual(["a b", "Café", "__proto__", "' OR 1=1"]);
  });

  it("dates in the future", async () => {
    const readings = [{ startedAt: "2099-01", finishedAt: "9999-12-31" }];
    await reader.call("PATCH", `/books/${DUNE}`, { readings });
    expect((await stored()).readings).toMatchObject(readings);
  });

  it("a body with a byte order mark, and U+FFFD", async () => {
    const response = await call(`/v1/library/${reader.userId}/books/${DUNE}`, {
      method: "PATCH",
      headers: {
        Authorization: `Bearer ${reader.token}`,
        "Content-Type": "application/json; charset=utf-8",
      },
      body: '\uFEFF{"review":"\uFFFD\u{1F4DA}"}',
    });
    expect(response.status).toBe(200);
    expect((await stored()).review).toBe("\uFFFD\u{1F4DA}");
  });
});

describe("rejects", () => {
  it.each([
    [{ review: "a\0b" }, "review"],
    [{ notes: "\uD800" }, "notes"],
    [{ review: "x".repeat(100_001) }, "review"],
    [{ review: 7 }, "review"],
    [{ rating: "5" }, "rating"],
    [{ rating: 0 }, "rating"],
    [{ rating: -1 }, "rating"],
    [{ rating: 5.25 }, "rating"],
    [{ rating: 4.3 }, "rating"],
    [{ status: "read" }, "status"],
    [{ status: ["reading"] }, "status"],
    [{ tags: "sf" }, "tags"],
    [{ tags: [" "] }, "tags.0"],
    [{ tags: ["x".repeat(101)] }, "tags.0"],
    [{ tags: Array.from({ length: 101 }, (_, index) => `t${index}`) }, "tags"],
    [{ readings: [{ startedAt: "2023-02-29" }] }, "readings.0.startedAt"],
    [{ readings: [{ startedAt: "0000" }] }, "readings.0.startedAt"],
    [{ readings: [{ finishedAt: "2023-1-1" }] }, "readings.0.finishedAt"],
    [{ readings: [{ startedAt: "2024-05", finishedAt: "2023" }] }, "readings.0.finishedAt"],
    [{ readings: [null] }, "readings.0"],
  ])("change %#", async (change, path) => {
    const response = await reader.call("PATCH", `/books/${DUNE}`, change);
    const text = await response.text();
    expect([response.status, text.slice(0, 200)]).toEqual([400, expect.any(String)]);
    expect(JSON.parse(text)).toMatchObject({ code: "INVALID_REQUEST", issues: [{ path }] });
    expect((await stored()).review).toBe("first");
  });

  it.each(["[]", "null", "7", "{", '"x"', ""])("the body %s", async (body) => {
    const response = await reader.call("PATCH", `/books/${DUNE}`, body);
    expect(response.status).toBe(400);
  });

  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const gzipped = async (text: string) =>
    new Uint8Array(
      await new Response(
        new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
      ).arrayBuffer(),
    );

  it.each([
    ["Latin-1", "application/json; charset=iso-8859-1", () => bytes('{"review":"caf\xe9"}')],
    ["a truncated character", "application/json", () => bytes('{"review":"caf\xc3')],
    ["a surrogate as bytes", "application/json", () => bytes('{"review":"\xed\xa0\x80"}')],
    ["gzip", "application/json", () => gzipped('{"review":"packed"}')],
  ])("%s, which is not UTF-8, instead of storing something else", async (_what, type, body) => {
    const response = await call(`/v1/library/${reader.userId}/books/${DUNE}`, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${reader.token}`, "Content-Type": type },
      body: await body(),
    });
    expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([
      400,
      expect.stringContaining("UTF-8"),
    ]);
    expect((await stored()).review).toBe("first");
  });

  it("a review of a megabyte, and names the field", async () => {
    const body = { review: "x".repeat(1024 * 1024) };
    const response = await reader.call("PATCH", `/books/${DUNE}`, body);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ issues: [expect.objectContaining({ path: "review" })] }),
    ]);
  });

  it("a body of more than 2 MB", async () => {
    const body = { review: "x".repeat(2_100_000) };
    const response = await reader.call("PATCH", `/books/${DUNE}`, body);
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      413,
      "PAYLOAD_TOO_LARGE",
    ]);
  });

  it.each([
    [{}, "INVALID_REQUEST"],
    [{ isbn: 9_780_441_172_719 }, "INVALID_REQUEST"],
    [{ isbn: "9780441172718" }, "INVALID_ISBN"],
    [{ isbn: "local-x" }, "INVALID_ISBN"],
    [{ title: " " }, "INVALID_REQUEST"],
    [{ title: "a\0" }, "INVALID_REQUEST"],
    [{ title: "a", authors: "b" }, "INVALID_REQUEST"],
    [{ title: "a", authors: [], pageCount: -4 }, "INVALID_REQUEST"],
  ])("adding %j", async (request, code) => {
    const response = await reader.call("POST", "/books", request);
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([400, code]);
  });

  const SQL = encodeURIComponent("' OR 1=1 --");

  it.each([
    ["GET", `/books/${SQL}`],
    ["PATCH", `/books/${SQL}`],
    ["DELETE", `/books/${SQL}`],
    ["GET", "/books/9780441172710"],
    ["GET", `?status=${SQL}`],
    ["GET", `?rating=${SQL}`],
    ["GET", `?year=${SQL}`],
    ["GET", `?finishedYear=${SQL}`],
    ["GET", `?sort=${SQL}`],
    ["GET", `?limit=${SQL}`],
    ["GET", `?cursor=${SQL}`],
    ["GET", `/top-rated?year=${SQL}`],
    ["GET", `/stats?year=${SQL}`],
    ["GET", `/facets?format=${SQL}`],
    ["GET", `?addedFrom=${SQL}`],
    ["GET", `?language=${SQL}`],
    ["GET", `?sort=year&from=${SQL}`],
    ["GET", `/export?format=${SQL}`],
    ["GET", `/review-queue?limit=${SQL}`],
    ["GET", `/review-queue?cursor=${SQL}`],
    ["GET", "?limit=0"],
    ["GET", "?limit=201"],
    ["GET", "?limit=1.5"],
    ["GET", "?rating=-1"],
    ["GET", "?rating=NaN"],
  ])("%s %s", async (method, path) => {
    const response = await reader.call(
      method,
      path,
      method === "PATCH" ? { rating: 5 } : undefined,
    );
    expect(response.status).toBe(400);
  });

  it("unknown users and unknown rows", async () => {
    const authorization = { Authorization: `Bearer ${reader.token}` };
    const foreign = await call(`/v1/library/${SQL}`, { headers: authorization });
    expect(foreign.status).toBe(403);
    expect((await reader.call("DELETE", `/review-queue/${SQL}`)).status).toBe(404);
    const resolved = await reader.call("POST", `/review-queue/${SQL}/resolve`, { keep: true });
    expect(resolved.status).toBe(404);
  });

  it("no unknown fields or parameters, but ignores them", async () => {
    const change = { rating: 3, unknown: "' OR 1=1 --", constructor: { prototype: 1 }, addedAt: 1 };
    const response = await reader.call(
      "PATCH",
      `/books/${DUNE}?unknown=1`,
      `{"__proto__":{"rating":1},${JSON.stringify(change).slice(1)}`,
    );
    expect(response.status).toBe(200);
    expect(await stored()).toMatchObject({ rating: 3, review: "first" });
    expect((await reader.call("GET", "?unknown=1&limit=10")).status).toBe(200);
  });

  it("no search text, whatever it contains", async () => {
    for (const text of [SQL, "%00", "%F0%9F%93%9A", "%25%5F", "x".repeat(300), "%ED%A0%80"]) {
      for (const name of ["q", "tag"]) {
        const response = await reader.call("GET", `?${name}=${text}`);
        expect([name, text, response.status]).toEqual([name, text, 200]);
      }
    }
  });
});
