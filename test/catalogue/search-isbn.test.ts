import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call } from "../support/http.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

let openLibrary: ReturnType<typeof openLibraryInPlace>;

beforeEach(async () => {
  openLibrary = openLibraryInPlace();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const search = (isbn: string, init?: RequestInit) =>
  call(`/v1/search/isbn?isbn=${encodeURIComponent(isbn)}`, init);

interface SearchBody {
  success: true;
  data: { book: { isbn: string; title: string; _cacheSource: string } | null };
}

describe("GET /v1/search/isbn", () => {
  it("comes from the provider, then from memory, and is stored in D1 and KV", async () => {
    openLibrary.say("9780441172719", { title: "Dune", number_of_pages: 535 });
    const first = await search("0-441-17271-7");
    expect(first.status).toBe(200);
    expect(first.headers.get("X-Cache-Source")).toBe("external_api; state=fresh");
    expect((await first.json<SearchBody>()).data.book).toMatchObject({
      isbn: "9780441172719",
      isbn10: "0441172717",
      title: "Dune",
      pageCount: 535,
      provider: "openlibrary",
      _cacheSource: "external_api",
    });

    const second = await search("978-0-441-17271-9");
    expect(second.headers.get("X-Cache-Source")).toBe("memory; state=fresh");
    expect((await second.json<SearchBody>()).data.book).toMatchObject({ _cacheSource: "memory" });
    expect(openLibrary.calls).toHaveLength(1);

    expect(
      await env.DB.prepare("SELECT title FROM Books WHERE isbn = '9780441172719'").first(),
    ).toEqual({
      title: "Dune",
    });
    await waitFor(async () => {
      expect(await env.BOOK_CACHE.get("book:isbn:9780441172719", "json")).toMatchObject({ v: 2 });
    });
  });

  it("returns null for a book that the provider does not have, and remembers that", async () => {
    const first = await search("9780306406157");
    expect(first.status).toBe(200);
    expect((await first.json<SearchBody>()).data).toEqual({ book: null });
    expect(first.headers.get("X-Cache-Source")).toBe("external_api; state=known-absent");
    const second = await search("9780306406157");
    expect(second.headers.get("X-Cache-Source")).toBe("memory; state=known-absent");
    expect(openLibrary.calls).toHaveLength(1);
  });

  it.each(["html", "429", "500"] as const)(
    "returns 503 and stores nothing when the provider answers %s",
    async (behaviour) => {
      const isbn = { html: "9780140328721", 429: "9780261103573", 500: "9780062315007" }[behaviour];
      openLibrary.say(isbn, behaviour);
      const response = await search(isbn);
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({
        code: "PROVIDERS_UNAVAILABLE",
        retryable: true,
        success: false,
        providers: { openlibrary: expect.any(String) },
        error: { code: "PROVIDERS_UNAVAILABLE", message: expect.any(String) },
      });
      expect(await env.BOOK_CACHE.get(`absent:isbn:${isbn}`)).toBeNull();
      expect(
        await env.DB.prepare("SELECT 1 FROM Books WHERE isbn = ?").bind(isbn).first(),
      ).toBeNull();
    },
  );

  it("accepts no edition other than the requested one", async () => {
    openLibrary.say("9780765316899", {
      title: "Another",
      identifiers: { isbn_13: ["9780441172719"] },
    });
    expect((await (await search("9780765316899")).json<SearchBody>()).data.book).toBeNull();
  });

  it("explains what is wrong with an ISBN, and suggests corrections", async () => {
    const response = await search("9780441172718");
    expect(response.status).toBe(400);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      code: "INVALID_ISBN",
      status: 400,
      retryable: false,
      suggestions: expect.arrayContaining(["9780441172719"]),
    });
    expect(openLibrary.calls).toEqual([]);
  });

  it("reports a missing ISBN", async () => {
    const response = await call("/v1/search/isbn");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "INVALID_REQUEST",
      issues: [{ path: "isbn" }],
    });
  });

  it("reads an old value in KV under its ISBN-10", async () => {
    await env.BOOK_CACHE.put(
      "book:isbn:0553293354",
      JSON.stringify({ title: "Foundation", authors: ["Isaac Asimov"], publishedDate: "1991" }),
    );
    const response = await search("9780553293357");
    expect(response.headers.get("X-Cache-Source")).toBe("kv; state=fresh");
    expect((await response.json<SearchBody>()).data.book).toMatchObject({
      isbn: "9780553293357",
      title: "Foundation",
    });
    expect(openLibrary.calls).toEqual([]);
  });

  it("treats a corrupt KV value as a miss, and does not overwrite it", async () => {
    await env.BOOK_CACHE.put("book:isbn:9780385495226", "{ not json");
    openLibrary.say("9780385495226", { title: "Still found" });
    const response = await search("9780385495226");
    expect(response.headers.get("X-Cache-Source")).toBe("external_api; state=fresh");
  });
});

describe("every route", () => {
  it("returns 404 with a problem for an unknown route", async () => {
    const response = await call("/v1/nothing");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "NOT_FOUND", instance: "/v1/nothing" });
  });

  it("returns 405 with Allow for another method", async () => {
    const response = await call("/v1/search/isbn", { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toContain("GET");
    expect(await response.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });

  it("returns 413 before it reads a body that is too large", async () => {
    const response = await call("/health", {
      method: "POST",
      body: "x".repeat(2 * 1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
  });

  it("accepts a valid request id, and creates one otherwise", async () => {
    const given = await call("/health", { headers: { "X-Request-Id": "req-42" } });
    expect(given.headers.get("X-Request-Id")).toBe("req-42");
    const made = await call("/health", { headers: { "X-Request-Id": "a b\u00e9" } });
    expect(made.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("serves the committed OpenAPI document", async () => {
    const document = await (await call("/openapi.json")).json<{ openapi: string; paths: object }>();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toContain("/v1/search/isbn");
  });
});

describe("health", () => {
  it("is healthy without any dependency", async () => {
    expect(await (await call("/health")).json()).toMatchObject({ status: "ok" });
  });

  it("is ready on a migrated database", async () => {
    const response = await call("/health/ready");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "ready",
      checks: { database: { ok: true }, cache: { ok: true }, queue: { ok: true } },
    });
  });
});
