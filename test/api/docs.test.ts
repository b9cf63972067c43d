import { describe, expect, it } from "vitest";
import { PROBLEMS } from "../../contract/problems.ts";
import document from "../../openapi.json" with { type: "json" };
import { call } from "../support/http.ts";

const response = await call("/docs");
const page = await response.clone().text();

describe("GET /docs", () => {
  it("is a page", () => {
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/html; charset=utf-8$/i);
    expect(page).toMatch(/^<!doctype html>/);
  });

  it("describes every operation, schema and problem code", () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(operations).toContain("getDocs");
    for (const id of operations) expect(page).toContain(`id="${id}"`);
    for (const name of Object.keys(document.components.schemas)) {
      expect(page).toContain(`id="schema-${name}"`);
    }
    for (const code of Object.keys(PROBLEMS)) expect(page).toContain(`id="problem-${code}"`);
  });

  it("has a target for each of its links", () => {
    const targets = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((id) => !targets.has(id))).toEqual([]);
  });

  it("has unique ids", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it("loads and runs nothing", () => {
    expect(page).not.toMatch(/<script|<iframe|<img|@import|url\(|\son\w+=/i);
    const loaded = [...page.matchAll(/<link[^>]+href="([^"]+)"/g)].map(([, href]) => href);
    expect(loaded).toEqual(["data:,"]);
  });

  it("allows only its own style sheet", async () => {
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    expect(response.headers.get("Content-Security-Policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });
});
