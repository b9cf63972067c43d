import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { bearer } from "../support/accounts.ts";
import { problemOf, quotaService } from "../support/quotas.ts";
import { listOf, traces } from "../support/uploads.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const jobIdOf = async (response: Response): Promise<string> => {
  expect(response.status).toBe(202);
  return (await response.json<{ jobId: string }>()).jobId;
};

const endAll = (userId: string) =>
  env.DB.prepare(
    "UPDATE ImportJobs SET state = 'cancelled' WHERE user_id = ?1 AND state <> 'uploading'",
  )
    .bind(userId)
    .run();

describe("the rows per day", () => {
  it("end an upload that exceeds them with 429, which leaves nothing behind", async () => {
    const { account, upload, used } = quotaService({ quotas: { firstDayImportRows: 2500 } });
    const user = await account();
    await jobIdOf(await upload(user, listOf(1000)));
    for (const rows of [1501, 3000, 30_000]) {
      const refused = await upload(user, listOf(rows, 5000));
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("Retry-After"))).toBeLessThanOrEqual(86_400);
      expect(await problemOf(refused)).toMatchObject({
        code: "QUOTA_EXCEEDED",
        quota: "importRows",
        limit: 2500,
        used: 1000,
        resetsAt: expect.stringMatching(/T00:00:00.000Z$/) as string,
      });
    }
    expect(await traces(user.userId)).toEqual({ jobs: 1, rows: 1000 });
    expect(await used(user)).toMatchObject({ importRows: 1000 });
    await jobIdOf(await upload(user, listOf(1500, 5000)));
    expect(await used(user)).toMatchObject({ importRows: 2500 });
  });

  it("are never exceeded by twenty simultaneous uploads", async () => {
    const { account, accept, upload, used } = quotaService({
      quotas: { firstDayImportRows: 5000 },
    });
    const user = await account();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => accept(user, listOf(1500, index * 10_000))),
    );
    const accepted = outcomes.filter(({ kind }) => kind === "accepted").length;
    for (const { kind } of outcomes) expect(["accepted", "refused"]).toContain(kind);
    expect(await used(user)).toMatchObject({ importRows: accepted * 1500 });
    expect(await traces(user.userId)).toEqual({ jobs: accepted, rows: accepted * 1500 });
    expect(accepted * 1500).toBeLessThanOrEqual(5000);
    // Refused uploads reserve nothing.
    await jobIdOf(await upload(user, listOf(5000 - accepted * 1500, 500_000)));
    expect(await used(user)).toMatchObject({ importRows: 5000 });
  });

  it("count stored bytes, however small the file is", async () => {
    const { account, upload } = quotaService({ quotas: { firstDayImportBytes: 1_000_000 } });
    const user = await account();
    // Each row without an ISBN repeats the names of its columns.
    const columns = Array.from({ length: 100 }, (_, at) => `Column ${at} ${"c".repeat(50)}`);
    const cells = columns.map(() => "x").join(",");
    const file = [
      `Title,Author,${columns.join(",")}`,
      ...Array.from({ length: 500 }, (_, at) => `T${at},A,${cells}`),
    ];
    const refused = await upload(user, file.join("\n"));
    expect(await problemOf(refused)).toMatchObject({
      code: "QUOTA_EXCEEDED",
      quota: "importBytes",
      used: 0,
    });
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("count the same file once, even as a preview and after the quota is used up", async () => {
    const { account, upload, used } = quotaService({ quotas: { firstDayImportRows: 2000 } });
    const user = await account();
    await jobIdOf(await upload(user, listOf(2000)));
    await jobIdOf(await upload(user, listOf(2000), { query: "?enrich=false" }));
    expect(await used(user)).toMatchObject({ importRows: 2000 });
    // A file with the same beginning is a different one.
    expect((await upload(user, listOf(1999))).status).toBe(429);
    expect((await upload(user, listOf(2001))).status).toBe(429);
    expect(await used(user)).toMatchObject({ importRows: 2000 });
    expect(await traces(user.userId)).toMatchObject({ jobs: 2 });
  });

  it("count the same file once when it is sent twice simultaneously", async () => {
    const { account, upload, used } = quotaService({ quotas: {} });
    const user = await account();
    await Promise.all([upload(user, listOf(1200)), upload(user, listOf(1200))]);
    expect(await used(user)).toMatchObject({ importRows: 1200 });
  });

  it("count only additional rows when the same file is read in another way", async () => {
    const { account, upload, used } = quotaService({ quotas: {} });
    const user = await account();
    // Read as UTF-16, the ASCII lines are one cell.
    const utf16 = [...new TextEncoder().encode("Title,ISBN\nA,9780441172719\n")].flatMap((byte) => [
      byte,
      0,
    ]);
    const lines = "Title,9780441172719\n".repeat(2600);
    const file = new Uint8Array([...utf16, ...new TextEncoder().encode(lines)]);
    const send = (query: string) =>
      upload(user, file, { query: `?dryRun=true&enrich=false${query}` });
    await jobIdOf(await send("&encoding=utf-16le"));
    const { importRows: few = 0 } = await used(user);
    expect(few).toBeLessThan(3);
    const response = await send("&encoding=windows-1252");
    expect(response.status).toBe(202);
    const { totalRows } = await response.json<{ totalRows: number }>();
    expect(totalRows).toBeGreaterThan(2500);
    expect(await used(user)).toMatchObject({ importRows: totalRows });
    await jobIdOf(await send("&encoding=windows-1252"));
    expect(await used(user)).toMatchObject({ importRows: totalRows });
  });

  it("are more after the first day of the account, and reset at midnight UTC", async () => {
    let now = Date.UTC(2026, 4, 1, 22);
    const { account, upload, used } = quotaService({
      quotas: { firstDayImportRows: 10, importRows: 30 },
      parts: { now: () => now },
    });
    const user = await account();
    await jobIdOf(await upload(user, listOf(10)));
    expect((await upload(user, listOf(1, 100))).status).toBe(429);
    now += 3 * HOUR;
    expect(await used(user)).toMatchObject({ importRows: 0 });
    await jobIdOf(await upload(user, listOf(10, 200)));
    expect((await upload(user, listOf(1, 300))).status).toBe(429);
    now = Date.UTC(2026, 4, 2, 22);
    await jobIdOf(await upload(user, listOf(20, 400)));
    expect((await upload(user, listOf(1, 500))).status).toBe(429);
  });

  it("block no one when the clock is set forwards or backwards", async () => {
    let now = Date.UTC(2026, 4, 3, 1);
    const { account, upload, used } = quotaService({
      quotas: { firstDayImportRows: 10, importRows: 10, openImports: 1 },
      parts: { now: () => now },
    });
    const user = await account();
    for (const [hours, from] of [
      [0, 0],
      [-2, 100],
      [26, 200],
    ] as const) {
      now += hours * HOUR;
      await jobIdOf(await upload(user, listOf(10, from)));
      expect(await used(user)).toMatchObject({ importRows: 10 });
      await endAll(user.userId);
    }
    // An upload of a killed worker with a clock that was two hours ahead.
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'uploading', updated_at = ?2 WHERE user_id = ?1",
    )
      .bind(user.userId, now + 2 * HOUR)
      .run();
    now += DAY;
    expect(await used(user)).toMatchObject({ openImports: 0 });
    await jobIdOf(await upload(user, listOf(10, 300)));
  });

  it("are refunded when the upload of a killed worker is swept", async () => {
    const { account, upload, used, service, platform } = quotaService({ quotas: {} });
    const user = await account();
    const jobId = await jobIdOf(await upload(user, listOf(10)));
    const charges = [
      {
        subject: user.userId,
        quota: "importRows",
        day: Math.floor(platform.now() / DAY),
        amount: 7,
      },
    ];
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'uploading', updated_at = 1, charges = ?2 WHERE job_id = ?1",
    )
      .bind(jobId, JSON.stringify(charges))
      .run();
    await service.scheduled();
    await service.scheduled();
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
    expect(await used(user)).toMatchObject({ importRows: 3 });
  });
});

