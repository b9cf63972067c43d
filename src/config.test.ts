import { describe, expect, it } from "vitest";
import { CONFIG_KEYS, parseConfig } from "./config.ts";

const refused = (env: Record<string, unknown>): string => {
  try {
    parseConfig({ ENVIRONMENT: "local", ...env });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("It was accepted");
};

describe("parseConfig", () => {
  it("applies defaults", () => {
    expect(parseConfig({ ENVIRONMENT: "local" })).toMatchObject({
      OPEN_LIBRARY_BASE_URL: "https://openlibrary.org",
      GOOGLE_BOOKS_BASE_URL: "https://www.googleapis.com/books/v1",
      GOOGLE_BOOKS_COUNTRY: "US",
      GOOGLE_BOOKS_KEYLESS: false,
      PROVIDER_LIMITS: {},
      CORS_ORIGINS: [],
    });
  });

  it("trusts an address in a header only on Cloudflare or if a proxy is configured", () => {
    const header = (env: Record<string, string>) =>
      parseConfig({ METRICS_TOKEN: "scraper", ...env }).CLIENT_IP_HEADER;
    expect(header({ ENVIRONMENT: "local" })).toBeUndefined();
    expect(header({ ENVIRONMENT: "staging" })).toBe("CF-Connecting-IP");
    expect(header({ ENVIRONMENT: "production" })).toBe("CF-Connecting-IP");
    for (const ENVIRONMENT of ["local", "staging", "production"]) {
      expect(header({ ENVIRONMENT, CLIENT_IP_HEADER: "X-Real-IP" })).toBe("X-Real-IP");
      expect(header({ ENVIRONMENT, CLIENT_IP_HEADER: "" })).toBeUndefined();
    }
  });

  it("rejects an operator's token that is easy to guess, except locally", () => {
    const token = (ENVIRONMENT: string, length: number) => () =>
      parseConfig({ ENVIRONMENT, METRICS_TOKEN: "scraper", ADMIN_TOKEN: "x".repeat(length) });
    for (const environment of ["staging", "production"]) {
      expect(token(environment, 31)).toThrow("ADMIN_TOKEN: must have at least 32 characters");
      expect(token(environment, 32)).not.toThrow();
    }
    expect(token("local", 5)).not.toThrow();
  });

  it("reads JSON vars and lists", () => {
    const config = parseConfig({
      ENVIRONMENT: "production",
      METRICS_TOKEN: "scraper",
      PROVIDER_LIMITS: '{"openlibrary":{"perSecond":3}}',
      FLAG_DEFAULTS: '{"enable_d1_reads":false}',
      CORS_ORIGINS: "https://app.example, https://web.example",
      GOOGLE_BOOKS_KEYLESS: "1",
      OPEN_LIBRARY_BASE_URL: "http://127.0.0.1:9/ol/",
    });
    expect(config).toMatchObject({
      PROVIDER_LIMITS: { openlibrary: { perSecond: 3 } },
      FLAG_DEFAULTS: { enable_d1_reads: false },
      CORS_ORIGINS: ["https://app.example", "https://web.example"],
      GOOGLE_BOOKS_KEYLESS: true,
      OPEN_LIBRARY_BASE_URL: "http://127.0.0.1:9/ol",
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("reads the legacy socket's dates as days or instants", () => {
    const config = parseConfig({
      ENVIRONMENT: "local",
      WS_DEPRECATION_DATE: "2026-12-01",
      WS_SUNSET_DATE: "2026-12-08T09:00:00+01:00",
      MIN_APP_VERSION: "2.4",
    });
    expect(config).toMatchObject({
      WS_DEPRECATION_DATE: Date.parse("2026-12-01T00:00:00Z"),
      WS_SUNSET_DATE: Date.parse("2026-12-08T08:00:00Z"),
      MIN_APP_VERSION: "2.4",
    });
  });

  it("rejects a sunset before the deprecation", () => {
    const calendar = { WS_DEPRECATION_DATE: "2026-12-08", WS_SUNSET_DATE: "2026-12-07" };
    expect(refused(calendar)).toContain("WS_SUNSET_DATE: must not be before WS_DEPRECATION_DATE");
    const sameDay = { ...calendar, ENVIRONMENT: "local", WS_SUNSET_DATE: "2026-12-08" };
    expect(() => parseConfig(sameDay)).not.toThrow();
  });

  it("requires a metrics token except locally, because /metrics would be public", () => {
    for (const ENVIRONMENT of ["staging", "production"]) {
      expect(() => parseConfig({ ENVIRONMENT })).toThrow("METRICS_TOKEN: must be set");
    }
    expect(() => parseConfig({ ENVIRONMENT: "local" })).not.toThrow();
  });

  it.each([
    ["OPEN_LIBRARY_BASE_URL", "openlibrary.org", "must be an http(s) URL"],
    ["PROVIDER_LIMITS", "{", "must be JSON such as"],
    ["PROVIDER_LIMITS", '{"openlibary":{"perSecond":3}}', "openlibary"],
    ["RATE_LIMITS", '{"search":-1}', "RATE_LIMITS.search"],
    ["QUOTAS", "importRows=5", "must be JSON such as"],
    ["QUOTAS", '{"importRow":5}', "has an unknown quota; the quotas are importRows, importBytes"],
    ["QUOTAS", '{"importRows":-1}', "QUOTAS.importRows"],
    ["QUOTAS", '{"importRows":1.5}', "QUOTAS.importRows"],
    ["QUOTAS", '{"importRows":"5"}', "QUOTAS.importRows"],
    ["QUOTAS", "[]", "QUOTAS"],
    ["RETENTION", '{"waitingRow":5}', "waitingRow"],
    ["RETENTION", '{"emptyAccounts":-1}', "RETENTION.emptyAccounts"],
    ["SIGNUP", "invite", "must be one of open, code, closed"],
    ["SIGNUP", "code", "SIGNUP_CODE: must be set where SIGNUP is code"],
    ["SIGNUP_CODE", "short", "must have at least 8 characters"],
    ["CORS_ORIGINS", "*", "must list origins"],
    ["GOOGLE_BOOKS_COUNTRY", "usa", "two capital letters"],
    ["ENVIRONMENT", "prod", "ENVIRONMENT"],
    ["ADMIN_TOKEN", "", "must not be empty"],
    ["WS_SUNSET_DATE", "2026-02-30", "must be a date such as"],
    ["WS_DEPRECATION_DATE", "Tue, 01 Dec 2026 00:00:00 GMT", "must be a date such as"],
    ["MIN_APP_VERSION", "ios/2.0.0", "must be a version such as"],
  ])("rejects %s=%s and describes the expected value", (name, value, text) => {
    const message = refused({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(text);
  });

  it("lists every invalid name in one error and repeats no value", () => {
    const message = refused({ LOG_SAMPLE: "7", CLIENT_IP_HEADER: "s3cret value" });
    expect(message).toContain("LOG_SAMPLE");
    expect(message).toContain("CLIENT_IP_HEADER");
    expect(message).not.toContain("s3cret");
  });

  it("lists its keys for launchers", () => {
    expect(CONFIG_KEYS).toContain("GOOGLE_BOOKS_API_KEY");
    expect(CONFIG_KEYS).toContain("RATE_LIMITS");
  });
});

describe("AUTH_ISSUERS", () => {
  const good = {
    issuer: "https://issuer.example",
    jwks: "https://issuer.example/keys",
    audience: "com.example.app",
    algorithms: ["RS256"],
  };
  const parse = (issuers: unknown) =>
    parseConfig({ ENVIRONMENT: "local", AUTH_ISSUERS: JSON.stringify(issuers) }).AUTH_ISSUERS;

  it("defaults to empty and accepts complete issuers", () => {
    expect(parseConfig({ ENVIRONMENT: "local" }).AUTH_ISSUERS).toEqual([]);
    expect(parse([good])).toEqual([good]);
    const local = { ...good, jwks: "http://127.0.0.1:9000/keys", audience: ["one", "two"] };
    expect(parse([local])).toEqual([local]);
  });

  it.each<[string, unknown, string]>([
    ["an object instead of a list", good, "AUTH_ISSUERS"],
    ["no audience", [{ ...good, audience: undefined }], "AUTH_ISSUERS.0.audience: must be the aud"],
    ["an empty audience", [{ ...good, audience: [] }], "AUTH_ISSUERS.0.audience"],
    ["no algorithms", [{ ...good, algorithms: undefined }], "AUTH_ISSUERS.0.algorithms"],
    ["an empty list of algorithms", [{ ...good, algorithms: [] }], "at least one algorithm"],
    ["the algorithm none", [{ ...good, algorithms: ["none"] }], "must be one of RS256"],
    ["an HMAC", [{ ...good, algorithms: ["RS256", "HS256"] }], "AUTH_ISSUERS.0.algorithms.1"],
    ["keys over http", [{ ...good, jwks: "http://issuer.example/keys" }], "https URL"],
    [
      "keys at a host that only looks local",
      [{ ...good, jwks: "http://localhost.evil/k" }],
      "jwks",
    ],
    ["no issuer", [{ ...good, issuer: "" }], "AUTH_ISSUERS.0.issuer"],
    ["a duplicate issuer", [good, good], "must list each issuer only once"],
    ["an unknown member", [{ ...good, audiance: "x" }], "audiance"],
  ])("rejects %s and names the member", (_what, issuers, text) => {
    expect(refused({ AUTH_ISSUERS: JSON.stringify(issuers) })).toContain(text);
  });
});
