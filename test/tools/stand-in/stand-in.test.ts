import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isValidIsbn13, toIsbn10 } from "../../../src/catalogue/domain/isbn/arithmetic.ts";
import { maxInWindow } from "./call-record.ts";
import type { Fault } from "./fault.ts";
import { generatedBooks } from "./generated-books.ts";
import { drawLatency } from "./latency.ts";
import { seededRandom } from "./random.ts";
import { startStandIn } from "./server.ts";
import type { StandIn } from "./stand-in.ts";
import { UNKNOWN_ISBN, WELL_KNOWN_BOOKS } from "./well-known-books.ts";

const DUNE = "9780441172719";

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterEach(() => fetch(`${standIn.url}/__control`, { method: "DELETE" }));
afterAll(() => standIn.close());

const askOpenLibrary = (...isbns: string[]): Promise<Response> =>
  fetch(
    `${standIn.openlibrary.baseUrl}/api/books?bibkeys=${isbns.map((isbn) => `ISBN:${isbn}`).join(",")}&jscmd=data&format=json`,
  );
const askGoogle = (query: string): Promise<Response> =>
  fetch(`${standIn["google-books"].baseUrl}/volumes?q=${encodeURIComponent(query)}&country=US`);

describe("catalogues", () => {
  it.each(WELL_KNOWN_BOOKS.map(({ isbn13, title }) => [isbn13, title]))(
    "%s %s is valid",
    (isbn) => {
      expect(isValidIsbn13(isbn)).toBe(true);
    },
  );

  it("contains each well-known book once, and not the unknown one", () => {
    const isbns = WELL_KNOWN_BOOKS.map(({ isbn13 }) => isbn13);
    expect(new Set(isbns).size).toBe(isbns.length);
    expect(isbns).not.toContain(UNKNOWN_ISBN);
    expect(isValidIsbn13(UNKNOWN_ISBN)).toBe(true);
  });

  it("generates valid, distinct books that are the same for a seed", () => {
    const books = generatedBooks(5_000, 7);
    const isbns = books.map(({ isbn13 }) => isbn13);
    expect(isbns.every(isValidIsbn13)).toBe(true);
    const others = generatedBooks(5_000, 8).map(({ isbn13 }) => isbn13);
    expect(new Set([...isbns, ...others]).size).toBe(10_000);
    expect(generatedBooks(5_000, 7)).toEqual(books);
    expect(isbns.filter((isbn) => toIsbn10(isbn) === undefined)).toHaveLength(100);
  });
});

describe("Open Library", () => {
  it("answers a batch under the requested keys and omits unknown books", async () => {
    const answer = await askOpenLibrary("0-441-17271-7", UNKNOWN_ISBN, "9780140328721");
    expect(await answer.json()).toMatchObject({
      "ISBN:0-441-17271-7": {
        title: "Dune",
        identifiers: { isbn_13: [DUNE], isbn_10: ["0441172717"] },
      },
      "ISBN:9780140328721": { title: "Fantastic Mr. Fox", authors: [{ name: "Roald Dahl" }] },
    });
    expect(await (await askOpenLibrary(UNKNOWN_ISBN)).json()).toEqual({});
  });

  it("searches by title and author, ignoring accents, and returns an edition by id", async () => {
    const url = `${standIn.openlibrary.baseUrl}/search.json?title=miserables&author=hugo`;
    const { docs } = (await (await fetch(url)).json()) as {
      docs: { title: string; edition_key: string[] }[];
    };
    expect(docs.map(({ title }) => title)).toEqual(["Les Misérables"]);
    const edition = await fetch(
      `${standIn.openlibrary.baseUrl}/books/${docs[0]?.edition_key[0]}.json`,
    );
    expect(await edition.json()).toMatchObject({ isbn_13: ["9780140444308"] });
    expect((await fetch(`${standIn.openlibrary.baseUrl}/books/OL999999M.json`)).status).toBe(404);
  });
});

describe("Google Books", () => {
  it("answers by ISBN, and omits items for an unknown one", async () => {
    expect(await (await askGoogle("isbn:0441172717")).json()).toMatchObject({
      totalItems: 1,
      items: [{ volumeInfo: { title: "Dune", industryIdentifiers: [{ identifier: DUNE }, {}] } }],
    });
    expect(await (await askGoogle(`isbn:${UNKNOWN_ISBN}`)).json()).toEqual({
      kind: "books#volumes",
      totalItems: 0,
    });
  });

  it.each([
    'intitle:"the hobbit" inauthor:"tolkien"',
    "intitle:the hobbit inauthor:tolkien",
    "hobbit",
  ])("searches by %s", async (query) => {
    expect(await (await askGoogle(query)).json()).toMatchObject({ totalItems: 2 });
  });
});

