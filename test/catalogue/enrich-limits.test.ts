import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { serviceOf } from "../../src/service.ts";
import { bearer, newAccount } from "../support/accounts.ts";
import { isbnOf } from "../support/library.ts";
import { faultsOf } from "../support/openapi.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

const PATH = "/api/v2/books/enrich";

beforeEach(async () => {
  openLibraryInPlace();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An isolate with the given limits. */
function isolate(limits: Record<string, number>) {
  const given = { ...env, RATE_LIMITS: JSON.stringify({ enrich: 0, misses: 0, ...limits }) };
  const app = serviceOf(given).app();
  return async (request: object, headers: Record<string, string>): Promise<Response> => {
    const response = await app.fetch(
      new Request(`http://bookstrack.test${PATH}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(request),
      }),
      given,
      createExecutionContext(),
    );
    expect(await faultsOf("POST", PATH, response)).toEqual([]);
    return response;
  };
}

const policy = (response: Response): string | null => response.headers.get("RateLimit-Policy");

it("counts scans by address, and those of an account separately", async () => {
  const scan = isolate({ enrich: 2 });
  const { token } = await newAccount();
  const address = { "CF-Connecting-IP": "198.51.100.1" };
  for (const status of [400, 400, 429]) {
    const response = await scan({ barcode: "x" }, address);
    expect([response.status, policy(response)]).toEqual([status, '"enrich";q=2;w=60']);
  }
  expect((await scan({ barcode: "x" }, { ...address, ...bearer(token) })).status).toBe(400);
});

it("counts new books of callers without an account", async () => {
  const scan = isolate({ misses: 1 });
  const { token } = await newAccount();
  const address = { "CF-Connecting-IP": "198.51.100.2" };
  expect((await scan({ barcode: isbnOf(1001) }, address)).status).toBe(404);
  const refused = await scan({ barcode: isbnOf(1002) }, address);
  expect([refused.status, policy(refused)]).toEqual([429, '"misses";q=1;w=60']);
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
  expect((await scan({ barcode: isbnOf(1003) }, bearer(token))).status).toBe(404);
});

it("counts the refreshes of an account", async () => {
  const scan = isolate({ misses: 1 });
  const { token } = await newAccount();
  const refresh = (number: number) =>
    scan({ barcode: isbnOf(number), refresh: true }, bearer(token));
  expect((await refresh(2001)).status).toBe(404);
  expect((await refresh(2002)).status).toBe(429);
});

it("releases the idempotency key of a rate-limited request", async () => {
  const scan = isolate({ misses: 1 });
  const headers = { "CF-Connecting-IP": "198.51.100.3", "Idempotency-Key": "limited" };
  await scan({ barcode: isbnOf(3001) }, { "CF-Connecting-IP": "198.51.100.3" });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect((await scan({ barcode: isbnOf(3002) }, headers)).status).toBe(429);
  }
});
