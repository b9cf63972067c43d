import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { bearer, narrowed } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { queueRow } from "../support/review-queue.ts";
import { tablesThatHold } from "../support/tables.ts";

const DUNE = "9780441172719";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const PATHS = [
  "",
  "/books",
  `/books/${DUNE}`,
  "/top-rated",
  "/stats",
  "/export?format=json",
  "/review-queue",
  "/review-queue/r",
  "/review-queue/r/resolve",
];
const BODY = JSON.stringify({ isbn: DUNE, rating: 1, title: "x" });

let owner: Reader;
let other: Reader;

beforeAll(async () => {
  await inCatalogue({ isbn: DUNE });
  owner = await newReader();
  other = await newReader();
  await owner.add({ isbn: DUNE, rating: 5, review: "secret", tags: ["t"], readings: [{}] });
  await queueRow(owner.userId, { id: "r", title: "secret" });
});

const contents = async (): Promise<string> => {
  const tables = ["UserLibrary", "UserBooks", "Readings", "Tags", "ReviewQueue"];
  const rows = await env.DB.batch(tables.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
  return JSON.stringify(rows.map(({ results }) => results));
};

const send = (method: string, path: string, headers: Record<string, string>) =>
  call(`/v1/library/${owner.userId}${path}`, {
    method,
    headers: {
      ...headers,
      ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
    },
    ...(method === "GET" ? {} : { body: BODY }),
  });

describe("a library", () => {
  it("is closed to everybody else, on every path by every method", async () => {
    const before = await contents();
    for (const path of PATHS) {
      for (const method of METHODS) {
        const response = await send(method, path, bearer(other.token));
        expect([path, method, [403, 405].includes(response.status)]).toEqual([path, method, true]);
        expect(await response.text()).not.toContain("secret");
        const anonymous = await send(method, path, {});
        expect([path, method, [401, 405].includes(anonymous.status)]).toEqual([path, method, true]);
      }
    }
    expect(await contents()).toBe(before);
  });

  it("shows nothing of another's under one's own path", async () => {
    expect(await other.list()).toMatchObject({ books: [], total: 0 });
    for (const [method, path] of [
      ["GET", `/books/${DUNE}`],
      ["PATCH", `/books/${DUNE}`],
      ["DELETE", `/books/${DUNE}`],
      ["POST", "/review-queue/r/resolve"],
      ["DELETE", "/review-queue/r"],
    ] as const) {
      const body = path.includes("resolve") ? { keep: true } : { rating: 1 };
      const response = await other.call(method, path, method === "GET" ? undefined : body);
      expect([method, path, response.status]).toEqual([method, path, 404]);
    }
    expect((await owner.list()).books[0]).toMatchObject({ rating: 5 });
  });

  it("is read and written with the scope for it", async () => {
    const reading = await narrowed(owner.token, ["library:read"]);
    const writing = await narrowed(owner.token, ["library:write"]);
    expect((await send("GET", "", bearer(reading))).status).toBe(200);
    for (const [method, path] of [
      ["PATCH", `/books/${DUNE}`],
      ["DELETE", ""],
      ["POST", "/books"],
    ] as const) {
      expect((await send(method, path, bearer(reading))).status).toBe(403);
    }
    expect((await send("GET", "", bearer(writing))).status).toBe(403);
  });

  it("goes whole, whatever is going on in it", async () => {
    const leaver = await newReader();
    await leaver.add({ isbn: DUNE, review: "x", tags: ["t"], readings: [{}] });
    await leaver.add({ title: "Own", authors: [] });
    await queueRow(leaver.userId, { id: "leaver-row", title: "x" });
    const busy = [1, 2, 3].map((index) => leaver.call("POST", "/books", { title: `t${index}` }));
    const gone = await leaver.call("DELETE", "");
    expect(gone.status).toBe(204);
    for (const { status } of await Promise.all(busy)) expect([201, 401, 409]).toContain(status);
    expect(await tablesThatHold(leaver.userId)).toEqual(["DeletedUsers"]);
    expect((await leaver.call("GET", "")).status).toBe(401);
  });
});
