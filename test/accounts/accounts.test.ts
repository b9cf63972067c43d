import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SCOPES } from "../../contract/accounts.ts";
import {
  askForToken,
  bearer,
  issuerInPlace,
  narrowed,
  newAccount,
  type Issued,
} from "../support/accounts.ts";
import { call } from "../support/http.ts";

const DAY_MS = 86_400_000;

let sign: Awaited<ReturnType<typeof issuerInPlace>>;

beforeAll(async () => {
  sign = await issuerInPlace();
});
afterAll(() => {
  vi.restoreAllMocks();
});

const revoke = (token: string) =>
  call("/api/v2/tokens/current", { method: "DELETE", headers: bearer(token) });

const link = (token: string, body: object, headers: Record<string, string> = {}) =>
  call("/api/v2/users/link", {
    method: "POST",
    headers: { ...bearer(token), "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const codeOf = async (response: Response): Promise<string> =>
  (await response.json<{ code: string }>()).code;

describe("POST /api/v2/users", () => {
  it("creates an account with every scope for 400 days", async () => {
    const account = await newAccount();
    expect(account.token).toMatch(/^bt_[0-9a-z]{16}_[0-9a-z]{52}$/);
    expect(account.scopes).toEqual(SCOPES);
    expect(account.recoveryCode).toMatch(/^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/);
    const lifetime = Date.parse(account.expiresAt) - Date.now();
    expect(Math.round(lifetime / DAY_MS)).toBe(400);
    expect((await newAccount()).userId).not.toBe(account.userId);
  });

  it("is not cacheable", async () => {
    const response = await call("/api/v2/users", { method: "POST" });
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  });

  it("stores only hashes", async () => {
    const { userId, token, recoveryCode } = await newAccount();
    const rows = await env.DB.batch([
      env.DB.prepare("SELECT * FROM Users WHERE id = ?1").bind(userId),
      env.DB.prepare("SELECT * FROM Tokens WHERE user_id = ?1").bind(userId),
    ]);
    const kept = JSON.stringify(rows.map(({ results }) => results)).toLowerCase();
    expect(kept).toContain(userId);
    expect(kept).not.toContain(token.split("_")[2]);
    expect(kept).not.toContain(recoveryCode.toLowerCase());
    expect(kept).not.toContain(recoveryCode.replaceAll("-", "").toLowerCase());
  });
});

describe("POST /api/v2/tokens with a token", () => {
  it("issues another one and keeps the first valid", async () => {
    const account = await newAccount();
    const response = await askForToken(undefined, account.token);
    expect(response.status).toBe(201);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const issued = await response.json<Issued>();
    expect(issued).toMatchObject({ userId: account.userId, scopes: SCOPES });
    expect(issued.token).not.toBe(account.token);
    expect(issued).not.toHaveProperty("recoveryCode");
    expect((await askForToken(undefined, issued.token)).status).toBe(201);
    expect((await askForToken(undefined, account.token)).status).toBe(201);
  });

  it("issues a subset of the token's scopes, never more", async () => {
    const { token } = await newAccount();
    const reader = await narrowed(token, ["library:read"]);
    const again = await askForToken({}, reader);
    expect(await again.json()).toMatchObject({ scopes: ["library:read"] });
    const more = await askForToken({ scopes: ["library:read", "library:write"] }, reader);
    expect(more.status).toBe(403);
    expect(await codeOf(more)).toBe("FORBIDDEN");
  });

  it.each([{}, { body: "" }])(
    "treats an empty body with a Content-Type as no body: %j",
    async (init) => {
      const { token } = await newAccount();
      const headers = { ...bearer(token), "Content-Type": "application/json" };
      const response = await call("/api/v2/tokens", { method: "POST", headers, ...init });
      expect(response.status).toBe(201);
    },
  );

  it.each([
    [{ scopes: [] }, "scopes"],
    [{ scopes: ["admin"] }, "scopes.0"],
    [{ scopes: 7 }, "scopes"],
    [{ userId: "somebody" }, "userId"],
    [{ recoveryCode: "K7QM" }, "userId"],
    [{ userId: "somebody", recoveryCode: "K7QM", identityToken: "a.b.c" }, "identityToken"],
    [{ userId: 7, recoveryCode: "K7QM" }, "userId"],
    [{ identityToken: "x".repeat(8193) }, "identityToken"],
  ])("answers 400 to %j and names the field", async (body, path) => {
    const { token } = await newAccount();
    const response = await askForToken(body, token);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "INVALID_REQUEST", issues: [{ path }] });
  });

  it("answers 400 to malformed JSON and 415 without a JSON Content-Type", async () => {
    const { token } = await newAccount();
    const send = (type: string) =>
      call("/api/v2/tokens", {
        method: "POST",
        headers: { ...bearer(token), "Content-Type": type },
        body: "{",
      });
    expect((await send("application/json")).status).toBe(400);
    expect((await send("text/plain")).status).toBe(415);
  });

  it("answers 401 without any proof", async () => {
    const response = await askForToken();
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
    expect((await askForToken({ scopes: ["imports"] })).status).toBe(401);
  });
});

describe("POST /api/v2/tokens with a recovery code", () => {
  it("issues a token for the code in any spelling", async () => {
    const { userId, recoveryCode } = await newAccount();
    for (const typed of [recoveryCode, recoveryCode.toLowerCase().replaceAll("-", " ")]) {
      const response = await askForToken({ userId, recoveryCode: typed });
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ userId, scopes: SCOPES });
    }
  });

  it("takes precedence over an expired token in the header", async () => {
    const { userId, recoveryCode, token } = await newAccount();
    await revoke(token);
    expect((await askForToken({ userId, recoveryCode }, token)).status).toBe(201);
  });

  it("does not reveal whether the code or the user is wrong", async () => {
    const mine = await newAccount();
    const other = await newAccount();
    const wrong = [
      { userId: mine.userId, recoveryCode: other.recoveryCode },
      { userId: "0".repeat(26), recoveryCode: mine.recoveryCode },
      { userId: mine.userId, recoveryCode: "x" },
      { userId: "nobody\0' OR 1=1 --", recoveryCode: "é\u202e📚" },
    ];
    const details = await Promise.all(
      wrong.map(async (body) => {
        const response = await askForToken(body);
        expect(response.status).toBe(401);
        return (await response.json<{ detail: string }>()).detail;
      }),
    );
    expect(new Set(details).size).toBe(1);
  });
});

