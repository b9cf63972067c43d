import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { meteredDatabase } from "../../src/platform/d1/metered.ts";
import { metricsHubOf } from "../../src/platform/metrics/hub-client.ts";
import { bearer, type Account } from "../support/accounts.ts";
import { problemOf, quotaService } from "../support/quotas.ts";
import { listOf } from "../support/uploads.ts";

const DAY = 86_400_000;
/** Rows that a previewed row is charged. */
const WRITES = 5;

let now: number;
let days = 0;
beforeEach(() => {
  // Each test has a day of its own.
  now = Date.UTC(2027, 0, 1, 12) + (days += 3) * DAY;
});

/** Reports rows as an isolate that has written them. */
const written = (rows: number, source: "imports" | "library") =>
  metricsHubOf(env, () => now).add({
    counters: [{ name: "rows_written", labels: { source }, value: rows }],
    histograms: [],
  });

const shelve = (
  call: ReturnType<typeof quotaService>["call"],
  { userId, token }: Account,
  title: string,
) =>
  call(`/v1/library/${userId}/books`, {
    method: "POST",
    headers: { ...bearer(token), "Content-Type": "application/json" },
    body: JSON.stringify({ title, authors: ["Ann Author"] }),
  });

const makeOld = ({ userId }: Account) =>
  env.DB.prepare("UPDATE Users SET created_at = 1 WHERE id = ?1").bind(userId).run();

describe("the budget of the service", () => {
  it("gives accounts younger than a day an eighth, one network a tenth, and all imports a half", async () => {
    const serviceRows = 8000 * WRITES;
    const { account, upload, call } = quotaService({
      quotas: { serviceRows },
      parts: { now: () => now },
    });
    const young = await account();
    // 800 rows are a tenth, for one network.
    const from = { address: "192.0.2.50" };
    expect((await upload(young, listOf(800), from)).status).toBe(202);
    const refused = await upload(young, listOf(1, 1000), from);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("43200");
    expect(await problemOf(refused)).toMatchObject({
      code: "SERVICE_BUDGET",
      retryable: true,
      resetsAt: new Date((Math.floor(now / DAY) + 1) * DAY).toISOString(),
    });
    // 1,000 rows are an eighth, for young accounts.
    expect((await upload(young, listOf(201, 2000))).status).toBe(503);
    expect((await upload(young, listOf(200, 2000))).status).toBe(202);
    expect((await upload(await account(), listOf(1, 3000))).status).toBe(503);
    // Older accounts have the rest of the half.
    const old = await account();
    await makeOld(old);
    expect((await upload(old, listOf(3001, 4000))).status).toBe(503);
    expect((await upload(old, listOf(3000, 4000))).status).toBe(202);
    expect((await upload(old, listOf(1, 9000))).status).toBe(503);
    // Edits by hand are never refused.
    expect((await shelve(call, young, "By hand")).status).toBe(201);
    now += DAY;
    expect((await upload(old, listOf(1, 9000))).status).toBe(202);
  });

  it.each([
    ["the service", 1000, "library"],
    ["imports", 500, "imports"],
  ] as const)("is spent by the rows that %s has written", async (_name, rows, source) => {
    const { account, upload, call } = quotaService({
      quotas: { serviceRows: 1000 },
      parts: { now: () => now },
    });
    const user = await account();
    await written(rows - 1, source);
    expect((await upload(user, listOf(1))).status).toBe(202);
    await written(1, source);
    now += 21_000;
    expect((await upload(user, listOf(1, 5))).status).toBe(503);
    expect((await shelve(call, user, "By hand")).status).toBe(201);
    now += DAY;
    expect((await upload(user, listOf(1, 5))).status).toBe(202);
    // The clock goes back to a day that is spent, and forwards again.
    now -= DAY;
    expect((await upload(user, listOf(1, 6))).status).toBe(503);
    now += DAY;
    expect((await upload(user, listOf(1, 6))).status).toBe(202);
  });

  it("is charged for rows that are committed or retried, which it may refuse", async () => {
    const { account, upload, call } = quotaService({
      quotas: { serviceRows: 8 * 10 * 25 },
      parts: { now: () => now },
    });
    const user = await account();
    const response = await upload(user, listOf(10));
    const { jobId } = await response.json<{ jobId: string }>();
    const set = (state: string) =>
      env.DB.prepare("UPDATE ImportJobs SET state = ?2, completed_at = ?3 WHERE job_id = ?1")
        .bind(jobId, state, now)
        .run();
    const act = (action: string) =>
      call(`/api/v2/imports/${jobId}/${action}`, { method: "POST", headers: bearer(user.token) });
    // Ten rows are an eighth of the budget: 50 for the preview, 200 for the commit.
    await set("previewed");
    expect((await act("commit")).status).toBe(202);
    await set("previewed");
    expect(await problemOf(await act("commit"))).toMatchObject({
      code: "SERVICE_BUDGET",
      status: 503,
    });
    await set("completed");
    await env.DB.prepare(
      `UPDATE ImportJobs SET created = 0, updated = 0, unchanged = 0, invalid = 0, needs_review = 1 WHERE job_id = ?1`,
    )
      .bind(jobId)
      .run();
    await env.DB.prepare(
      `INSERT INTO ImportResults (job_id, row, line, row_hash, outcome) VALUES (?1, 999, 999, 'h', 'needsReview')`,
    )
      .bind(jobId)
      .run();
    expect((await act("retry")).status).toBe(503);
    now += DAY;
    expect((await act("retry")).status).toBe(202);
  });

  it("is shown by a gauge, with what users write", async () => {
    const { account, upload, call, platform } = quotaService({
      quotas: { serviceRows: 100_000 },
      parts: { now: () => now },
    });
    const user = await account();
    await upload(user, listOf(100));
    await shelve(call, user, "By hand");
    await platform.metrics.report();
    const text = await (await call("/metrics")).text();
    expect(text).toContain('bookstrack_service_budget_used_ratio{share="young"} 0.04');
    expect(text).toContain('bookstrack_service_budget_used_ratio{share="imports"} 0.01');
    expect(text).toMatch(/rows_written_total\{source="library"\} [1-9]/);
    expect(text).toMatch(/rows_written_total\{source="accounts"\} [1-9]/);
  });
});

describe("a metered database", () => {
  it("reports the rows that statements and batches write, with their indexes, and none for reads", async () => {
    const seen: number[] = [];
    const db = meteredDatabase(env.DB, (rows) => seen.push(rows));
    const add = (id: string) =>
      db.prepare("INSERT INTO Users (id, recovery_hash, created_at) VALUES (?1, 'h', 1)").bind(id);
    const { meta } = await add("metered-1").run();
    expect(seen).toEqual([meta.rows_written]);
    await db.batch([add("metered-2"), add("metered-3")]);
    expect(seen).toEqual([meta.rows_written, 2 * meta.rows_written]);
    const find = db.prepare("SELECT id FROM Users WHERE id = ?1").bind("metered-1");
    expect(await find.first("id")).toBe("metered-1");
    expect(await find.first()).toEqual({ id: "metered-1" });
    expect((await find.all()).results).toEqual([{ id: "metered-1" }]);
    expect(seen).toHaveLength(2);
  });
});
