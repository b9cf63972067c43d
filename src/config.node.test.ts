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
  it("fills in what is not said", () => {
    expect(parseConfig({ ENVIRONMENT: "local" })).toMatchObject({
      OPEN_LIBRARY_BASE_URL: "https://openlibrary.org",
      GOOGLE_BOOKS_BASE_URL: "https://www.googleapis.com/books/v1",
      GOOGLE_BOOKS_COUNTRY: "US",
      GOOGLE_BOOKS_KEYLESS: false,
      PROVIDER_LIMITS: {},
      CORS_ORIGINS: [],
      CLIENT_IP_HEADER: "CF-Connecting-IP",
    });
  });

  it("reads JSON vars and lists", () => {
    const config = parseConfig({
      ENVIRONMENT: "production",
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

  it.each([
    ["OPEN_LIBRARY_BASE_URL", "openlibrary.org", "must be an http(s) URL"],
    ["PROVIDER_LIMITS", "{", "must be JSON such as"],
    ["PROVIDER_LIMITS", '{"openlibary":{"perSecond":3}}', "openlibary"],
    ["RATE_LIMITS", '{"search":-1}', "RATE_LIMITS.search"],
    ["CORS_ORIGINS", "*", "must name origins"],
    ["GOOGLE_BOOKS_COUNTRY", "usa", "two capital letters"],
    ["ENVIRONMENT", "prod", "ENVIRONMENT"],
    ["ADMIN_TOKEN", "", "must not be empty"],
  ])("refuses %s=%s and says what it must be", (name, value, text) => {
    const message = refused({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(text);
  });

  it("names every bad value at once, and repeats none", () => {
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
