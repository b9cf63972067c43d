import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SCOPES } from "../../contract/accounts.ts";
import { SHORT_LIVED_STATEMENTS } from "../../src/accounts/storage/short-lived.ts";
import { serviceOf } from "../../src/service.ts";
import {
  askForToken,
  bearer,
  narrowed,
  newAccount,
  type Account,
  type Issued,
} from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { faultsOf } from "../support/openapi.ts";

interface Listed {
  id: string;
  name?: string;
  scopes: string[];
  lastUsedAt?: string;
  current: boolean;
}

interface Pairing {
  code: string;
  expiresAt: string;
}

beforeAll(() => {
  // Every rejection is logged.
  vi.spyOn(console, "log").mockReturnValue();
});
afterAll(() => {
  vi.restoreAllMocks();
});

const problemOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  (await response.json<{ code: string }>()).code,
];

const list = (token: string) => call("/api/v2/tokens", { headers: bearer(token) });

const listed = async (token: string): Promise<Listed[]> =>
  (await (await list(token)).json<{ items: Listed[] }>()).items;

const revoke = (id: string, token: string) =>
  call(`/api/v2/tokens/${id}`, { method: "DELETE", headers: bearer(token) });

const idOf = (token: string): string => token.split("_")[1] ?? "";

const post = (path: string, token: string) =>
  call(path, { method: "POST", headers: bearer(token) });

const tally = (answers: readonly Response[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

let lastAddress = 0;

/** Sends a code from an unused address. */
function redeem(body: { pairingCode: string } & Record<string, unknown>): Promise<Response> {
  lastAddress += 1;
  return call("/api/v2/tokens", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "CF-Connecting-IP": `203.0.113.${lastAddress}`,
    },
    body: JSON.stringify(body),
  });
}

async function paired(token: string): Promise<Pairing> {
  const response = await post("/api/v2/pairings", token);
  expect(response.status).toBe(201);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return response.json<Pairing>();
}

describe("GET /api/v2/tokens", () => {
  it("lists the account's tokens with names, scopes and days of use, newest first, without secrets", async () => {
    const created = await call("/api/v2/users", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "  Laptop " }),
    });
    const { token } = await created.json<Account>();
    await env.DB.prepare("UPDATE Tokens SET created_at = created_at - 1000 WHERE id = ?1")
      .bind(idOf(token))
      .run();
    const phone = await askForToken({ name: "Phone", scopes: ["library:read"] }, token);
    const { token: second } = await phone.json<Issued>();
    const response = await list(token);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const text = await response.text();
    expect(text).not.toContain(token.split("_")[2]);
    const { items } = JSON.parse(text) as { items: Listed[] };
    expect(items).toMatchObject([
      { id: idOf(second), name: "Phone", scopes: ["library:read"], current: false },
      { id: idOf(token), name: "Laptop", scopes: SCOPES, current: true },
    ]);
    expect(items[0]).not.toHaveProperty("lastUsedAt");
  });

  it("shows the day of the last use, which is written once a day", async () => {
    const { token } = await newAccount();
    const used = async () => (await listed(token))[0]?.lastUsedAt;
    const today = new Date().toISOString().slice(0, 10);
    await vi.waitFor(async () => expect(await used()).toBe(today));
    const at = "SELECT used_at FROM Tokens WHERE id = ?1";
    const before = await env.DB.prepare(at).bind(idOf(token)).first<number>("used_at");
    await list(token);
    await list(token);
    expect(await env.DB.prepare(at).bind(idOf(token)).first<number>("used_at")).toBe(before);
  });

  it("omits expired tokens, and needs every scope", async () => {
    const { token } = await newAccount();
    const reader = await narrowed(token, ["library:read", "library:write"]);
    expect(await problemOf(await list(reader))).toEqual([403, "FORBIDDEN"]);
    await env.DB.prepare("UPDATE Tokens SET expires_at = 1 WHERE id = ?1").bind(idOf(reader)).run();
    expect((await listed(token)).map(({ id }) => id)).toEqual([idOf(token)]);
  });

  it.each([{ name: "" }, { name: "x".repeat(61) }, { name: "a\u0007b" }, { name: "a\ud800" }])(
    "answers 400 to a token with the name %j",
    async (body) => {
      const { token } = await newAccount();
      expect(await problemOf(await askForToken(body, token))).toEqual([400, "INVALID_REQUEST"]);
    },
  );
});

