import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookSchema } from "../../../contract/catalogue.ts";
import { mangled } from "../../../test/support/mangled.ts";
import { googleBooks, readRefusal, readVolumes, volumesToBooks } from "./google-books.ts";
import type { Fetch } from "./http.ts";
import { runs } from "../../../test/support/properties.ts";

const ISBN = "9780306406157";
const OTHER = "9791090636071";
const providerBook = bookSchema.omit({ provider: true, sources: true, updatedAt: true });

function volume(
  identifier: string,
  type = "ISBN_13",
): { id: string; volumeInfo: Record<string, unknown> } {
  return {
    id: `id-${identifier}`,
    volumeInfo: {
      title: "The Lighthouse Ledger",
      authors: ["Mira Quill"],
      publishedDate: "2003-05",
      description: "<p>Salt &amp; light.</p>",
      pageCount: 312,
      categories: ["Fiction / Literary"],
      language: "en-GB",
      imageLinks: {
        thumbnail: "http://books.google.com/books/content?id=a&zoom=1&edge=curl&source=gbs_api",
      },
      industryIdentifiers: [{ type, identifier }],
    },
  };
}

function volumes(...items: unknown[]): unknown {
  return { kind: "books#volumes", totalItems: items.length, items };
}

describe("readVolumes", () => {
  it("finds the volume with the requested ISBN, not the first", () => {
    const answer = readVolumes(ISBN, volumes(volume(OTHER), volume(ISBN)));
    expect(answer).toMatchObject({
      kind: "found",
      book: { isbn: ISBN, identifiers: { googleBooks: `id-${ISBN}` } },
    });
  });

  it("finds it by its ISBN-10", () => {
    expect(readVolumes(ISBN, volumes(volume("0306406152", "ISBN_10")))).toMatchObject({
      kind: "found",
    });
  });

  it.each([
    ["nothing, without items", { kind: "books#volumes", totalItems: 0 }],
    ["nothing, with items", { totalItems: 0, items: [] }],
    ["nothing, with items null", { totalItems: 0, items: null }],
    ["another edition", volumes(volume(OTHER))],
    [
      "a volume without identifiers",
      volumes({ id: "x", volumeInfo: { title: "The Lighthouse Ledger" } }),
    ],
    ["the number under another kind", volumes(volume(ISBN, "OTHER"))],
    [
      "a volume without a title",
      volumes({ ...volume(ISBN), volumeInfo: { industryIdentifiers: [ISBN] } }),
    ],
    ["strings for volumes", volumes("x", null)],
  ])("%s is absent", (_what, body) => {
    expect(readVolumes(ISBN, body)).toEqual({ kind: "absent" });
  });

  it.each([
    ["null", null],
    ["a list", []],
    ["an empty object", {}],
    ["an error with status 200", { error: { code: 503 } }],
    ["an object for items", { totalItems: 1, items: {} }],
    ["a string for items", { totalItems: 0, items: "none" }],
  ])("%s is a bad answer", (_what, body) => {
    expect(readVolumes(ISBN, body)).toEqual({ kind: "failed", reason: "bad_answer" });
  });

  it("accepts a total without its items provisionally", () => {
    expect(readVolumes(ISBN, { totalItems: 1 })).toEqual({ kind: "absent", unproven: true });
  });

  it("yields a valid book or none, whatever the response", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), mangled(volumes(volume(OTHER), volume(ISBN)))),
        (body) => {
          const answer = readVolumes(ISBN, body);
          const books = answer.kind === "found" ? [answer.book] : [];
          for (const book of [...books, ...(volumesToBooks(body) ?? [])]) {
            expect(providerBook.safeParse(book).error).toBeUndefined();
          }
        },
      ),
      { numRuns: runs(100) },
    );
  });
});

