import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { meteredDatabase } from "../../src/platform/d1/metered.ts";
import { metricsHubOf } from "../../src/platform/metrics/hub-client.ts";
import { bearer, type Account } from "../support/accounts.ts";
import { problemOf, quotaService } from "../support/quotas.ts";
import { listOf } from "../support/uploads.ts";

const DAY = 86_400_000;
/** Written rows charged for a previewed row. */
const WRITES = 5;

let now: number;
let days = 0;
beforeEach(() => {
  // Each test has its own day.
  now = Date.UTC(2027, 0, 1, 12) + (days += 3) * DAY;
});

/** Reports written rows as an isolate does. */
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
  it("limits accounts younger than a day to an eighth, one network to a tenth, and all imports to a half", async () => {
    const serviceRows = 8000 * WRITES;
    const { account, upload, call } = quotaService({
      quotas: { serviceRows },
      parts: { now: () => now },
    });
    const young = await account();
    const at = (address: string) => ({ address: `192.0.2.${address}` });
    const shareOf = async (response: Response) => {
      expect(response.status).toBe(503);
      return (await problemOf(response)).share;
    };
    // 500 rows are a sixteenth, for the young accounts of one network.
    expect((await upload(young, listOf(500), at("50"))).status).toBe(202);
    const refused = await upload(young, listOf(1, 1000), at("50"));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("43200");
    expect(await problemOf(refused)).toMatchObject({
      code: "SERVICE_BUDGET",
      retryable: true,
      share: "youngNetwork",
      detail: expect.stringContaining("your network") as string,
      resetsAt: new Date((Math.floor(now / DAY) + 1) * DAY).toISOString(),
    });
    // 1,000 rows are an eighth, for young accounts.
    expect(await shareOf(await upload(young, listOf(501, 2000)))).toBe("young");
    expect((await upload(young, listOf(500, 2000), at("51"))).status).toBe(202);
    expect(await shareOf(await upload(await account(), listOf(1, 3000)))).toBe("young");
    // Older accounts can use the rest of the half: 800 rows are a tenth, for one network.
    const old = await account();
    await makeOld(old);
    expect(await shareOf(await upload(old, listOf(301, 4000), at("50")))).toBe("network");
    expect((await upload(old, listOf(300, 4000), at("50"))).status).toBe(202);
    expect(await shareOf(await upload(old, listOf(2701, 5000)))).toBe("imports");
    expect((await upload(old, listOf(2700, 5000))).status).toBe(202);
    expect(await shareOf(await upload(old, listOf(1, 9000)))).toBe("imports");
    // Edits by hand are never refused.
    expect((await shelve(call, young, "By hand")).status).toBe(201);
    now += DAY;
    expect((await upload(old, listOf(1, 9000))).status).toBe(202);
  });

  it("is not used by edits of users", async () => {
    const { account, upload } = quotaService({
      quotas: { serviceRows: 1000 },
      parts: { now: () => now },
    });
    await written(100_000, "library");
    expect((await upload(await account(), listOf(1))).status).toBe(202);
  });

  it("is used by the rows that imports have written", async () => {
    const { account, upload, call } = quotaService({
      quotas: { serviceRows: 1000 },
      parts: { now: () => now },
    });
    const user = await account();
    await written(499, "imports");
    expect((await upload(user, listOf(1))).status).toBe(202);
    await written(1, "imports");
    now += 21_000;
    expect((await upload(user, listOf(1, 5))).status).toBe(503);
    expect((await shelve(call, user, "By hand")).status).toBe(201);
    now += DAY;
    expect((await upload(user, listOf(1, 5))).status).toBe(202);
    // The clock goes back to a day with a used-up budget, and forwards again.
    now -= DAY;
    expect((await upload(user, listOf(1, 6))).status).toBe(503);
    now += DAY;
    expect((await upload(user, listOf(1, 6))).status).toBe(202);
  });

  describe("is charged for rows that are committed or retried", () => {
    const setting = async (rows: number) => {
      const service = quotaService({
        // The share of young accounts is 20 written rows for each of these.
        quotas: { serviceRows: 8 * rows * 20 },
        parts: { now: () => now },
      });
      const user = await service.account();
      const response = await service.upload(user, listOf(10));
      const { jobId } = await response.json<{ jobId: string }>();
      const set = (values: string) =>
        env.DB.prepare(`UPDATE ImportJobs SET completed_at = ?2, ${values} WHERE job_id = ?1`)
          .bind(jobId, now)
          .run();
      const act = (action: string) =>
        service.call(`/api/v2/imports/${jobId}/${action}`, {
          method: "POST",
          headers: bearer(user.token),
        });
      const charged = () =>
        env.DB.prepare(
          "SELECT used FROM QuotaUses WHERE subject = 'imports:young' AND quota = 'serviceRows' AND day = ?1",
        )
          .bind(Math.floor(now / DAY))
          .first<number>("used");
      const result = (row: number, outcome: string, enrichment: string | null = null) =>
        env.DB.prepare(
          `INSERT INTO ImportResults (job_id, row, line, row_hash, outcome, enrichment) VALUES (?1, ?2, ?2, 'h' || ?2, ?3, ?4)`,
        )
          .bind(jobId, row, outcome, enrichment)
          .run();
      return { ...service, user, jobId, set, act, charged, result };
    };

    it("and refused beyond its share", async () => {
      const { set, act, charged, result } = await setting(10);
      // Ten rows: 50 for the preview, 150 for the commit.
      await set("state = 'previewed'");
      expect((await act("commit")).status).toBe(202);
      expect(await charged()).toBe(200);
      await set("state = 'previewed'");
      expect(await problemOf(await act("commit"))).toMatchObject({
        code: "SERVICE_BUDGET",
        status: 503,
        share: "young",
      });
      await set("state = 'completed', created = 0, unchanged = 0, invalid = 0, needs_review = 1");
      await result(999, "needsReview");
      expect((await act("retry")).status).toBe(503);
      now += DAY;
      expect((await act("retry")).status).toBe(202);
    });

    it("once when it is sent twice simultaneously", async () => {
      const { set, act, charged } = await setting(100);
      await set("state = 'previewed'");
      const answers = await Promise.all([act("commit"), act("commit")]);
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([202, 409]);
      expect(await charged()).toBe(200);
    });

    it("also for the books of settled rows, so that retries and cancellations end", async () => {
      const { set, act, charged, result } = await setting(10);
      await result(999, "created", "notFound");
      const retried = async (books: string) => {
        // Simulates the end of the import: a worker that is still running is too late.
        await set(
          `seq = seq + 1, state = 'cancelled', chunks = 0, created = 1, needs_review = 0, invalid = 0, ${books}`,
        );
        return (await act("retry")).status;
      };
      expect(await retried("enrich_not_found = 1, enrich_deferred = 0, enrich_pending = 0")).toBe(
        202,
      );
      expect(await charged()).toBe(60);
      expect(await retried("enrich_not_found = 0, enrich_deferred = 14, enrich_pending = 0")).toBe(
        202,
      );
      expect(await charged()).toBe(200);
      expect(await retried("enrich_not_found = 0, enrich_deferred = 1, enrich_pending = 0")).toBe(
        503,
      );
      expect(await charged()).toBe(200);
    });

    it("and refused once imports have written their half, even without a charge", async () => {
      const { set, act } = await setting(10);
      await set("state = 'completed', needs_review = 0, invalid = 0");
      await written(8 * 10 * 20, "imports");
      now += 21_000;
      expect((await act("retry")).status).toBe(503);
    });
  });

  it("is shown by a gauge, including the writes of users", async () => {
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
  it("reports the rows that statements and batches write, including indexes, and none for reads", async () => {
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
