import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { importTasks } from "../../src/imports/module.ts";
import type { ImportWork } from "../../src/imports/objects/connections.ts";
import { importJob } from "../../src/imports/objects/import-job.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { serviceOf } from "../../src/service.ts";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { ended, eventsOf, imported, objectOf, rowsOf, staged } from "../support/imports.ts";
import { isbnOf, newReader } from "../support/library.ts";

const DAY_MS = 86_400_000;
const ROWS = [{ isbn: isbnOf(8000), title: "One" }];

/** What the object of a job has stored, and when it wakes. */
const stateOf = (jobId: string) =>
  runInDurableObject(objectOf(jobId), async (_object, { storage }) => ({
    stored: [...(await storage.list()).keys()],
    alarm: await storage.getAlarm(),
  }));

async function set(jobId: string, columns: Record<string, string | number | null>): Promise<void> {
  const names = Object.keys(columns);
  await env.DB.prepare(
    `UPDATE ImportJobs SET ${names.map((name, index) => `${name} = ?${index + 2}`).join(", ")} WHERE job_id = ?1`,
  )
    .bind(jobId, ...Object.values(columns))
    .run();
}

/** An object of the class, connected to `work`, with the alarm of one that runs. */
async function withWork(
  name: string,
  work: Partial<ImportWork>,
  use: (object: { wake(jobId: string): Promise<void>; alarm(): Promise<void> }) => Promise<void>,
): Promise<void> {
  const connections: ImportWork = {
    work: async () => "idle",
    failed: async () => true,
    history: () => ({ lastSeq: async () => 0, eventsAfter: async () => [] }),
    streamsPerJob: 1,
    ...work,
  };
  const ImportJob = importJob(() => connections);
  await runInDurableObject(objectOf(name), async (_object, context) => {
    await use(new ImportJob(context, env));
    await context.storage.deleteAlarm();
  });
}

describe("the object of a job", () => {
  it("leaves nothing behind when the job has ended", async () => {
    const { userId } = await newReader();
    const { jobId } = await imported({ userId, rows: ROWS });
    expect(await stateOf(jobId)).toEqual({ stored: [], alarm: null });
  });

  it("looks after a job that is still coming in, and one that others work on", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: ROWS });
    await set(jobId, { state: "uploading" });
    await objectOf(jobId).wake(jobId);
    await runDurableObjectAlarm(objectOf(jobId));
    const due = await stateOf(jobId);
    expect(due.alarm).toBeGreaterThan(Date.now());
    expect(await rowsOf(jobId)).toMatchObject([{ outcome: null }]);
    await set(jobId, { state: "queued" });
    expect(await ended(jobId)).toMatchObject({ state: "completed" });
  });

  it("waits longer after each failure, and gives up when it is told to", async () => {
    const delays: number[] = [];
    const seen: number[] = [];
    await withWork(
      "failing",
      {
        work: () => Promise.reject(new Error("D1 is away")),
        failed: async (_jobId, _error, failures) => {
          seen.push(failures);
          if (failures === 4) throw new Error("and cannot be told");
          return failures < 9;
        },
      },
      async (object) => {
        await object.wake("failing");
        for (let round = 0; round < 9; round += 1) {
          const begun = Date.now();
          await runInDurableObject(objectOf("failing"), (_same, { storage }) =>
            storage.deleteAlarm(),
          );
          await object.alarm();
          const alarm = await runInDurableObject(objectOf("failing"), (_same, { storage }) =>
            storage.getAlarm(),
          );
          delays.push(alarm === null ? -1 : Math.round((alarm - begun) / 1000));
        }
      },
    );
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, -1]);
  });

  it("does not put off what somebody else has set meanwhile", async () => {
    await withWork("busy", { work: async () => "watch" }, async (object) => {
      await object.wake("busy");
      await object.alarm();
      const alarm = await runInDurableObject(objectOf("busy"), (_same, { storage }) =>
        storage.getAlarm(),
      );
      expect(alarm).toBeLessThanOrEqual(Date.now());
    });
  });

  it("forgets everything when its reader does", async () => {
    const reader = await newReader();
    const jobId = await staged({ userId: reader.userId, rows: ROWS });
    await objectOf(jobId).ensureAwake(jobId);
    expect((await stateOf(jobId)).stored).toEqual(["job"]);
    expect((await reader.call("DELETE", "")).status).toBe(204);
    expect(await stateOf(jobId)).toEqual({ stored: [], alarm: null });
    expect(await readJob(env.DB, jobId)).toBeUndefined();
  });
});

