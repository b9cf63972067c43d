import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceOf } from "../../src/service.ts";
import document from "../../openapi.json" with { type: "json" };
import { bearer, newAccount } from "../support/accounts.ts";
import { faultsOf } from "../support/openapi.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";

const LIMIT = 10;

beforeEach(() => {
  // Every rejection is logged.
  vi.spyOn(console, "log").mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An isolate with limits, and callers with distinct addresses. */
function isolate(limits: Record<string, number> = {}, vars: Record<string, string> = {}) {
  const none = JSON.parse(NO_LIMITS.RATE_LIMITS) as Record<string, number>;
  const given = {
    ...env,
    RATE_LIMITS: JSON.stringify({ ...none, accounts: LIMIT, ...limits }),
    ...vars,
  };
  const app = serviceOf(given).app();
  return async (path: string, init: RequestInit, address: string): Promise<Response> => {
    const request = new Request(`http://bookstrack.test${path}`, init);
    request.headers.set("CF-Connecting-IP", address);
    const response = await app.fetch(request, given, createExecutionContext());
    expect(await faultsOf(request.method, path.split("?")[0] ?? path, response)).toEqual([]);
    return response;
  };
}

describe("the limit on accounts", () => {
  it("stops attempts to guess recovery codes, even with a token in the header or new accounts", async () => {
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

  it("trusts no address without a configured header, whatever a client sends", async () => {
    const ask = isolate({}, { CLIENT_IP_HEADER: "" });
    const statuses = [];
    for (let index = 0; index <= LIMIT; index += 1) {
      const address = `192.0.2.${index}`;
      const headers = {
        "X-Forwarded-For": address,
        "X-Real-IP": address,
        "MF-CF-Blob": JSON.stringify({ clientIp: address }),
      };
      statuses.push((await ask("/api/v2/users", { method: "POST", headers }, address)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: LIMIT }, () => 201), 429]);
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

/** Every documented operation that requires a token of a user, with its path. */
const closed = Object.entries(document.paths as Record<string, Record<string, Operation>>)
  .flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, ...operation })),
  )
  .filter(({ path, security }) => !path.startsWith("/admin") && security?.[0]?.["bearer"])
  // The class `accounts` counts a proof in the body.
  .filter(({ operationId }) => operationId !== "createToken");

interface Operation {
  operationId: string;
  security?: Record<string, unknown>[];
}

const WRONG = `bt_${"0".repeat(16)}_${"0".repeat(52)}`;

describe("the limit on failed tokens", () => {
  it("applies to every route that requires a token", async () => {
    expect(closed.length).toBeGreaterThan(20);
    for (const [index, { path, method }] of closed.entries()) {
      const ask = isolate({ admin: 2 });
      const target = path.replaceAll(/\{\w+\}/g, "0");
      const statuses = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const init = { method: method.toUpperCase(), headers: bearer(WRONG) };
        statuses.push((await ask(target, init, `192.0.2.${index}`)).status);
      }
      expect([method, path, ...statuses]).toEqual([method, path, 401, 401, 429]);
    }
  });

  it("lets a user with a verified token through, and not one with a new token", async () => {
    const ask = isolate({ admin: 2 });
    const [known, other] = [await newAccount(), await newAccount()];
    const read = async ({ userId, token }: { userId: string; token: string }) =>
      (await ask(`/v1/library/${userId}`, { headers: bearer(token) }, "198.51.100.9")).status;
    expect(await read(known)).toBe(200);
    for (let attempt = 0; attempt < 3; attempt += 1) await read({ ...other, token: WRONG });
    expect([await read(known), await read(other)]).toEqual([200, 429]);
  });

  it("counts failed tickets, and lets a known one through", async () => {
    const ask = isolate({ admin: 2 });
    const { token } = await newAccount();
    const address = "198.51.100.10";
    const file = { method: "POST", headers: { ...bearer(token), "Content-Type": "text/csv" } };
    const upload = await ask(
      "/api/v2/imports",
      { ...file, body: "Title,Author\nDune,Frank" },
      address,
    );
    const { streamUrl } = await upload.json<{ streamUrl: string }>();
    const watch = async (ticket: string) => {
      const path = new URL(streamUrl, "http://bookstrack.test").pathname;
      // Refused after its ticket was verified, so that no stream is opened.
      const init = { headers: { Accept: "application/json" } };
      return (await ask(`${path}?ticket=${ticket}`, init, address)).status;
    };
    const good = new URL(streamUrl, "http://bookstrack.test").searchParams.get("ticket") ?? "";
    expect(await watch(good)).toBe(406);
    expect([await watch("x"), await watch("y"), await watch("z")]).toEqual([401, 401, 429]);
    expect(await watch(good)).toBe(406);
  });

  it("does not count the operator's failures, and the operator's do not count those of users", async () => {
    const ask = isolate({ admin: 2 });
    const address = "198.51.100.11";
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await ask("/api/v2/imports", { headers: bearer(WRONG) }, address);
    }
    const login = async (secret: string) =>
      (await ask("/admin/flags", { headers: bearer(secret) }, address)).status;
    expect(await login("the-operator-of-the-tests")).toBe(200);
    expect([await login("a"), await login("b"), await login("c")]).toEqual([403, 403, 429]);
    // An operator who has logged in before is not locked out.
    expect(await login("the-operator-of-the-tests")).toBe(200);
    expect(await login("d")).toBe(429);
  });

  it("lock out neither an operator who has not logged in yet nor a scraper that has, at the same address", async () => {
    const SCRAPER = "the-scraper-of-the-tests-12345678901";
    const ask = isolate({ admin: 2 }, { METRICS_TOKEN: SCRAPER });
    const address = "198.51.100.12";
    const statusOf = async (path: string, secret?: string) =>
      (await ask(path, { headers: secret === undefined ? {} : bearer(secret) }, address)).status;
    expect(await statusOf("/metrics", SCRAPER)).toBe(200);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      // A request without a token does not count as a failed login.
      expect(await statusOf("/admin/flags")).toBe(401);
    }
    expect([
      await statusOf("/metrics", "a"),
      await statusOf("/metrics", "b"),
      await statusOf("/metrics", "c"),
    ]).toEqual([403, 403, 429]);
    expect(await statusOf("/metrics", SCRAPER)).toBe(200);
    expect(await statusOf("/admin/flags", "the-operator-of-the-tests")).toBe(200);
  });
});