describe("a preview", () => {
  it("can be committed for seven days, and its rows are then deleted", async () => {
    let now = Date.UTC(2026, 9, 1);
    const { account, upload, call, service } = quotaService({ parts: { now: () => now } });
    const user = await account();
    const jobId = await jobIdOf(await upload(user, listOf(3)));
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'previewed', completed_at = ?2 WHERE job_id = ?1",
    )
      .bind(jobId, now)
      .run();
    now += 7 * DAY + 1;
    const commit = await call(`/api/v2/imports/${jobId}/commit`, {
      method: "POST",
      headers: bearer(user.token),
    });
    expect(commit.status).toBe(409);
    expect((await problemOf(commit)).detail).toContain("more than 7 days ago");
    await service.scheduled();
    const left = env.DB.prepare("SELECT count(*) AS n FROM ImportChunks WHERE job_id = ?");
    expect(await left.bind(jobId).first("n")).toBe(0);
  });
});

describe("the counts per day", () => {
  it("are deleted after two days", async () => {
    let now = Date.UTC(2026, 8, 1, 12);
    const { account, upload, service } = quotaService({ parts: { now: () => now } });
    const user = await account();
    await jobIdOf(await upload(user, listOf(3)));
    const rows = async () =>
      env.DB.prepare(
        `SELECT (SELECT count(*) FROM QuotaUses WHERE user_id = ?1) AS uses,
           (SELECT count(*) FROM QuotaFiles WHERE user_id = ?1) AS files`,
      )
        .bind(user.userId)
        .first();
    now += 2 * DAY;
    await service.scheduled();
    expect(await rows()).toEqual({ uses: 2, files: 1 });
    now += DAY;
    await service.scheduled();
    expect(await rows()).toEqual({ uses: 0, files: 0 });
  });
});