describe("DELETE /api/v2/tokens/current", () => {
  it("revokes only this token, immediately in this isolate", async () => {
    const { token } = await newAccount();
    const other = await narrowed(token, ["imports"]);
    const response = await revoke(token);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    for (const attempt of [revoke(token), askForToken(undefined, token)]) {
      const refused = await attempt;
      expect(refused.status).toBe(401);
      expect(refused.headers.get("WWW-Authenticate")).toBe('Bearer error="invalid_token"');
    }
    expect((await askForToken(undefined, other)).status).toBe(201);
    expect((await revoke(other)).status).toBe(204);
  });

  it("prevents an isolate that still caches the token from exchanging it for other access", async () => {
    const { userId, token } = await newAccount();
    const read = () => call(`/v1/library/${userId}`, { headers: bearer(token) });
    expect((await read()).status).toBe(200);
    // Simulates a revocation by another isolate, of which this one is not notified.
    await env.DB.prepare("DELETE FROM Tokens WHERE user_id = ?1").bind(userId).run();
    expect((await read()).status).toBe(200);
    expect((await askForToken(undefined, token)).status).toBe(401);
    const identityToken = await sign({ sub: "too late" });
    expect((await link(token, { identityToken })).status).toBe(401);
    expect((await askForToken({ identityToken })).status).toBe(401);
  });

  it("handles two simultaneous revocations", async () => {
    const { token } = await newAccount();
    const statuses = await Promise.all(
      [revoke(token), revoke(token)].map(async (r) => (await r).status),
    );
    expect(statuses.every((status) => status === 204 || status === 401)).toBe(true);
    expect((await revoke(token)).status).toBe(401);
  });
});