describe("DELETE /api/v2/tokens/:id", () => {
  it("revokes a token of the account immediately in this isolate", async () => {
    const { token } = await newAccount();
    const phone = await narrowed(token, [...SCOPES]);
    expect((await list(phone)).status).toBe(200);
    expect((await revoke(idOf(phone), token)).status).toBe(204);
    expect((await list(phone)).status).toBe(401);
    expect(await problemOf(await revoke(idOf(phone), token))).toEqual([404, "NOT_FOUND"]);
  });

  it("finds no token of another account", async () => {
    const [mine, other] = [await newAccount(), await newAccount()];
    expect((await revoke(idOf(other.token), mine.token)).status).toBe(404);
    expect((await list(other.token)).status).toBe(200);
  });

  it("needs every scope, and verifies the requesting token in the database", async () => {
    const { token } = await newAccount();
    const writer = await narrowed(token, ["library:write", "imports"]);
    expect((await revoke(idOf(token), writer)).status).toBe(403);
    expect((await list(token)).status).toBe(200);
    await env.DB.prepare("DELETE FROM Tokens WHERE id = ?1").bind(idOf(token)).run();
    expect((await revoke(idOf(writer), token)).status).toBe(401);
  });
});

describe("POST /api/v2/users/recovery-code", () => {
  it("returns a new code and invalidates the old one", async () => {
    const { userId, token, recoveryCode: old } = await newAccount();
    const response = await post("/api/v2/users/recovery-code", token);
    expect(response.status).toBe(201);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const { recoveryCode } = await response.json<{ recoveryCode: string }>();
    expect((await askForToken({ userId, recoveryCode: old })).status).toBe(401);
    expect((await askForToken({ userId, recoveryCode })).status).toBe(201);
    expect((await list(token)).status).toBe(200);
  });

  it("needs every scope, and is never replayed", async () => {
    const { token } = await newAccount();
    const reader = await narrowed(token, ["library:read"]);
    expect((await post("/api/v2/users/recovery-code", reader)).status).toBe(403);
    const headers = { ...bearer(token), "Idempotency-Key": "one" };
    const codes = new Set<string>();
    for (let index = 0; index < 2; index += 1) {
      const response = await call("/api/v2/users/recovery-code", { method: "POST", headers });
      codes.add((await response.json<{ recoveryCode: string }>()).recoveryCode);
    }
    expect(codes.size).toBe(2);
  });
});