describe("running imports", () => {
  it("are limited even when many start at the same time, and previews do not count", async () => {
    const { account, accept, upload, used, call } = quotaService({ quotas: { openImports: 3 } });
    const user = await account();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => accept(user, listOf(3, index * 10))),
    );
    // An import may have ended before another one started.
    const open = await env.DB.prepare(
      "SELECT count(*) AS n FROM ImportJobs WHERE user_id = ?1 AND state IN ('queued', 'processing')",
    )
      .bind(user.userId)
      .first<number>("n");
    expect(open).toBeLessThanOrEqual(3);
    expect(outcomes.filter(({ kind }) => kind === "accepted").length).toBeGreaterThanOrEqual(3);
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'previewed', completed_at = ?2 WHERE user_id = ?1",
    )
      .bind(user.userId, Date.now())
      .run();
    expect(await used(user)).toMatchObject({ openImports: 0 });
    const set = (state: string) =>
      env.DB.prepare(
        "UPDATE ImportJobs SET state = ?2 WHERE user_id = ?1 AND job_id IN (SELECT job_id FROM ImportJobs WHERE user_id = ?1 LIMIT 3)",
      )
        .bind(user.userId, state)
        .run();
    await set("processing");
    const refused = await upload(user, listOf(1, 900));
    expect(refused.status).toBe(409);
    expect(await problemOf(refused)).toMatchObject({
      code: "LIMIT_REACHED",
      quota: "openImports",
      limit: 3,
      used: 3,
      retryable: false,
    });
    // An upload that has stalled for a minute does not count.
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'uploading', updated_at = updated_at - 61000 WHERE user_id = ?1 AND state = 'processing'",
    )
      .bind(user.userId)
      .run();
    expect((await upload(user, listOf(1, 901))).status).toBe(202);
    const capabilities = await call("/api/v2/capabilities");
    expect(await capabilities.json()).toMatchObject({
      limits: { quotas: { openImports: 3 } },
      signup: "open",
    });
    expect((await call("/api/v2/users/me/usage")).status).toBe(401);
    expect((await call("/api/v2/users/me/usage", { headers: bearer("bt_x_y") })).status).toBe(401);
  });
});
