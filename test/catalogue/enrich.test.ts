import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bearer, newAccount } from "../support/accounts.ts";
import { enrich, gist } from "../support/enrich.ts";
import { call } from "../support/http.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

let openLibrary: ReturnType<typeof openLibraryInPlace>;

beforeEach(async () => {
  openLibrary = openLibraryInPlace();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("POST /api/v2/books/enrich", () => {
  it("returns the book flat, as released apps decode it", async () => {
    openLibrary.say("9780441172719", { title: "Dune", number_of_pages: 535, publish_date: "1990" });
    const response = await enrich("9780441172719");
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Cache-Source")).toBe("external_api; state=fresh");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const book = await response.json<Record<string, unknown>>();
    expect(book).toMatchObject({
      isbn: "9780441172719",
      title: "Dune",
      authors: ["An Author"],
      publishedDate: "1990",
      pageCount: 535,
      provider: "openlibrary",
      enrichedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(book).not.toHaveProperty("success");
    expect(book).not.toHaveProperty("description");
    const again = await enrich({ isbn: "0-441-17271-7" });
    expect(again.headers.get("X-Cache-Source")).toBe("memory; state=fresh");
    expect(openLibrary.calls).toHaveLength(1);
  });

  it("returns every field that released apps decode, with its type", async () => {
    openLibrary.say("9780261102217", {
      title: "The Hobbit",
      publishers: [{ name: "HarperCollins" }],
      publish_date: "1991",
      number_of_pages: 310,
      cover: { large: "https://covers.openlibrary.org/b/id/1-L.jpg" },
    });
    const book = await (await enrich("9780261102217")).json<Record<string, unknown>>();
    const { isbn, title, authors, publisher, publishedDate, pageCount, coverUrl } = book;
    expect({ isbn, title, authors, publisher, publishedDate, pageCount, coverUrl }).toEqual({
      isbn: "9780261102217",
      title: "The Hobbit",
      authors: ["An Author"],
      publisher: "HarperCollins",
      publishedDate: "1991",
      pageCount: 310,
      coverUrl: expect.stringMatching(/^https:/),
    });
    expect(Object.values(book)).not.toContain(null);
  });

  it("lists the providers queried for an unknown book, the first time and from memory", async () => {
    for (const source of ["external_api", "memory"]) {
      const response = await enrich("9780306406157");
      expect(response.status).toBe(404);
      expect(response.headers.get("X-Cache-Source")).toBe(`${source}; state=known-absent`);
      expect(await response.json()).toMatchObject({
        success: false,
        code: "BOOK_NOT_FOUND",
        providersChecked: ["openlibrary"],
        error: {
          code: "BOOK_NOT_FOUND",
          message: expect.any(String),
          providersChecked: ["openlibrary"],
        },
      });
    }
    expect(openLibrary.calls).toHaveLength(1);
  });

  it.each([
    ["EAN-13", "9780671486679"],
    ["EAN-13 with EAN-5 joined", "978067148667951995"],
    ["EAN-13 with EAN-5 spaced", "9780671486679 51995"],
    ["EAN-13 with EAN-2 joined", "978067148667905"],
    ["EAN-13 with EAN-2 spaced", "9780671486679 05"],
    ["UPC-A with its add-on", "07671400395848667"],
    ["UPC-A with its add-on spaced", "076714003958 48667"],
    ["AIM prefix", "]E09780671486679"],
    ["GTIN-14", "09780671486679"],
    ["line end", "9780671486679\r\n"],
    ["dashes and a label", "ISBN 978\u20130\u2013671\u201348667\u20139"],
    ["a spreadsheet's formula", '="9780671486679"'],
    ["a label", "9780671486679 (pbk.) : $7.99"],
    ["an address", "https://shop.example/isbn/9780671486679?ref=1234567898"],
  ])("reads %s as the ISBN of its book", async (_what, scanned) => {
    openLibrary.say("9780671486679", { title: "An old paperback" });
    const response = await enrich(scanned);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ isbn: "9780671486679" });
  });

  it.each([
    ["UPC-A without its add-on", "076714003958", 422, "BARCODE_NEEDS_ADDON", undefined],
    ["ISSN", "9770317847001", 422, "NOT_A_BOOK_BARCODE", "issn"],
    ["ISSN with its add-on", "977031784700105", 422, "NOT_A_BOOK_BARCODE", "issn"],
    ["ISMN", "9790060115615", 422, "NOT_A_BOOK_BARCODE", "ismn"],
    ["EAN-8", "96385074", 422, "NOT_A_BOOK_BARCODE", "product"],
    ["other goods", "4006381333931", 422, "NOT_A_BOOK_BARCODE", "product"],
    ["a wrong check digit", "9780441172710", 400, "INVALID_ISBN", undefined],
    ["nothing", "", 400, "INVALID_ISBN", undefined],
    ["no number", "hello", 400, "INVALID_ISBN", undefined],
    ["two books", "9780441172719 9780140328721", 400, "INVALID_ISBN", undefined],
  ])("rejects %s", async (_what, scanned, status, code, kind) => {
    const response = await enrich(scanned);
    expect(response.status).toBe(status);
    const problem = await response.json<{ kind?: string; error: object }>();
    expect(problem).toMatchObject({ code, success: false, error: { code } });
    expect(problem.kind).toBe(kind);
    expect(openLibrary.calls).toEqual([]);
  });

  it.each([
    ["neither", {}],
    ["both", { barcode: "9780441172719", isbn: "9780441172719" }],
    ["a fraction", { barcode: 97804411727.19 }],
    ["a negative number", { barcode: -9780441172719 }],
    ["a list", { barcode: ["9780441172719"] }],
    ["an unknown provider", { barcode: "9780441172719", preferProvider: "isbndb" }],
    ["a refresh that is not a boolean", { barcode: "9780441172719", refresh: "yes" }],
    ["an empty key", { barcode: "9780441172719", idempotency_key: "" }],
    ["a key that is too long", { barcode: "9780441172719", idempotencyKey: "k".repeat(256) }],
  ])("rejects a body with %s", async (_what, body) => {
    expect(await gist(await enrich(body))).toEqual([400, "INVALID_REQUEST"]);
  });

  it("reads a JSON number as the digits of a barcode", async () => {
    openLibrary.say("9780671486679", { title: "An old paperback" });
    const response = await enrich({ barcode: 9780671486679 });
    expect(await response.json()).toMatchObject({ isbn: "9780671486679" });
  });

  it("lists the books of a text with several ISBNs", async () => {
    const response = await enrich("9780441172719 (hbk) 9780140328721 (pbk)");
    expect(await response.json()).toMatchObject({
      suggestions: ["9780441172719", "9780140328721"],
      detail: expect.stringContaining("9780441172719 and 9780140328721"),
    });
  });

  it("rejects a body that is not JSON", async () => {
    for (const [type, body, status] of [
      ["application/json", "{", 400],
      ["application/json", "[]", 400],
      ["application/json", "null", 400],
      ["application/json", "", 400],
      ["text/plain", "9780441172719", 415],
    ] as const) {
      const headers = { "Content-Type": type };
      const init = { method: "POST", headers, body };
      expect((await call("/api/v2/books/enrich", init)).status).toBe(status);
    }
  });

  it("ignores unknown fields", async () => {
    openLibrary.say("9780547928227", { title: "The Hobbit" });
    const response = await enrich({ barcode: "9780547928227", scanner: "new", app: { v: 9 } });
    expect(await gist(response)).toEqual([200, "The Hobbit"]);
  });

  it("accepts a valid token, and rejects any other", async () => {
    openLibrary.say("9780547928227", { title: "The Hobbit" });
    const { token } = await newAccount();
    expect((await enrich("9780547928227", bearer(token))).status).toBe(200);
    for (const headers of [bearer("bt_0_0"), { Authorization: "Basic Og==" }]) {
      expect(await gist(await enrich("9780547928227", headers))).toEqual([401, "UNAUTHORIZED"]);
    }
  });

  it("returns 503 with each provider's failure when none can answer", async () => {
    openLibrary.say("9780062315007", "500");
    const response = await enrich("9780062315007");
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(await response.json()).toMatchObject({
      code: "PROVIDERS_UNAVAILABLE",
      providers: { openlibrary: expect.any(String) },
    });
  });
});

describe("refresh", () => {
  it("queries the providers again and stores new data", async () => {
    openLibrary.say("9780140328721", { title: "Fantastic Mr Fox" });
    await env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata, fetched_at, fresh_until)
       VALUES ('9780140328721', 'Fantastic Mr. Fax', '[]', '{}', 1, 9e15)`,
    ).run();
    expect(await gist(await enrich("9780140328721"))).toEqual([200, "Fantastic Mr. Fax"]);
    const response = await enrich({ barcode: "9780140328721", refresh: true });
    expect(response.headers.get("X-Cache-Source")).toBe("external_api; state=fresh");
    expect(await gist(response)).toEqual([200, "Fantastic Mr Fox"]);
    expect(await gist(await enrich("9780140328721"))).toEqual([200, "Fantastic Mr Fox"]);
  });

  it("returns the stored book as stale when the providers fail", async () => {
    openLibrary.say("9780261103573", "500");
    await env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata, fetched_at, fresh_until)
       VALUES ('9780261103573', 'The Fellowship of the Ring', '[]', '{}', 1, 9e15)`,
    ).run();
    const response = await enrich({ barcode: "9780261103573", refresh: true });
    expect(response.headers.get("X-Cache-Source")).toBe("d1; state=stale");
    expect(await gist(response)).toEqual([200, "The Fellowship of the Ring"]);
    expect(openLibrary.calls.length).toBeGreaterThan(0);
  });

  it("returns 503 when they fail and nothing is stored", async () => {
    openLibrary.say("9780385495226", "html");
    const response = await enrich({ barcode: "9780385495226", refresh: true });
    expect(response.status).toBe(503);
  });
});
