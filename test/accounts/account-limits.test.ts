import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceOf } from "../../src/service.ts";
import { bearer, newAccount } from "../support/accounts.ts";
import { faultsOf } from "../support/openapi.ts";

const LIMIT = 10;

beforeEach(() => {
  // Every rejection is logged.
  vi.spyOn(console, "log").mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An isolate with limits, and callers with distinct addresses. */
function isolate() {
  const given = { ...env, RATE_LIMITS: JSON.stringify({ accounts: LIMIT }) };
  const app = serviceOf(given).app();
  return async (path: string, init: RequestInit, address: string): Promise<Response> => {
    const request = new Request(`http://bookstrack.test${path}`, init);
    request.headers.set("CF-Connecting-IP", address);
    const response = await app.fetch(request, given, createExecutionContext());
    expect(await faultsOf(request.method, path, response)).toEqual([]);
    return response;
  };
}

describe("the limit on accounts", () => {
  it("stops attempts to guess recovery codes, also with a token in the header or new accounts", async () => {
    const ask = isolate();
    const { userId, token } = await newAccount();
    const guess = (headers: Record<string, string> = {}) =>
      ask(
        "/api/v2/tokens",
        {
          method: "POST",
          headers: { "Content-Type": "application/json", ...headers },
          body: JSON.stringify({ userId, recoveryCode: "K7QM-2F0V-K7QM-2F0V-K7QM-2F0V" }),
        },
        "192.0.2.77",
      );
    for (let index = 0; index < LIMIT; index += 1) expect((await guess()).status).toBe(401);
    for (const refused of [
      await guess(),
      await guess(bearer(token)),
      await ask("/api/v2/users", { method: "POST" }, "192.0.2.77"),
    ]) {
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    }
    const elsewhere = await ask("/api/v2/users", { method: "POST" }, "192.0.2.78");
    expect(elsewhere.status).toBe(201);
  });

  it("counts authenticated callers by account, not by address", async () => {
    const ask = isolate();
    const [mine, other] = [await newAccount(), await newAccount()];
    const link = (token: string, index: number) =>
      ask(
        "/api/v2/users/link",
        {
          method: "POST",
          headers: { ...bearer(token), "Content-Type": "application/json" },
          body: "{}",
        },
        `192.0.2.${100 + index}`,
      );
    for (let index = 0; index < LIMIT; index += 1) {
      expect((await link(mine.token, index)).status).toBe(400);
    }
    expect((await link(mine.token, LIMIT)).status).toBe(429);
    expect((await link(other.token, LIMIT)).status).toBe(400);
  });
});