describe("pairing", () => {
  it("issues a device one token for the code in any spelling", async () => {
    const { userId, token } = await newAccount();
    const { code, expiresAt } = await paired(token);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(5 * 60_000);
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `.replaceAll("0", "O");
    const response = await redeem({ pairingCode: typed, name: "Tablet" });
    expect(response.status).toBe(201);
    const issued = await response.json<Issued>();
    expect(issued).toMatchObject({ userId, scopes: SCOPES });
    expect((await listed(issued.token))[0]?.name).toBe("Tablet");
    expect(await problemOf(await redeem({ pairingCode: code }))).toEqual([401, "UNAUTHORIZED"]);
  });

  it("issues one token when two devices send a code at the same time", async () => {
    const { token } = await newAccount();
    for (let round = 0; round < 5; round += 1) {
      const { code } = await paired(token);
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => redeem({ pairingCode: code })),
      );
      expect([tally(answers, 201), tally(answers, 401)]).toEqual([1, 3]);
    }
    expect(await listed(token)).toHaveLength(6);
  });

  it("invalidates the first code when a second one is created", async () => {
    const { token } = await newAccount();
    const [first, second] = [await paired(token), await paired(token)];
    expect((await redeem({ pairingCode: first.code })).status).toBe(401);
    expect((await redeem({ pairingCode: second.code })).status).toBe(201);
  });

  it("gives the same answer to wrong, used, expired and malformed codes", async () => {
    const { userId, token } = await newAccount();
    const { code } = await paired(token);
    await env.DB.prepare("UPDATE Pairings SET expires_at = ?2 WHERE user_id = ?1")
      .bind(userId, Date.now() - 1)
      .run();
    const bodies = await Promise.all(
      [code, "00000000", "short", "U".repeat(8)].map(async (pairingCode) => {
        const response = await redeem({ pairingCode });
        const { code: problem, detail } = await response.json<{ code: string; detail: string }>();
        return [response.status, problem, detail];
      }),
    );
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]?.slice(0, 2)).toEqual([401, "UNAUTHORIZED"]);
  });

  it("grants no more scopes than the requesting token has, and a request for more does not use up the code", async () => {
    const { token } = await newAccount();
    const reader = await narrowed(token, ["library:read"]);
    const { code } = await paired(reader);
    const more = await redeem({ pairingCode: code, scopes: ["library:write"] });
    expect(await problemOf(more)).toEqual([403, "FORBIDDEN"]);
    const response = await redeem({ pairingCode: code });
    expect(await response.json()).toMatchObject({ scopes: ["library:read"] });
  });

  it("becomes invalid with the requesting token, and with the account", async () => {
    const { userId, token } = await newAccount();
    const phone = await narrowed(token, [...SCOPES]);
    const { code } = await paired(phone);
    expect((await revoke(idOf(phone), token)).status).toBe(204);
    expect((await redeem({ pairingCode: code })).status).toBe(401);
    const { code: another } = await paired(token);
    await call(`/v1/library/${userId}`, { method: "DELETE", headers: bearer(token) });
    expect((await redeem({ pairingCode: another })).status).toBe(401);
  });

  it("refuses a second proof beside the code", async () => {
    const { userId, recoveryCode } = await newAccount();
    const response = await redeem({ pairingCode: "K7QM2F0V", userId, recoveryCode });
    expect(await problemOf(response)).toEqual([400, "INVALID_REQUEST"]);
  });

  it("stores only a hash", async () => {
    const { userId, token } = await newAccount();
    const { code } = await paired(token);
    const row = await env.DB.prepare("SELECT * FROM Pairings WHERE user_id = ?1")
      .bind(userId)
      .first();
    expect(JSON.stringify(row).toLowerCase()).not.toContain(code.toLowerCase());
  });
});

/** An isolate with its own limits in memory. @param vars added to the environment of the tests */
function isolate(vars: Record<string, string> = {}) {
  const given = { ...env, ...vars };
  const app = serviceOf(given).app();
  return async (pairingCode: string, address: string): Promise<Response> => {
    const request = new Request("http://bookstrack.test/api/v2/tokens", {
      method: "POST",
      headers: { "Content-Type": "application/json", "CF-Connecting-IP": address },
      body: JSON.stringify({ pairingCode }),
    });
    const response = await app.fetch(request, given, createExecutionContext());
    expect(await faultsOf("POST", "/api/v2/tokens", response)).toEqual([]);
    return response;
  };
}

describe("the limit on guesses at pairing codes", () => {
  it("allows ten wrong codes per address, however many isolates receive them at once", async () => {
    const isolates = [isolate(), isolate(), isolate()];
    const guesses = await Promise.all(
      Array.from({ length: 10 }, () =>
        isolates.map((send) => send("00000000", "198.51.100.7")),
      ).flat(),
    );
    expect(tally(guesses, 401)).toBe(10);
    expect(tally(guesses, 429)).toBe(20);
    const { token } = await newAccount();
    const { code } = await paired(token);
    const refused = await isolate()(code, "198.51.100.7");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(60);
    expect((await isolate()(code, "198.51.100.8")).status).toBe(201);
  });

  it("does not count correct codes, and no limit on requests applies to them", async () => {
    const send = isolate({ RATE_LIMITS: '{"accounts":1}' });
    for (let index = 0; index < 12; index += 1) {
      const { token } = await newAccount();
      const { code } = await paired(token);
      expect((await send(code, "198.51.100.20")).status).toBe(201);
    }
    const wrong = [];
    for (let index = 0; index < 11; index += 1) wrong.push(await send("11111111", "198.51.100.20"));
    expect(tally(wrong, 401)).toBe(10);
    expect(wrong.at(-1)?.status).toBe(429);
  });

  it("allows thirty per minute if no address is known", async () => {
    const send = isolate({ CLIENT_IP_HEADER: "" });
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => send("22222222", "198.51.100.30")),
    );
    expect(tally(guesses, 401)).toBe(30);
    const last = guesses.find(({ status }) => status === 429);
    expect(Number(last?.headers.get("Retry-After"))).toBeLessThanOrEqual(60);
  });
});

it.each(Object.entries(SHORT_LIVED_STATEMENTS))("%s scans no table", async (_name, sql) => {
  const count = new Set(sql.match(/\?\d+/g)).size;
  const plan = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...Array(count).fill(1));
  const steps = (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail);
  expect(steps.filter((step) => /^SEARCH (Pairings|DownloadTickets) /.test(step))).not.toEqual([]);
  expect(steps.filter((step) => /^SCAN (?!CONSTANT ROW)/.test(step))).toEqual([]);
});
