import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { StepOutcome } from "../../src/imports/domain/enrich/step.ts";
import { importTasks } from "../../src/imports/module.ts";
import type { ImportWork } from "../../src/imports/objects/connections.ts";
import { importJob } from "../../src/imports/objects/job.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { d1ImportStaging } from "../../src/imports/storage/staging.ts";
import { serviceOf } from "../../src/service.ts";
import { bearer } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { call } from "../support/http.ts";
import {
  ended,
  eventsOf,
  imported,
  objectOf,
  rowsOf,
  staged,
  stagedByEarlierRelease,
} from "../support/imports.ts";
import { isbnOf, newReader } from "../support/library.ts";
import { waitFor } from "../support/wait.ts";

const DAY_MS = 86_400_000;
const ROWS = [{ isbn: isbnOf(8000), title: "One" }];

/** The storage and the alarm of a job's Durable Object. */
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

/** The methods of the class that tests call. */
interface Awakened {
  wake(jobId: string): Promise<void>;
  ensureAwake(jobId: string): Promise<void>;
  enrich(jobId: string): Promise<StepOutcome>;
  alarm(): Promise<void>;
}

/** An instance of the class with the ports `work` and a running job's alarm. */
async function withWork(
  name: string,
  work: Partial<ImportWork>,
  use: (object: Awakened) => Promise<void>,
): Promise<void> {
  const connections: ImportWork = {
    work: async () => "idle",
    enrich: async () => ({ kind: "idle" }),
    freeLease: async () => {},
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

describe("a job's Durable Object", () => {
  it("deletes its state when the job has ended", async () => {
    const { userId } = await newReader();
    const { jobId } = await imported({ userId, rows: ROWS });
    expect(await stateOf(jobId)).toEqual({ stored: [], alarm: null });
  });

  it("keeps checking a job that is uploading or processed by another worker", async () => {
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

  it("backs off after each failure, and stops when the job is given up", async () => {
    const delays: number[] = [];
    const seen: number[] = [];
    await withWork(
      "failing",
      {
        work: () => Promise.reject(new Error("D1 is unavailable")),
        failed: async (_jobId, _error, failures) => {
          seen.push(failures);
          if (failures === 4) throw new Error("The failure cannot be recorded.");
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

  it("does not postpone an earlier alarm that was set in the meantime", async () => {
    await withWork("busy", { work: async () => "watch" }, async (object) => {
      await object.wake("busy");
      await object.alarm();
      const alarm = await runInDurableObject(objectOf("busy"), (_same, { storage }) =>
        storage.getAlarm(),
      );
      expect(alarm).toBeLessThanOrEqual(Date.now());
    });
  });

  /** A job in the enrichment phase with the given outcomes of its steps. */
  const enriching = (outcomes: StepOutcome[], freed: string[] = []): Partial<ImportWork> => ({
    work: async () => "watch",
    enrich: async () => outcomes.shift() ?? { kind: "idle" },
    freeLease: async (jobId) => void freed.push(jobId),
  });
  const alarmOf = async (jobId: string): Promise<number> =>
    ((await stateOf(jobId)).alarm ?? Infinity) - Date.now();
  /** Maximum time until the alarm of a job that must resume soon after a kill. */
  const SOON_MS = 2000;

  it("has a near alarm before its work is written, and between consecutive steps", async () => {
    let checks = 0;
    const work = enriching([
      { kind: "again", afterMs: 0 },
      { kind: "again", afterMs: 60_000 },
    ]);
    const counted: typeof work = {
      ...work,
      work: async () => {
        checks += 1;
        return "watch";
      },
    };
    await withWork("soon", counted, async (object) => {
      const clear = () =>
        runInDurableObject(objectOf("soon"), (_same, { storage }) => storage.deleteAlarm());
      const alarm = async (): Promise<number> => {
        await clear();
        await object.alarm();
        return alarmOf("soon");
      };
      await object.ensureAwake("soon");
      expect(await alarmOf("soon")).toBeLessThanOrEqual(SOON_MS);
      expect(await alarm()).toBeLessThanOrEqual(SOON_MS);
      await object.enrich("soon");
      expect(await alarm()).toBeLessThanOrEqual(SOON_MS);
      // These alarms are early: the job was checked by the first one.
      expect(checks).toBe(1);
      await object.enrich("soon");
      expect(await alarm()).toBeGreaterThan(SOON_MS);
      expect(checks).toBe(2);
    });
  });

  it("frees the lease of its predecessor once, before its first step", async () => {
    const freed: string[] = [];
    let isAway = true;
    const work = enriching([], freed);
    const failing: typeof work = {
      ...work,
      freeLease: async (jobId) => {
        if (isAway) throw new Error("D1 is unavailable");
        freed.push(jobId);
      },
    };
    await withWork("freed", failing, async (object) => {
      await expect(object.enrich("freed")).rejects.toThrow("unavailable");
      isAway = false;
      await Promise.all([object.enrich("freed"), object.enrich("freed")]);
      await object.enrich("freed");
      expect(freed).toEqual(["freed"]);
    });
  });

  it("deletes everything when the user deletes their library", async () => {
    const user = await newReader();
    const jobId = await staged({ userId: user.userId, rows: ROWS });
    await objectOf(jobId).ensureAwake(jobId);
    expect((await stateOf(jobId)).stored).toEqual(["job"]);
    expect((await user.call("DELETE", "")).status).toBe(204);
    expect(await stateOf(jobId)).toEqual({ stored: [], alarm: null });
    expect(await readJob(env.DB, jobId)).toBeUndefined();
  });
});

describe("a job that fails repeatedly", () => {
  it("fails with its results so far, and resumes when the user retries", async () => {
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

describe("enrichment", () => {
  it("ends after a day and defers the rest to the scheduled refresh", async () => {
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

describe("the scheduled sweep", () => {
  const at = (now: number) =>
    importTasks({ env, newId: () => crypto.randomUUID(), now: () => now });

  it("wakes a job that has not changed for half a minute", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: ROWS });
    await at(Date.now())["keep_imports_going"]?.();
    expect((await stateOf(jobId)).alarm).toBeNull();
    await at(Date.now() + 31_000)["keep_imports_going"]?.();
    expect((await stateOf(jobId)).alarm).not.toBeNull();
    await waitFor(async () => {
      await runDurableObjectAlarm(objectOf(jobId));
      expect(await readJob(env.DB, jobId)).toMatchObject({ state: "completed" });
    });
  });

  it("deletes abandoned uploads", async () => {
    const { userId } = await newReader();
    const [abandoned, active] = [
      await staged({ userId, rows: ROWS }),
      await staged({ userId, rows: ROWS }),
    ];
    await set(abandoned, { state: "uploading", updated_at: Date.now() - 16 * 60_000 });
    await set(active, { state: "uploading" });
    expect(await at(Date.now())["sweep_abandoned_uploads"]?.()).toBe(1);
    expect(await readJob(env.DB, abandoned)).toBeUndefined();
    expect(await rowsOf(abandoned)).toEqual([]);
    expect(await readJob(env.DB, active)).toBeDefined();
  });

  it("deletes the rows of an abandoned upload in batches", async () => {
    const { userId } = await newReader();
    const rows = Array.from({ length: 1500 }, (_, index) => ({ isbn: isbnOf(7000 + index) }));
    const jobId = await stagedByEarlierRelease({ userId, rows });
    await set(jobId, { state: "uploading", updated_at: Date.now() - 16 * 60_000 });
    const sweep = at(Date.now())["sweep_abandoned_uploads"];
    expect(await sweep?.()).toBe(0);
    const left = env.DB.prepare("SELECT count(*) AS n FROM ImportRows WHERE job_id = ?1");
    expect(await left.bind(jobId).first("n")).toBe(500);
    expect(await sweep?.()).toBe(1);
    expect(await readJob(env.DB, jobId)).toBeUndefined();
  });

  it("does not let an upload complete after its rows were deleted", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: [...ROWS, ...ROWS], chunk: 1 });
    await set(jobId, { state: "uploading" });
    await env.DB.prepare("DELETE FROM ImportChunks WHERE job_id = ?1 AND chunk = 0")
      .bind(jobId)
      .run();
    const staging = d1ImportStaging(
      env.DB,
      { newId: () => "token", newTicketKey: () => "key", now: Date.now },
      { openImports: undefined },
      memoryLog(),
    );
    const reading = {
      format: "list",
      formatConfidence: 1,
      encoding: "utf-8",
      encodingConfidence: 1,
      assumptions: [],
    };
    const file = { totalRows: 3, fileHash: "", opening: "", bytes: 0, answer: undefined, reading };
    const free = { charges: [], total: [] };
    const rest = { jobId, userId, rows: [], chunk: 2, at: Date.now(), ...file, ...free };
    expect(await staging.complete(rest)).toEqual({ kind: "not_stored", uses: [] });
  });

  it("deletes rows and events after thirty days and retains the job", async () => {
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
    const chunks = 2;
    expect(await sweep?.()).toBe(1000 + chunks + events);
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