describe("faults", () => {
  const faults: [Fault, (answer: Response) => Promise<void>][] = [
    [{ kind: "html", status: 200 }, (a) => expect(a.text()).resolves.toContain("<html>")],
    [{ kind: "html", status: 503 }, async (a) => expect(a.status).toBe(503)],
    [{ kind: "truncated" }, (a) => expect(a.json()).rejects.toThrow(SyntaxError)],
    [{ kind: "cut" }, (a) => expect(a.text()).rejects.toThrow(TypeError)],
    [{ kind: "odd-shape" }, async (a) => expect(await a.text()).toContain("not an object")],
    [{ kind: "empty" }, async (a) => expect(await a.text()).not.toContain("Dune")],
    [{ kind: "server-error", status: 502 }, async (a) => expect(a.status).toBe(502)],
    [{ kind: "unknown-location" }, async (a) => expect(a.status).toBe(403)],
    [
      { kind: "rate-limited", retryAfterSeconds: 7 },
      async (a) => expect([a.status, a.headers.get("retry-after")]).toEqual([429, "7"]),
    ],
    [
      { kind: "other-edition" },
      async (a) => {
        const text = await a.text();
        expect(text).toContain("Fantastic Mr. Fox");
        expect(text).not.toContain("Frank Herbert");
      },
    ],
  ];

  it.each(faults)("%j from both", async (fault, check) => {
    standIn.openlibrary.behave({ faults: [{ fault }] });
    await check(await askOpenLibrary(DUNE));
    standIn["google-books"].behave({ faults: [{ fault }] });
    await check(await askGoogle(`isbn:${DUNE}`));
  });

  it("resets the connection", async () => {
    standIn.openlibrary.behave({ faults: [{ fault: { kind: "reset" } }] });
    await expect(askOpenLibrary(DUNE)).rejects.toThrow("fetch failed");
  });

  it("hangs until the caller gives up", async () => {
    standIn.openlibrary.behave({ faults: [{ fault: { kind: "hang" } }] });
    const url = `${standIn.openlibrary.baseUrl}/api/books?bibkeys=ISBN:${DUNE}`;
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow("timeout");
  });

  it("applies a fault the given number of times, and only to its ISBN", async () => {
    const fault: Fault = { kind: "server-error", status: 500 };
    standIn.openlibrary.behave({ faults: [{ fault, isbn: DUNE, times: 2 }] });
    expect((await askOpenLibrary("9780140328721")).status).toBe(200);
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await askOpenLibrary(DUNE)).status);
    expect(statuses).toEqual([500, 500, 200]);
  });
});

describe("control", () => {
  it("counts calls, ISBNs and callers, and is controlled over HTTP", async () => {
    const fault: Fault = { kind: "server-error", status: 500 };
    const set = await fetch(`${standIn.url}/__control/google-books`, {
      method: "PUT",
      body: JSON.stringify({ faults: [{ fault }] }),
    });
    expect(set.status).toBe(204);
    expect((await askGoogle(`isbn:${DUNE}`)).status).toBe(500);
    await askOpenLibrary(DUNE, UNKNOWN_ISBN);
    expect(await (await fetch(`${standIn.url}/__control`)).json()).toMatchObject({
      openlibrary: { calls: 1, isbns: [DUNE, UNKNOWN_ISBN], maxPerSecond: 1, userAgents: ["node"] },
      "google-books": { calls: 1, isbns: [DUNE], paths: ["/volumes"] },
    });
  });

  it("rejects a behaviour that is not JSON, and an unknown provider", async () => {
    const put = (path: string) =>
      fetch(`${standIn.url}/__control/${path}`, { method: "PUT", body: "{" });
    expect((await put("openlibrary")).status).toBe(400);
    expect((await put("isbndb")).status).toBe(404);
  });
});

describe("statistics and random numbers", () => {
  it("finds the fullest window", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000)), fc.integer({ min: 1, max: 1_000 }), (steps, window) => {
        const times = steps.toSorted((a, b) => a - b);
        const counts = times.map(
          (from) => times.filter((t) => t >= from && t < from + window).length,
        );
        expect(maxInWindow(times, window)).toBe(Math.max(0, ...counts));
      }),
    );
  });

  it("draws latencies with the given percentiles", () => {
    const random = seededRandom(3);
    const drawn = Array.from({ length: 20_000 }, () =>
      drawLatency({ p50Ms: 270, p90Ms: 650 }, random),
    ).toSorted((a, b) => a - b);
    expect(drawn[10_000]! / 270).toBeCloseTo(1, 1);
    expect(drawn[18_000]! / 650).toBeCloseTo(1, 1);
  });
});
