import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { world } from "../support/limiter-world.ts";
import type { Book } from "../../contract/catalogue.ts";
import type { App } from "../../src/platform/http/context.ts";
import { hotRoutes } from "../../src/platform/http/hot-routes.ts";
import { requestLog, requestRecord } from "../../src/platform/http/middleware.ts";
import { onError } from "../../src/platform/http/problem.ts";
import type { AnsweredRequest } from "../../src/platform/metrics/request-meter.ts";
import { lookupBook, type HeldAnswer, type LookupDeps } from "../../src/catalogue/domain/lookup.ts";
import { catalogueRoutes, hotLookup } from "../../src/catalogue/http/lookup.ts";

const NOW = 1_000_000;
const FOUND = "9780441172719";
const STALE = "9780140328721";
const ABSENT = "9780306406157";
const UNKNOWN = "9780261103573";
const LIMIT = 5;

const book = (isbn: string): Book => ({
  isbn,
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  provider: "openlibrary",
  sources: [],
  updatedAt: "2026-01-01T00:00:00.000Z",
});
const found = (isbn: string, freshUntil: number): [string, HeldAnswer] => [
  isbn,
  { kind: "found", record: { book: book(isbn), fetchedAt: 0, freshUntil } },
];

/** Optional parts of a request besides the query. */
interface Given {
  method?: string;
  origin?: string;
}

/**
 * The lookup route with and without its hot path, with books in memory and a limit of five
 * requests.
 */
function service() {
  const memory = new Map<string, HeldAnswer>([
    found(FOUND, NOW + 1),
    found(STALE, NOW),
    [ABSENT, { kind: "absent" }],
  ]);
  const observed: string[] = [];
  const recorded: AnsweredRequest[] = [];
  const lookup = {
    memory: { get: (isbn13: string) => memory.get(isbn13), put: () => undefined },
    cache: { read: async () => ({ kind: "failed" }), write: async () => undefined },
    books: { find: async () => ({ kind: "failed" }) },
    d1ReadsEnabled: () => true,
    now: () => NOW,
    observe: (source, state, isbn13) => void observed.push(`${source} ${state} ${isbn13}`),
  } as Partial<LookupDeps> as LookupDeps;
  const limits = world("search", LIMIT);
  const deps = {
    limiters: { search: limits.isolate() },
    clientIpHeader: "X-Real-IP",
    lookupBook: (isbn: { isbn13: string }, caller: { key: string; account: boolean }) =>
      lookupBook({ isbn, caller }, lookup),
  };
  const log = { info: () => undefined, error: () => undefined };
  const record = requestRecord({
    log,
    metered: (request) => void recorded.push(request),
    now: () => NOW,
    random: () => 1,
    newId: () => "new-id",
    sample: 0,
    served: () => undefined,
    leftOut: () => undefined,
  });
  const app = new Hono<App>();
  app.use(requestLog(record));
  app.route("/", catalogueRoutes(deps));
  app.onError(onError(log));
  const hot = hotRoutes([hotLookup(deps.limiters, lookup, deps.clientIpHeader)], record);
  const request = (query: string, { method = "GET", origin }: Given = {}) =>
    new Request(`https://books.test/v1/search/isbn?${query}`, {
      method,
      headers: {
        "X-Real-IP": "192.0.2.1",
        "X-Request-Id": "given-id",
        ...(origin === undefined ? {} : { Origin: origin }),
      },
    });
  return {
    observed,
    recorded,
    hot: (query: string, given?: Given) => hot(request(query, given)),
    routed: async (query: string) => app.request(request(query)),
  };
}

/** The response as a client sees it, without the time. */
const seen = async (response: Response | undefined): Promise<unknown> => ({
  status: response?.status,
  headers: [...(response?.headers ?? [])],
  body: (await response?.text())?.replace(/"timestamp":"[^"]*"/, ""),
});

describe("a hot lookup", () => {
  it.each([
    ["a fresh book", FOUND, "memory; state=fresh"],
    ["a stale book", STALE, "memory; state=stale"],
    ["a known absence", ABSENT, "memory; state=known-absent"],
  ])("answers and counts %s as the router does", async (_kind, isbn, source) => {
    const [before, after] = [service(), service()];
    // The first request fetches the caller's rate limit tokens, which only the router can do.
    await before.routed(`isbn=${isbn}`);
    await after.routed(`isbn=${isbn}`);
    const response = before.hot(`isbn=${isbn}`);
    expect(response?.headers.get("X-Cache-Source")).toBe(source);
    expect(response?.headers.get("X-RateLimit-Remaining")).toBe(String(LIMIT - 2));
    expect(await seen(response)).toEqual(await seen(await after.routed(`isbn=${isbn}`)));
    expect(before.observed).toEqual(after.observed);
    expect(before.recorded).toEqual(after.recorded);
    expect(before.recorded).toHaveLength(2);
  });

  it("leaves a caller over the limit to the router, which refuses it", async () => {
    const { hot, routed, observed } = service();
    for (let count = 0; count < LIMIT; count += 1) await routed(`isbn=${FOUND}`);
    const answered = observed.length;
    expect(hot(`isbn=${FOUND}`)).toBeUndefined();
    expect((await routed(`isbn=${FOUND}`)).status).toBe(429);
    expect(observed).toHaveLength(answered);
  });

  it.each([
    ["a book that is not in memory", `isbn=${UNKNOWN}`, {}],
    ["another spelling", "isbn=978-0-441-17271-9", {}],
    ["another parameter", `isbn=${FOUND}&x=1`, {}],
    ["no ISBN", "isbn=", {}],
    ["a method other than GET", `isbn=${FOUND}`, { method: "HEAD" }],
    ["a request of another origin", `isbn=${FOUND}`, { origin: "https://app.test" }],
  ])("leaves %s to the router, and takes and counts nothing", async (_kind, query, given) => {
    const { hot, routed, observed, recorded } = service();
    await routed(`isbn=${FOUND}`);
    expect(hot(query, given)).toBeUndefined();
    expect(observed).toHaveLength(1);
    expect(recorded).toHaveLength(1);
    expect(hot(`isbn=${FOUND}`)?.headers.get("X-RateLimit-Remaining")).toBe(String(LIMIT - 2));
  });

  it("leaves other paths to the router", () => {
    const record = { now: () => NOW, idOf: () => "id", answered: () => undefined };
    const hot = hotRoutes([{ path: "/a", answer: () => new Response("a") }], record);
    expect(hot(new Request("https://books.test/a?isbn=1"))).toBeDefined();
    for (const path of ["/a", "/a/?b", "/b?a", "/?/a", "?/a", "/a%3F?"])
      expect(hot(new Request(`https://books.test${path}`))).toBeUndefined();
  });
});
