import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { newReader, type Reader } from "../support/library.ts";
import { admin } from "../support/migration.ts";

const DUNE = "9780441172719";

let reader: Reader;

beforeAll(async () => {
  reader = await newReader();
  // Verified first, so that the following requests fail where the route itself queries the database.
  await reader.list();
  const fail = () => Promise.reject(new Error("D1_ERROR: network connection lost"));
  const statement = { bind: () => statement, first: fail, run: fail, all: fail, raw: fail };
  vi.spyOn(env.DB, "prepare").mockReturnValue(statement);
  vi.spyOn(env.DB, "batch").mockImplementation(fail);
});
afterAll(() => {
  vi.restoreAllMocks();
});

async function refusalOf(response: Response): Promise<unknown[]> {
  const { code } = await response.json<{ code?: string }>();
  return [response.status, code, response.headers.get("Retry-After")];
}

const UNAVAILABLE = [503, "DATABASE_UNAVAILABLE", "5"];

describe("while D1 is unavailable, 503 is returned by", () => {
  it.each<[method: string, path: string, body?: object]>([
    ["GET", ""],
    ["GET", "/top-rated"],
    ["GET", "/stats"],
    ["GET", "/facets"],
    ["GET", "?author=herbert"],
    ["GET", "/export?format=csv"],
    ["GET", "/export?format=json"],
    ["GET", "/export?format=ndjson"],
    ["GET", "/export?format=archive"],
    ["GET", "/review-queue"],
    ["GET", `/books/${DUNE}`],
    ["POST", "/books", { isbn: DUNE }],
    ["POST", "/books", { title: "Zine" }],
    ["PATCH", `/books/${DUNE}`, { rating: 1 }],
    ["DELETE", `/books/${DUNE}`],
    ["POST", `/books/${DUNE}/edition`, { isbn: "9780441013593" }],
    ["POST", "/review-queue/row/resolve", { keep: true }],
    ["DELETE", "/review-queue/row"],
    ["POST", "/books/bulk", { isbns: [DUNE], delete: true }],
    ["GET", "/trash"],
    ["POST", `/trash/${DUNE}/restore`],
    ["DELETE", `/trash/${DUNE}`],
    ["DELETE", "/trash"],
    ["GET", `/books/${DUNE}/progress`],
    ["POST", `/books/${DUNE}/progress`, { page: 1 }],
    ["PATCH", `/books/${DUNE}/progress/one`, { page: 1 }],
    ["DELETE", `/books/${DUNE}/progress/one`],
    ["GET", "/goals"],
    ["GET", "/goals/2026"],
    ["PUT", "/goals/2026", { books: 12 }],
    ["DELETE", "/goals/2026"],
    ["GET", "?addedFrom=2026-01-01"],
    ["GET", "/stats?from=2026-01-01"],
    ["POST", "/review-queue/bulk", { ids: ["row"], dismiss: true }],
    ["POST", "/export/ticket", { format: "csv" }],
    ["GET", "/changes"],
    ["POST", "/changes", { changes: [{ op: "delete", isbn: DUNE, key: "one" }] }],
    ["DELETE", ""],
  ])("%s a library%s", async (method, path, body) => {
    expect(await refusalOf(await reader.call(method, path, body))).toEqual(UNAVAILABLE);
  });

  it.each([
    ["POST", "/api/v2/users"],
    ["POST", "/api/v2/tokens"],
    ["DELETE", "/api/v2/tokens/current"],
    ["GET", "/api/v2/tokens"],
    ["DELETE", "/api/v2/tokens/other"],
    ["POST", "/api/v2/users/recovery-code"],
    ["POST", "/api/v2/pairings"],
    ["GET", "/api/v2/users/me"],
    ["GET", "/api/v2/users/me/usage"],
    ["GET", "/api/v2/imports"],
    ["GET", "/api/v2/imports/job"],
    ["GET", "/api/v2/imports/job/rows"],
    ["GET", "/api/v2/imports/job/failed.csv"],
    ["POST", "/api/v2/imports/job/commit"],
    ["POST", "/api/v2/imports/job/cancel"],
    ["POST", "/api/v2/imports/job/retry"],
    ["POST", "/api/v2/imports/job/undo"],
  ])("%s %s", async (method, path) => {
    const response = await call(path, { method, headers: bearer(reader.token) });
    expect(await refusalOf(response)).toEqual(UNAVAILABLE);
  });

  it("PATCH /api/v2/users/me", async () => {
    const response = await call("/api/v2/users/me", {
      method: "PATCH",
      headers: { ...bearer(reader.token), "Content-Type": "application/json" },
      body: JSON.stringify({ timeZone: "UTC" }),
    });
    expect(await refusalOf(response)).toEqual(UNAVAILABLE);
  });

  it.each([
    ["GET", "migration-status"],
    ["GET", "validation-status"],
    ["GET", "errors"],
    ["GET", "cache-metrics"],
    ["GET", "dead-letters"],
    ["GET", "deprecations"],
    ["POST", "migrate-kv-to-d1"],
    ["POST", "validate-migration"],
    ["POST", "migration/pause"],
    ["POST", "migration/resume"],
    ["POST", "migration/cancel"],
    ["POST", "dead-letters/1/retry"],
    ["DELETE", `cache/${DUNE}`],
  ])("%s /admin/%s", async (method, path) => {
    expect(await refusalOf(await admin(path, { method }))).toEqual(UNAVAILABLE);
  });
});
