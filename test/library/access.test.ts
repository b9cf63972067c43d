import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { SCOPES } from "../../contract/accounts.ts";
import { bearer, narrowed } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { queueRow } from "../support/review-queue.ts";
import { tablesThatHold } from "../support/tables.ts";

const DUNE = "9780441172719";
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
  it("shows no data of another user under the caller's path", async () => {
    expect(await other.list()).toMatchObject({ books: [], total: 0 });
    for (const [method, path] of [
      ["GET", `/books/${DUNE}`],
      ["PATCH", `/books/${DUNE}`],
      ["DELETE", `/books/${DUNE}`],
      ["POST", "/review-queue/r/resolve"],
      ["DELETE", "/review-queue/r"],
      ["POST", `/trash/${DUNE}/restore`],
      ["DELETE", `/trash/${DUNE}`],
    ] as const) {
      const body = path.includes("resolve") ? { keep: true } : { rating: 1 };
      const response = await other.call(method, path, method === "GET" ? undefined : body);
      expect([method, path, response.status]).toEqual([method, path, 404]);
    }
    expect((await owner.list()).books[0]).toMatchObject({ rating: 5 });
  });

  it("requires the scopes for reading and writing", async () => {
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

  it("is deleted only with every scope, verified against the database", async () => {
    const leaver = await newReader();
    await leaver.add({ isbn: DUNE });
    const path = `/v1/library/${leaver.userId}`;
    const remove = async (token: string) =>
      (await call(path, { method: "DELETE", headers: bearer(token) })).status;
    for (const missing of SCOPES) {
      const token = await narrowed(
        leaver.token,
        SCOPES.filter((scope) => scope !== missing),
      );
      expect([missing, await remove(token)]).toEqual([missing, 403]);
    }
    // The token was revoked by another isolate; this one still has it in its cache.
    expect((await leaver.call("GET", "")).status).toBe(200);
    await env.DB.prepare("DELETE FROM Tokens WHERE user_id = ?1").bind(leaver.userId).run();
    expect((await leaver.call("GET", "")).status).toBe(200);
    expect(await remove(leaver.token)).toBe(401);
    expect(await tablesThatHold(leaver.userId)).toContain("UserLibrary");
  });

  it("is deleted completely, even during concurrent writes", async () => {
    const leaver = await newReader();
    await leaver.add({ isbn: DUNE, review: "x", tags: ["t"], readings: [{}] });
    const own = await leaver.add({ title: "Own", authors: [] });
    for (const id of ["1", "2"]) await queueRow(leaver.userId, { id: `leaver-${id}`, title: "x" });
    const key = (name: string) => ({ "Idempotency-Key": name });
    const busy = [
      leaver.call("POST", "/books", { title: "t1" }),
      leaver.call("POST", "/books", { title: "t2" }, key("t2")),
      leaver.call("PATCH", `/books/${DUNE}`, { tags: ["u"], readings: [{}, {}] }),
      leaver.call("PATCH", `/books/${own.isbn}`, { title: "Owned" }),
      leaver.call("DELETE", `/books/${own.isbn}`),
      leaver.call("POST", "/review-queue/leaver-1/resolve", { keep: true }),
      leaver.call("POST", "/review-queue/leaver-2/resolve", { isbn: DUNE }, key("r")),
      leaver.call("GET", "/export?format=json"),
      leaver.call("GET", "/stats"),
      leaver.call("GET", "/facets"),
      call("/api/v2/tokens", { method: "POST", headers: bearer(leaver.token) }),
    ];
    const gone = await leaver.call("DELETE", "");
    expect(gone.status).toBe(204);
    for (const { status } of await Promise.all(busy)) {
      expect([200, 201, 204, 401, 404, 409]).toContain(status);
    }
    expect(await tablesThatHold(leaver.userId)).toEqual(["DeletedUsers"]);
    expect((await leaver.call("GET", "")).status).toBe(401);
  });
});
