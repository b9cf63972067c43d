import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { FLAGS } from "../../src/rollout/domain/flags-table.ts";
import { serviceOf } from "../../src/service.ts";
import { call } from "../support/http.ts";
import { admin } from "../support/migration.ts";

describe("the operator's token", () => {
  const ask = async (Authorization?: string) => {
    const headers: Record<string, string> = Authorization === undefined ? {} : { Authorization };
    const response = await call("/admin/migration-status", { headers });
    return [response.status, response.headers.get("WWW-Authenticate")?.split(" ")[0]];
  };

  it("is missing or not a bearer token: 401", async () => {
    expect(await ask()).toEqual([401, "Bearer"]);
    expect(await ask("Basic b3BlcmF0b3I=")).toEqual([401, "Bearer"]);
  });

  it("is wrong: 403, however similar", async () => {
    for (const wrong of ["x", "the-operator-of-the-test", "the-operator-of-the-testss"]) {
      expect(await ask(`Bearer ${wrong}`)).toEqual([403, undefined]);
    }
  });

  it("is not configured: 503 for every token", async () => {
    const { ADMIN_TOKEN: _none, ...without } = env as Env & { ADMIN_TOKEN?: string };
    const response = await serviceOf(without)
      .app()
      .request("/admin/migration-status", {
        headers: { Authorization: "Bearer undefined" },
      });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: "ADMIN_DISABLED", retryable: false });
  });

  it("is not in the log line of each action", async () => {
    const lines: string[] = [];
    const spy = vi
      .spyOn(console, "log")
      .mockImplementation((line) => void lines.push(String(line)));
    await admin("flags/useHTTPEnrichment?reason=outage", {
      method: "PUT",
      body: '{"percentage":20,"allow":["u1"]}',
      headers: { "Content-Type": "application/json" },
    });
    await call("/admin/flags/strange-path?strange=query", {
      headers: { Authorization: "Bearer wrong" },
    });
    spy.mockRestore();
    const actions = lines
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === "admin_action");
    expect(actions).toMatchObject([
      {
        method: "PUT",
        path: "/admin/flags/useHTTPEnrichment",
        query: { reason: "outage" },
        value: { percentage: 20, allow: ["u1"] },
        outcome: "200",
      },
      { method: "GET", outcome: "refused" },
    ]);
    expect(lines.join()).not.toContain("strange");
    expect(lines.join()).not.toContain("the-operator-of-the-tests");
  });
});

describe("flags", () => {
  const put = (name: string, body: unknown) =>
    admin(`flags/${name}`, {
      method: "PUT",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });

  it("can be set as a bare state or as a response body", async () => {
    expect(await (await admin("flags/enable_d1_reads")).json()).toEqual({
      name: "enable_d1_reads",
      state: true,
      source: "default",
    });
    for (const [body, state] of [
      [false, false],
      [{ state: true }, true],
      [
        { percentage: 10, allow: ["u1"] },
        { percentage: 10, allow: ["u1"] },
      ],
      [{ percentage: 50 }, { percentage: 50, allow: [] }],
    ]) {
      const due = { name: "useSSEImport", state, source: "kv" };
      expect(await (await put("useSSEImport", body)).json()).toEqual(due);
      expect(await (await admin("flags/useSSEImport")).json()).toEqual(due);
    }
  });

  it("reject an invalid state and an invalid name", async () => {
    for (const body of ["on", { percentage: 101 }, null, {}]) {
      expect((await put("useSSEImport", body)).status).toBe(400);
    }
    expect(await (await put("useSSEImport", "on")).json()).toMatchObject({
      detail: 'must be true, false, or {"percentage": 0 to 100, "allow": ["user id"]}',
    });
    expect((await put("a%20b", true)).status).toBe(400);
  });

  it("are all listed, each with its state", async () => {
    await put("useHTTPEnrichment", false);
    const response = await admin("flags");
    const { items } = await response.json<{ items: { name: string }[] }>();
    expect(items.map(({ name }) => name)).toEqual(FLAGS.map(({ name }) => name));
    expect(items).toContainEqual({ name: "useHTTPEnrichment", state: false, source: "kv" });
  });

  it("are not set under a mistyped name, which would have no effect", async () => {
    for (const name of ["enable_d1_read", "Enable_D1_Reads", "constructor", "toString"]) {
      for (const response of [await put(name, false), await admin(`flags/${name}`)]) {
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({
          code: "NOT_FOUND",
          detail: `There is no flag ${name}. The flags are ${FLAGS.map((flag) => flag.name).join(", ")}.`,
          suggestions: FLAGS.map((flag) => flag.name),
        });
      }
      expect(await env.BOOK_CACHE.get(`feature:${name}`)).toBeNull();
    }
  });
});

describe("cache metrics", () => {
  it("sum the counts of all isolates, most requested first", async () => {
    await env.DB.prepare(
      `INSERT INTO CacheMetrics (cache_key, hit_count, miss_count, last_accessed, ttl_seconds)
       VALUES ('book:isbn:1', 1, 1, 1700000000, NULL), ('book:isbn:2', 7, 1, 1700000000, 60)`,
    ).run();
    expect(await (await admin("cache-metrics?limit=1")).json()).toEqual({
      keys: 2,
      hits: 8,
      misses: 2,
      hitRate: 0.8,
      items: [
        {
          key: "book:isbn:2",
          hits: 7,
          misses: 1,
          lastAccessed: "2023-11-14T22:13:20.000Z",
          ttlSeconds: 60,
        },
      ],
    });
    expect((await admin("cache-metrics?limit=0")).status).toBe(400);
  });
});

describe("an invalid query", () => {
  it("is rejected", async () => {
    expect((await admin("errors?cursor=x")).status).toBe(400);
    for (const limit of ["501", "0", "", "1e2", "0x10", "many"]) {
      const refused = await admin(`errors?limit=${limit}`);
      expect(await refused.json()).toMatchObject({
        issues: [{ path: "limit", message: "must be a whole number from 1 to 500" }],
      });
    }
    expect((await admin("migrate-kv-to-d1?dryRun=perhaps", { method: "POST" })).status).toBe(400);
    expect((await admin("cache/9780306406158", { method: "DELETE" })).status).toBe(400);
    expect((await admin("nothing")).status).toBe(404);
  });
});