describe("readRefusal", () => {
  const quota = (limit: string) => ({
    error: {
      code: 429,
      message: `Quota exceeded for quota metric 'Queries' and limit '${limit}'.`,
      errors: [{ reason: "rateLimitExceeded" }],
    },
  });

  it("makes no call for an hour when the daily quota is used up", () => {
    const body = quota("Queries per day");
    expect(readRefusal({ kind: "refused", status: 429, retryAfterMs: 5000, body })).toStrictEqual({
      kind: "failed",
      reason: "rate_limited",
      status: 429,
      retryAfterMs: 3_600_000,
    });
  });

  it.each(["dailyLimitExceeded", "dailyLimitExceededUnreg"])(
    "recognises the daily quota by %s with 403",
    (reason) => {
      const body = { error: { code: 403, errors: [{ reason }] } };
      expect(readRefusal({ kind: "refused", status: 403, body })).toMatchObject({
        reason: "rate_limited",
        retryAfterMs: 3_600_000,
      });
    },
  );

  it("treats a short limit as short", () => {
    const body = quota("Queries per minute");
    expect(readRefusal({ kind: "refused", status: 429, retryAfterMs: 5000, body })).toMatchObject({
      retryAfterMs: 5000,
    });
    expect(readRefusal({ kind: "refused", status: 429, body })).not.toHaveProperty("retryAfterMs");
    const old = { error: { errors: [{ reason: "userRateLimitExceeded" }] } };
    expect(readRefusal({ kind: "refused", status: 403, body: old })).toStrictEqual({
      kind: "failed",
      reason: "rate_limited",
      status: 403,
    });
  });

  it("does not treat an unknown location as a limit", () => {
    const body = { error: { code: 403, errors: [{ reason: "unknownLocation" }] } };
    expect(readRefusal({ kind: "refused", status: 403, body })).toStrictEqual({
      kind: "failed",
      reason: "access_denied",
      status: 403,
    });
  });

  it.each([
    [
      400,
      {
        error: {
          message: "API key not valid. Please pass a valid API key.",
          errors: [{ reason: "badRequest" }],
        },
      },
    ],
    [400, { error: { details: [{ reason: "API_KEY_INVALID" }] } }],
    [400, { error: { message: "API key expired. Please renew the API key." } }],
    [403, { error: { errors: [{ reason: "accessNotConfigured" }] } }],
    [403, { error: { errors: [{ reason: "keyInvalid" }] } }],
    [401, undefined],
  ])("knows a bad key by %d with %j", (status, body) => {
    expect(readRefusal({ kind: "refused", status, body })).toMatchObject({
      reason: "access_denied",
      status,
    });
  });

  it("does not mistake another bad request for a bad key", () => {
    const body = { error: { message: "Invalid value for maxResults." } };
    expect(readRefusal({ kind: "refused", status: 400, body })).toMatchObject({
      reason: "http_error",
    });
  });

  it("does not need a body", () => {
    expect(readRefusal({ kind: "refused", status: 503, body: undefined })).toStrictEqual({
      kind: "failed",
      reason: "http_error",
      status: 503,
    });
    expect(readRefusal({ kind: "refused", status: 429, body: null })).toMatchObject({
      reason: "rate_limited",
    });
  });
});