describe("POST /api/v2/users/link", () => {
  it("lets an external identity get tokens, in the body and in the header", async () => {
    const { userId, token } = await newAccount();
    const identityToken = await sign({ sub: "linked" });
    const linked = await link(token, { identityToken });
    expect(linked.status).toBe(200);
    const first = await linked.json();
    expect(first).toMatchObject({ userId, issuer: "https://issuer.test" });
    expect(await (await link(token, { identityToken })).json()).toEqual(first);

    for (const attempt of [askForToken({ identityToken }), askForToken(undefined, identityToken)]) {
      const response = await attempt;
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ userId, scopes: SCOPES });
    }
    const fewer = await askForToken({ identityToken, scopes: ["imports"] });
    expect(await fewer.json()).toMatchObject({ userId, scopes: ["imports"] });
  });

  it("links an identity to one account only, even with simultaneous requests", async () => {
    const [one, other] = await Promise.all([newAccount(), newAccount()]);
    const identityToken = await sign({ sub: "wanted twice" });
    const responses = await Promise.all([
      link(one.token, { identityToken }),
      link(other.token, { identityToken }),
    ]);
    expect(responses.map(({ status }) => `${status}`).sort()).toEqual(["200", "409"]);
    const refused = responses.find(({ status }) => status === 409);
    expect(await codeOf(refused ?? new Response("{}"))).toBe("CONFLICT");
  });

  it("requires a token with every scope, because the identity gets every scope", async () => {
    const { token } = await newAccount();
    const reader = await narrowed(token, ["library:read", "library:write"]);
    const response = await link(reader, { identityToken: await sign({ sub: "climber" }) });
    expect(response.status).toBe(403);
    expect((await askForToken({ identityToken: await sign({ sub: "climber" }) })).status).toBe(401);
  });

  it.each([
    ["expired", { exp: 1 }],
    ["meant for another app", { aud: "com.example.other" }],
    ["of an issuer that is not trusted", { iss: "https://evil.test" }],
    ["without a subject", { sub: "" }],
  ])("rejects an identity token that is %s, for linking and for a token", async (_what, claims) => {
    const { token } = await newAccount();
    const identityToken = await sign({ sub: "somebody", ...claims });
    expect((await link(token, { identityToken })).status).toBe(401);
    expect((await askForToken({ identityToken })).status).toBe(401);
  });

  it("reports an identity that is not linked yet", async () => {
    const response = await askForToken({ identityToken: await sign({ sub: "unlinked" }) });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining("not linked to an account"),
    });
  });

  it("answers 503 with Retry-After while the issuer is unavailable", async () => {
    const { token } = await newAccount();
    const identityToken = await sign({ iss: "https://away.test", sub: "somebody" });
    for (const attempt of [link(token, { identityToken }), askForToken({ identityToken })]) {
      const response = await attempt;
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({
        code: "PROVIDERS_UNAVAILABLE",
        retryable: true,
        providers: { "https://away.test": "network" },
      });
    }
  });

  it("is executed once per idempotency key, without storing a token", async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    const key = { "Idempotency-Key": "link-1" };
    const identityToken = await sign({ sub: "linked under a key" });
    const first = await link(one.token, { identityToken }, key);
    const again = await link(one.token, { identityToken }, key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await again.text()).toBe(await first.text());
    const another = await sign({ sub: "another under a key" });
    expect((await link(one.token, { identityToken: another }, key)).status).toBe(422);
    expect((await link(other.token, { identityToken }, key)).status).toBe(409);
    const { results } = await env.DB.prepare("SELECT * FROM IdempotencyKeys").all();
    expect(JSON.stringify(results)).not.toContain(identityToken);
  });

  it("answers 400 without an identity token", async () => {
    const { token } = await newAccount();
    expect((await link(token, {})).status).toBe(400);
  });
});
