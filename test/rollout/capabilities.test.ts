import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Capabilities } from "../../contract/capabilities.ts";
import { FORMATS } from "../../src/imports/domain/layouts/formats.ts";
import { FLAGS, flagDefaults } from "../../src/rollout/domain/flags-table.ts";
import { serviceOf } from "../../src/service.ts";
import { bearer, newAccount } from "../support/accounts.ts";
import { call } from "../support/http.ts";

/** Sends a request to an isolate that has not read any flag yet. */
async function ask(
  headers: Record<string, string> = {},
  settings: Record<string, string> = {},
): Promise<Capabilities> {
  const app = serviceOf({ ...env, ...settings }).app();
  const response = await app.request("/api/v2/capabilities", { headers });
  expect(response.status).toBe(200);
  return response.json<Capabilities>();
}

beforeEach(async () => {
  for (const { name } of FLAGS) await env.BOOK_CACHE.delete(`feature:${name}`);
});

describe("GET /api/v2/capabilities", () => {
  it("returns limits, formats, features and notices", async () => {
    const response = await call("/api/v2/capabilities");
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      limits: {
        rows: 50_000,
        bytes: 26_214_400,
        ownExports: { rows: 100_000, bytes: 104_857_600 },
        rates: {},
        quotas: {},
      },
      signup: "open",
      formats: [...FORMATS],
      features: { useHTTPEnrichment: true, useSSEImport: true },
      notices: [],
    });
  });

  it("returns the limits of the deployment", async () => {
    const limited = { RATE_LIMITS: '{"enrich":7,"search":0}' };
    const { limits } = await ask({}, limited);
    expect(limits.rates).toMatchObject({ enrich: 7, accounts: 10, misses: 20 });
    expect(limits.rates).not.toHaveProperty("search");
  });

  it("returns an account's features, and those of all callers without one", async () => {
    const { userId, token } = await newAccount();
    const state = { percentage: 0, allow: [userId] };
    await env.BOOK_CACHE.put("feature:useHTTPEnrichment", JSON.stringify(state));
    expect((await ask(bearer(token))).features).toMatchObject({ useHTTPEnrichment: true });
    expect((await ask()).features).toMatchObject({ useHTTPEnrichment: false });
    await env.BOOK_CACHE.put("feature:useHTTPEnrichment", "false");
    expect((await ask(bearer(token))).features).toMatchObject({ useHTTPEnrichment: false });
  });

  it("does not expose the service's internal flags", async () => {
    expect(Object.keys((await ask()).features)).not.toContain("enable_d1_reads");
  });

  it("has features off in production until they are rolled out", async () => {
    const production = {
      ENVIRONMENT: "production",
      METRICS_TOKEN: "m",
      ADMIN_TOKEN: "a".repeat(32),
      FLAG_DEFAULTS: "{}",
    };
    const { features } = await ask({}, production);
    expect(features).toEqual({ useHTTPEnrichment: false, useSSEImport: false });
    await env.BOOK_CACHE.put("feature:useHTTPEnrichment", '{"percentage":100}');
    expect((await ask({}, production)).features).toMatchObject({ useHTTPEnrichment: true });
  });

  it("notifies an app version of a deprecated feature that it still needs", async () => {
    const calendar = { WS_DEPRECATION_DATE: "2020-01-01", MIN_APP_VERSION: "2.4.0" };
    const old = await ask({ "X-Client-Version": "ios/2.3.9" }, calendar);
    expect(old.notices).toEqual([
      {
        code: "LEGACY_WEBSOCKET",
        level: "warning",
        message: expect.any(String),
        minAppVersion: "2.4.0",
      },
    ]);
    const gone = await ask(
      { "X-Client-Version": "ios/2.3.9" },
      { ...calendar, WS_SUNSET_DATE: "2020-01-08" },
    );
    expect(gone.notices).toMatchObject([
      { level: "critical", sunsetAt: "2020-01-08T00:00:00.000Z" },
    ]);
    expect((await ask({ "X-Client-Version": "ios/2.4.0" }, calendar)).notices).toEqual([]);
    expect((await ask({}, calendar)).notices).toEqual([]);
    expect((await ask({ "X-Client-Version": "ios/2.3.9" })).notices).toEqual([]);
  });

  it("rejects an invalid token", async () => {
    const response = await call("/api/v2/capabilities", { headers: bearer("bt_0_0") });
    expect(response.status).toBe(401);
  });
});

it("lets a deployment override one default and keeps the others", () => {
  expect(flagDefaults("production", { enable_d1_reads: true })).toEqual({
    enable_d1_reads: true,
    useHTTPEnrichment: false,
    useSSEImport: false,
  });
});