describe("googleBooks", () => {
  function answering(body: unknown, init?: ResponseInit): { fetch: Fetch; asked: URL[] } {
    const asked: URL[] = [];
    const fetch: Fetch = async (url) => {
      asked.push(new URL(url));
      return new Response(JSON.stringify(body), init);
    };
    return { fetch, asked };
  }
  const options = { baseUrl: "https://g.example/books/v1/", apiKey: "secret", country: "US" };

  it("requests one ISBN, with country and key", async () => {
    const { fetch, asked } = answering(volumes(volume(ISBN)));
    const provider = googleBooks({ ...options, fetch });
    expect((await provider.lookup([ISBN], { timeoutMs: 1000 })).get(ISBN)).toMatchObject({
      kind: "found",
    });
    expect(provider.maxBatch).toBe(1);
    expect(asked.map(({ origin, pathname }) => origin + pathname)).toEqual([
      "https://g.example/books/v1/volumes",
    ]);
    expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toEqual({
      q: `isbn:${ISBN}`,
      country: "US",
      maxResults: "5",
      key: "secret",
    });
  });

  it("sends no key when there is none", async () => {
    const { fetch, asked } = answering({ totalItems: 0 });
    await googleBooks({ ...options, apiKey: undefined, fetch }).lookup([ISBN], { timeoutMs: 1000 });
    expect(asked[0]?.searchParams.has("key")).toBe(false);
  });

  it("returns the reason of a failure", async () => {
    const { fetch } = answering({ error: { message: "Queries per day" } }, { status: 429 });
    const provider = googleBooks({ ...options, fetch });
    const failure = {
      kind: "failed",
      reason: "rate_limited",
      status: 429,
      retryAfterMs: 3_600_000,
    };
    expect((await provider.lookup([ISBN], { timeoutMs: 1000 })).get(ISBN)).toEqual(failure);
    expect(await provider.search({ title: "x", limit: 5 }, { timeoutMs: 1000 })).toEqual(failure);
    const cut: Fetch = () => Promise.reject(new TypeError("connection reset"));
    const offline = googleBooks({ ...options, fetch: cut });
    expect((await offline.lookup([ISBN], { timeoutMs: 1000 })).get(ISBN)).toEqual({
      kind: "failed",
      reason: "network",
    });
    expect(await offline.search({ title: "x", limit: 5 }, { timeoutMs: 1000 })).toEqual({
      kind: "failed",
      reason: "network",
    });
  });

  it("searches by title and author, and omits results without a certain ISBN", async () => {
    const twofold = volume(ISBN);
    twofold.volumeInfo["industryIdentifiers"] = [{ identifier: ISBN }, { identifier: OTHER }];
    const { fetch, asked } = answering(volumes(volume("x"), twofold, volume(OTHER), volume(OTHER)));
    const found = await googleBooks({ ...options, fetch }).search(
      { title: 'The "Lighthouse" Ledger', author: "Quill", limit: 100 },
      { timeoutMs: 1000 },
    );
    expect(found).toMatchObject({ kind: "found", books: [{ isbn: OTHER }] });
    expect(found).toHaveProperty("books.length", 1);
    expect(asked[0]?.searchParams.get("q")).toBe(
      'intitle:"The  Lighthouse  Ledger" inauthor:"Quill"',
    );
    expect(asked[0]?.searchParams.get("maxResults")).toBe("40");
  });

  it.each([
    [{ words: "dune herbert" }, "dune herbert"],
    [{ author: "Quill" }, 'inauthor:"Quill"'],
  ])("searches by %j", async (query, q) => {
    const { fetch, asked } = answering(volumes());
    await googleBooks({ ...options, fetch }).search({ ...query, limit: 5 }, { timeoutMs: 1000 });
    expect(asked[0]?.searchParams.get("q")).toBe(q);
  });

  it("does not treat a malformed response as an empty search", async () => {
    const search = (body: unknown) =>
      googleBooks({ ...options, fetch: answering(body).fetch }).search(
        { title: "x", limit: 5 },
        { timeoutMs: 1000 },
      );
    expect(await search({ totalItems: 0 })).toEqual({ kind: "found", books: [] });
    expect(await search({})).toEqual({ kind: "failed", reason: "bad_answer" });
  });

  it("makes no call for Open Library's editions, which it does not know", async () => {
    const { fetch, asked } = answering({});
    const { search } = googleBooks({ ...options, fetch });
    expect(await search({ edition: "OL1M", limit: 1 }, { timeoutMs: 1000 })).toEqual({
      kind: "found",
      books: [],
    });
    expect(asked).toEqual([]);
  });
});