describe("a job that fails time and again", () => {
  it("is given up with what it has done, and goes on when its reader wants that", async () => {
    const { userId, token } = await newReader();
    const jobId = await staged({ userId, rows: ROWS });
    const { failed } = serviceOf(env).imports.jobWork;
    expect(await failed(jobId, new Error("no"), 29)).toBe(true);
    expect(await readJob(env.DB, jobId)).toMatchObject({ state: "queued" });
    expect(await failed(jobId, new Error("no"), 30)).toBe(false);
    expect(await readJob(env.DB, jobId)).toMatchObject({
      state: "failed",
      error: { code: "INTERNAL_ERROR" },
    });
    expect(await failed(jobId, new Error("no"), 31)).toBe(false);
    expect((await eventsOf(jobId)).map(({ type }) => type)).toEqual(["failed"]);
    const response = await call(`/api/v2/imports/${jobId}/retry`, {
      method: "POST",
      headers: bearer(token),
    });
    expect(response.status).toBe(202);
    const { error, ...job } = await ended(jobId);
    expect([error, job.state, job.outcomes.created]).toEqual([undefined, "completed", 1]);
  });
});

describe("asking the providers", () => {
  it("ends after a day, with the rest left to the scheduled refresh", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: ROWS, enrich: true });
    await ended(jobId, ({ phase }) => phase === "enriching");
    await set(jobId, { enrich_since: Date.now() - DAY_MS });
    expect(await ended(jobId)).toMatchObject({
      state: "completed",
      progress: 1,
      enrichment: { done: 0, pending: 0, deferred: 1 },
    });
    expect(await rowsOf(jobId)).toMatchObject([{ outcome: "created", enrichment: "deferred" }]);
    const events = await eventsOf(jobId);
    expect(events.filter(({ type }) => type === "completed")).toHaveLength(1);
  });
});

describe("what the clock sets off", () => {
  const at = (now: number) => importTasks({ env, now: () => now });

  it("wakes a job on which nothing has happened for half a minute", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: ROWS });
    await at(Date.now())["keep_imports_going"]?.();
    expect((await stateOf(jobId)).alarm).toBeNull();
    await at(Date.now() + 31_000)["keep_imports_going"]?.();
    expect((await stateOf(jobId)).alarm).not.toBeNull();
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(objectOf(jobId));
      expect(await readJob(env.DB, jobId)).toMatchObject({ state: "completed" });
    });
  });

  it("deletes uploads that nobody goes on with", async () => {
    const { userId } = await newReader();
    const [given, going] = [
      await staged({ userId, rows: ROWS }),
      await staged({ userId, rows: ROWS }),
    ];
    await set(given, { state: "uploading", updated_at: Date.now() - 16 * 60_000 });
    await set(going, { state: "uploading" });
    expect(await at(Date.now())["sweep_abandoned_uploads"]?.()).toBe(1);
    expect(await readJob(env.DB, given)).toBeUndefined();
    expect(await rowsOf(given)).toEqual([]);
    expect(await readJob(env.DB, going)).toBeDefined();
  });

  it("deletes rows and events after thirty days, and keeps what the job says of itself", async () => {
    const { userId } = await newReader();
    const rows = Array.from({ length: 1500 }, (_, index) => ({
      isbn: isbnOf(9000 + index),
      title: "T",
    }));
    const old = await imported({ userId, rows });
    const young = await imported({ userId, rows: ROWS });
    await set(old.jobId, { completed_at: Date.now() - 31 * DAY_MS });
    const sweep = at(Date.now())["sweep_old_imports"];
    const events = (await eventsOf(old.jobId)).length;
    expect(await sweep?.()).toBe(1000 + events);
    expect(await sweep?.()).toBe(500);
    expect(await sweep?.()).toBe(0);
    expect(await rowsOf(old.jobId)).toEqual([]);
    expect(await eventsOf(old.jobId)).toEqual([]);
    expect(await readJob(env.DB, old.jobId)).toMatchObject({
      outcomes: { created: 1500 },
      chunks: 0,
    });
    expect(await rowsOf(young.jobId)).toHaveLength(1);
  });
});
