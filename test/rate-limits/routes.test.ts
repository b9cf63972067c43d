import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceOf } from "../../src/service.ts";
import { faultsOf } from "../support/openapi.ts";
import { isbnOf } from "../support/library.ts";
import { openLibraryInPlace } from "../support/providers.ts";

const OFF = { enrich: 0, imports: 0, accounts: 0, library: 0, jobs: 0, admin: 0 };
const PATH = "/v1/search/isbn";

beforeEach(() => {
  openLibraryInPlace();
  // Every rejection is logged.
  vi.spyOn(console, "log").mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An isolate with limits, and callers with addresses that no other test uses. */
function isolate(limits: Record<string, number>, bindings: Partial<Env> = {}) {
  const given = {
    ...env,
    ...bindings,
    RATE_LIMITS: JSON.stringify({ ...OFF, search: 0, misses: 0, ...limits }),
  };
  const app = serviceOf(given).app();
  return async (address: string, isbn = "not an ISBN"): Promise<Response> => {
    const headers = { "CF-Connecting-IP": address };
    const url = `http://bookstrack.test${PATH}?isbn=${encodeURIComponent(isbn)}`;
    const response = await app.fetch(
      new Request(url, { headers }),
      given,
      createExecutionContext(),
    );
    expect(await faultsOf("GET", PATH, response)).toEqual([]);
    return response;
  };
}

const left = (response: Response): string | null => response.headers.get("X-RateLimit-Remaining");

describe("the search limit", () => {
  it("allows exactly 100 requests of a caller, counting down by one, and rejects the rest with exact headers", async () => {
    const search = isolate({ search: 100 });
    for (let remaining = 99; remaining >= 0; remaining -= 1) {
      const response = await search("192.0.2.1");
      expect(response.status).toBe(400);
      expect(left(response)).toBe(String(remaining));
    }
    const refused = await search("192.0.2.1");
    expect(refused.status).toBe(429);
    const reset = Number(refused.headers.get("X-RateLimit-Reset"));
    expect(reset).toBeGreaterThan(0);
    expect(reset).toBeLessThanOrEqual(60);
    expect(refused.headers.get("Retry-After")).toBe(String(reset));
    expect(refused.headers.get("RateLimit-Policy")).toBe('"search";q=100;w=60');
    expect(refused.headers.get("RateLimit")).toBe(`"search";r=0;t=${reset}`);
    expect(refused.headers.get("X-RateLimit-Limit")).toBe("100");
    expect(left(refused)).toBe("0");
    expect(await refused.json()).toMatchObject({
      code: "RATE_LIMIT_EXCEEDED",
      retryable: true,
      retryAfter: reset,
    });

    expect(left(await search("192.0.2.2"))).toBe("99");
  });

  it("allows exactly the limit of simultaneous requests", async () => {
    const search = isolate({ search: 30 });
    const responses = await Promise.all(Array.from({ length: 80 }, () => search("192.0.2.3")));
    const passed = responses.filter(({ status }) => status !== 429);
    expect(passed.map((response) => Number(left(response))).sort((a, b) => b - a)).toEqual(
      Array.from({ length: 30 }, (_, index) => 29 - index),
    );
  });

  it("is shared by all addresses of an IPv6 /64 and by both spellings of an IPv4 address", async () => {
    const search = isolate({ search: 100 });
    expect(left(await search("2001:db8:1:2::1"))).toBe("99");
    expect(left(await search("2001:DB8:1:2:ffff::2"))).toBe("98");
    expect(left(await search("2001:db8:1:3::1"))).toBe("99");
    expect(left(await search("192.0.2.4"))).toBe("99");
    expect(left(await search("::ffff:192.0.2.4"))).toBe("98");
  });

  it("applies across isolates", async () => {
    const [one, other] = [isolate({ search: 10 }), isolate({ search: 10 })];
    for (let count = 0; count < 10; count += 1) expect((await one("192.0.2.5")).status).toBe(400);
    // The other isolate admits one request on credit before it has fetched tokens.
    expect((await other("192.0.2.5")).status).toBe(400);
    expect((await other("192.0.2.5")).status).toBe(429);
  });

  it("is disabled at 0 and sets no headers", async () => {
    const response = await isolate({})("192.0.2.6");
    expect(response.headers.has("RateLimit")).toBe(false);
    expect(response.headers.has("RateLimit-Policy")).toBe(false);
    expect(left(response)).toBeNull();
  });

  it.each([
    ["fails", () => Promise.reject(new Error("overloaded"))],
    ["hangs", () => new Promise<never>(() => undefined)],
  ])("passes requests while the caller's object %s", async (_case, take) => {
    const broken = { getByName: () => ({ take }) } as unknown as Env["RATE_LIMITERS"];
    const search = isolate({ search: 2 }, { RATE_LIMITERS: broken });
    for (let count = 0; count < 10; count += 1)
      expect((await search("192.0.2.7")).status).toBe(400);
  });
});

describe("the limit of misses", () => {
  it("counts only one caller's lookups that need a provider", async () => {
    const search = isolate({ search: 100, misses: 2 });
    const unknown = ["9780306406157", "9781861972712", "9783161484100"] as const;
    expect((await search("192.0.2.8", unknown[0])).status).toBe(200);
    expect((await search("192.0.2.8", unknown[0])).status).toBe(200);
    expect((await search("192.0.2.8", unknown[1])).status).toBe(200);
    const refused = await search("192.0.2.8", unknown[2]);
    expect(refused.status).toBe(429);
    const wait = refused.headers.get("Retry-After");
    expect(Number(wait)).toBeGreaterThan(0);
    expect(refused.headers.get("RateLimit")).toBe(`"misses";r=0;t=${wait}`);
    expect((await search("192.0.2.8", unknown[1])).status).toBe(200);
    expect((await search("192.0.2.9", unknown[2])).status).toBe(200);
  });

  it("rejects none of a hundred simultaneous requests for the same new book", async () => {
    const search = isolate({ search: 100, misses: 20 });
    // Starts the Durable Objects of a lookup first, so that the burst can use its whole time
    // budget.
    expect((await search("198.51.100.1", isbnOf(262_032))).status).toBe(200);
    const burst = Array.from({ length: 100 }, () => search("198.51.100.2", isbnOf(262_033)));
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
  });
});
