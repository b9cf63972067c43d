import { describe, expect, it } from "vitest";
import document from "../../openapi.json" with { type: "json" };
import { call } from "../support/http.ts";

describe("GET /openapi.json", () => {
  it("is the committed document, which clients may cache for a while", async () => {
    const response = await call("/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain("application/json");
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=300");
    expect(response.headers.get("X-Request-Id")).not.toBeNull();
    expect(await response.clone().json()).toEqual(document);
    const etag = response.headers.get("ETag") ?? "";
    const known = await call("/openapi.json", { headers: { "If-None-Match": etag } });
    expect([etag === "", known.status]).toEqual([false, 304]);
  });

  it("can be read by a page of an allowed origin", async () => {
    const response = await call("/openapi.json", { headers: { Origin: "https://app.example" } });
    expect(response.headers.get("Vary")).toContain("Origin");
  });
});

describe("GET /docs", () => {
  it("is a page with a separate policy, which allows no other origin", async () => {
    const response = await call("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/html; charset=utf-8$/i);
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=300");
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });
});
