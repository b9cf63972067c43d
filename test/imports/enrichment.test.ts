import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Resolution } from "../../src/catalogue/domain/resolution.ts";
import { BOOKS_PER_STEP } from "../../src/imports/domain/enrich/books.ts";
import { LEASE_MS } from "../../src/platform/lease.ts";
import { enrichJob, type EnrichJobDeps } from "../../src/imports/domain/enrich/job.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { d1ImportBooks, renewHold } from "../../src/imports/storage/enrichment.ts";
import { d1WaitingRows } from "../../src/imports/storage/matching.ts";
import { stalledJobs } from "../../src/imports/storage/sweeps.ts";
import { aBook } from "../support/books.ts";
import { memoryLog } from "../support/fakes.ts";
import {
  enrichingJob,
  eventsOf,
  isbnOf,
  jobNumbers,
  allRowsOf,
} from "../support/import-enrichment.ts";
import { randomOfThisRun, runs } from "../support/properties.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

const unavailable: Resolution = { kind: "unavailable", providers: {}, retryAfterSeconds: 7 };
const absent: Resolution = { kind: "absent", providersChecked: ["openlibrary"] };

/** A lookup that stores its result, as a flight does. */
async function found(isbn: string): Promise<Resolution> {
  const record = { book: aBook({ isbn, title: `Book ${isbn}` }), fetchedAt: 1, freshUntil: 2 };
  await d1BookStore(env.DB, memoryLog()).save(record, undefined);
  return { kind: "found", record };
}

let clock = Date.now();
let range = 0;

/** ISBNs used only in the current test. */
const books = (count: number): string[] => {
  range += 10_000;
  return Array.from({ length: count }, (_, n) => isbnOf(range + n));
};

function worker(resolve: (isbn: string) => Promise<Resolution>) {
  const announced: string[] = [];
  const timers: (() => void)[] = [];
  const deps: EnrichJobDeps = {
    books: d1ImportBooks(env.DB, memoryLog()),
    rows: d1WaitingRows(env.DB, () => crypto.randomUUID(), memoryLog()),
    editions: () => ({
      inCatalogue: () => Promise.resolve([]),
      atProviders: () => Promise.resolve({ kind: "found", books: [] }),
    }),
    resolve,
    renew: renewHold(env.DB, memoryLog()),
    setTimer(_delayMs, fire) {
      timers.push(fire);
      return () => undefined;
    },
    pause: () => Promise.resolve(),
    now: () => clock,
    newId: () => crypto.randomUUID(),
    announce: async (jobId) => void announced.push(jobId),
  };
  return { announced, timers, deps, step: (jobId: string) => enrichJob(jobId, deps) };
}

/** A worker whose providers know no book, and answer only after `release` is called. */
function heldWorker(): { slow: ReturnType<typeof worker>; letGo: () => void } {
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow = worker(async () => {
    await held;
    return absent;
  });
  return { slow, letGo };
}

beforeEach(async () => {
  clock = Date.now();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/**
 * Kills a worker at its n-th moment, before or after a call: it does nothing more, and does not
 * release its lease.
 */
function mortal(deps: EnrichJobDeps, moments: number) {
  let left = moments;
  let die = (_end: "killed"): void => {};
  const death = new Promise<"killed">((resolve) => (die = resolve));
  const moment = async (): Promise<void> => {
    left -= 1;
    if (left > 0) return;
    die("killed");
    await new Promise(() => undefined);
  };
  const around = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    await moment();
    const value = await work();
    await moment();
    return value;
  };
  const { books: stored } = deps;
  const doomed: EnrichJobDeps = {
    ...deps,
    books: {
      claim: (...args) => around(() => stored.claim(...args)),
      settle: (...args) => around(() => stored.settle(...args)),
    },
    resolve: (...args) => around(() => deps.resolve(...args)),
    announce: (jobId) => around(() => deps.announce(jobId)),
  };
  return (jobId: string) => Promise.race([enrichJob(jobId, doomed), death]);
}

describe("a worker that is killed", () => {
  it.each(Array.from({ length: runs(20) }, (_, index) => index))(
    "changes neither the result nor the counts, whenever it happens (sequence %i)",
    async (index) => {
      const random = randomOfThisRun(index);
      const isbns = books(8);
      const jobId = await enrichingJob("u1", isbns);
      const { deps } = worker((isbn) =>
        isbn === isbns[3] ? Promise.resolve(absent) : found(isbn),
      );
      let kills = 0;
      while ((await jobNumbers(jobId)).state !== "completed") {
        // A step has 22 moments: the first worker is always killed, and later ones more often than not.
        const moments = Math.ceil(random() * (kills === 0 ? 22 : 40));
        if ((await mortal(deps, moments)(jobId)) === "killed") kills += 1;
        clock += LEASE_MS;
      }
      expect(kills).toBeGreaterThan(0);
      expect(await jobNumbers(jobId)).toMatchObject({
        enrich_done: 7,
        enrich_not_found: 1,
        enrich_pending: 0,
        progress: 1,
      });
      const events = await eventsOf(jobId);
      expect(events.map(([seq]) => seq)).toEqual(events.map((_, seq) => seq + 1));
      expect(events.filter(([, type]) => type === "completed")).toEqual([events.at(-1)]);
    },
  );
});

describe("a step of the enrichment phase", () => {
  it("looks up some books, writes the findings, and ends the job when nothing is left", async () => {
    const isbns = books(3);
    const jobId = await enrichingJob("u1", isbns);
    const { step, announced } = worker((isbn) =>
      isbn === isbns[1] ? Promise.resolve(absent) : found(isbn),
    );
    expect(await step(jobId)).toEqual({ kind: "again", afterMs: 0 });
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      enrich_done: 2,
      enrich_not_found: 1,
      enrich_pending: 0,
      progress: 1,
      seq: 3,
    });
    expect(await eventsOf(jobId)).toEqual([
      [1, "progress"],
      [2, "progress"],
      [3, "completed"],
    ]);
    expect(announced).toEqual([jobId]);
    const row = await env.DB.prepare(
      `SELECT enrichment, reason, (SELECT lease_holder FROM ImportJobs WHERE job_id = ?1) AS lease_holder
       FROM ImportResults WHERE job_id = ?1 AND row = 3`,
    )
      .bind(jobId)
      .first<{ reason: string }>();
    expect(row).toMatchObject({ enrichment: "notFound", lease_holder: null });
    expect(JSON.parse(row?.reason ?? "")).toMatchObject({ code: "NOT_FOUND" });
  });

  it("defers books once the daily quota of the providers is used up, and ends the job without them", async () => {
    const isbns = books(3);
    const jobId = await enrichingJob("u1", isbns);
    const partial = { retryAfterSeconds: 7200 };
    const answers: Resolution[] = [
      { kind: "absent", providersChecked: ["openlibrary"], partial },
      {
        kind: "unavailable",
        providers: { openlibrary: "quota_exhausted" },
        retryAfterSeconds: 3600,
      },
      absent,
    ];
    const payers: string[] = [];
    const { deps } = worker(found);
    await enrichJob(jobId, {
      ...deps,
      resolve: async (isbn, payer) => {
        payers.push(payer);
        return answers[isbns.indexOf(isbn)] ?? absent;
      },
    });
    expect(payers).toEqual(["u1", "u1", "u1"]);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      enrich_done: 0,
      enrich_not_found: 1,
      enrich_deferred: 2,
      enrich_pending: 0,
    });
    const { results } = await env.DB.prepare(
      "SELECT enrichment, ask_after FROM ImportResults WHERE job_id = ?1 ORDER BY row",
    )
      .bind(jobId)
      .all();
    expect(results).toEqual([
      { enrichment: "deferred", ask_after: clock + 7_200_000 },
      { enrichment: "deferred", ask_after: clock + 3_600_000 },
      { enrichment: "notFound", ask_after: null },
    ]);
  });

  it("waits for a failing provider while the daily quota of another is used up", async () => {
    const jobId = await enrichingJob("u1", books(1));
    const { step } = worker(async () => ({
      kind: "unavailable",
      providers: { openlibrary: "timeout", "google-books": "quota_exhausted" },
      retryAfterSeconds: 30,
    }));
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "processing", enrich_pending: 1 });
  });

  it("claims a limited number of books, and reaches progress 1 only at the end", async () => {
    const jobId = await enrichingJob("u1", books(BOOKS_PER_STEP + 1));
    const { step } = worker(found);
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "processing",
      enrich_pending: 1,
      progress: 0.99,
    });
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", progress: 1 });
  });

  it("changes nothing when it is repeated, late, or concurrent with another worker", async () => {
    const jobId = await enrichingJob("u1", books(2));
    const { step, announced } = worker(found);
    await Promise.all([step(jobId), step(jobId), step(jobId)]);
    const before = await allRowsOf(jobId);
    expect(await step(jobId)).toEqual({ kind: "idle" });
    expect(await allRowsOf(jobId)).toEqual(before);
    expect(announced).toEqual([jobId]);
    expect((await jobNumbers(jobId)).enrich_done).toBe(2);
  });

  it("renews its lease during the lookup, and the lease expires when the worker dies", async () => {
    const jobId = await enrichingJob("u1", books(2));
    const { slow, letGo } = heldWorker();
    const late = slow.step(jobId);
    await waitFor(async () => expect(await leased(jobId)).toBe(1));
    clock += LEASE_MS - 1;
    slow.timers.shift()?.();
    await waitFor(() => expect(slow.timers).toHaveLength(1));
    clock += LEASE_MS - 1;
    expect(await worker(found).step(jobId)).toEqual({ kind: "idle" });
    letGo();
    await late;
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 0, enrich_not_found: 2 });
  });

  it.each([-2, 2])(
    "loses the lease of a dead worker after the clock was set by %s hours",
    async (hours) => {
      const jobId = await enrichingJob("u1", books(1));
      const { slow: dead } = heldWorker();
      const abandoned = dead.step(jobId);
      abandoned.catch(() => undefined);
      await waitFor(async () => expect(await leased(jobId)).toBe(1));
      clock += hours * 3_600_000;
      const { step } = worker(found);
      await step(jobId);
      expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 1 });
      clock -= hours * 3_600_000;
    },
  );

  it("ignores a pause that was set before the clock was set back", async () => {
    const jobId = await enrichingJob("u1", books(1));
    const set = (sql: string) => env.DB.prepare(sql).bind(jobId, clock).run();
    // A job that pauses for a minute, and a book that is retried in an hour.
    await set("UPDATE ImportJobs SET enrich_after = ?2 + 60000 WHERE job_id = ?1");
    const { step } = worker(found);
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 0 });
    clock -= 2 * 3_600_000;
    await set("UPDATE ImportResults SET ask_after = ?2 + 10800000 WHERE job_id = ?1");
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 1 });
    clock += 2 * 3_600_000;
  });

  it("is found by the watchdog, even if it was changed before the clock was set back", async () => {
    const jobId = await enrichingJob("u1", books(1));
    const stalled = async (by: number) =>
      (await stalledJobs(env.DB, { now: clock + by, idleMs: 30_000 }, 10_000)).includes(jobId);
    await env.DB.prepare("UPDATE ImportJobs SET updated_at = ?2 WHERE job_id = ?1")
      .bind(jobId, clock)
      .run();
    expect([await stalled(0), await stalled(30_001), await stalled(-7_200_000)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("writes nothing after another worker has taken over its lease", async () => {
    const jobId = await enrichingJob("u1", books(2));
    const { slow, letGo } = heldWorker();
    const late = slow.step(jobId);
    await waitFor(async () => expect(await leased(jobId)).toBe(1));
    clock += LEASE_MS;
    expect(await worker(found).step(jobId)).toEqual({ kind: "again", afterMs: 0 });
    const before = await allRowsOf(jobId);
    letGo();
    await late;
    expect(await allRowsOf(jobId)).toEqual(before);
    expect(slow.announced).toEqual([]);
  });

  it.each(["cancelled", "failed", "completed"])(
    "does not touch a job that is %s",
    async (state) => {
      const jobId = await enrichingJob("u1", books(2));
      const { step } = worker(async (isbn) => {
        await env.DB.prepare("UPDATE ImportJobs SET state = ?2, seq = 9 WHERE job_id = ?1")
          .bind(jobId, state)
          .run();
        return found(isbn);
      });
      await step(jobId);
      expect(await jobNumbers(jobId)).toMatchObject({ state, seq: 9, enrich_done: 0 });
      expect(await eventsOf(jobId)).toHaveLength(1);
      expect(await step(jobId)).toEqual({ kind: "idle" });
    },
  );

  it("does not touch the next attempt", async () => {
    const jobId = await enrichingJob("u1", books(1));
    await worker(async (isbn) => {
      await env.DB.prepare("UPDATE ImportJobs SET attempt = 2 WHERE job_id = ?1").bind(jobId).run();
      return found(isbn);
    }).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "processing", enrich_pending: 1 });
  });

  it("writes nothing for a deleted user", async () => {
    const userId = crypto.randomUUID();
    const jobId = await enrichingJob(userId, books(1));
    await env.DB.prepare("INSERT INTO DeletedUsers (user_id, deleted_at) VALUES (?1, 1)")
      .bind(userId)
      .run();
    expect(await worker(found).step(jobId)).toEqual({ kind: "idle" });
    const other = await enrichingJob(userId, books(1));
    await env.DB.prepare("DELETE FROM DeletedUsers WHERE user_id = ?1").bind(userId).run();
    await worker(async (isbn) => {
      await env.DB.prepare("DELETE FROM ImportJobs WHERE user_id = ?1").bind(userId).run();
      return found(isbn);
    }).step(other);
    expect(await eventsOf(other)).toEqual([]);
  });
});

describe("an unavailable provider", () => {
  it("leaves the books pending, counts no attempt, and pauses the job", async () => {
    const jobId = await enrichingJob("u1", books(2));
    const { step, announced } = worker(() => Promise.resolve(unavailable));
    expect(await step(jobId)).toEqual({ kind: "again", afterMs: 7000 });
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "processing",
      enrich_pending: 2,
      seq: 1,
      enrich_after: clock + 7000,
    });
    expect(announced).toEqual([]);
    clock += 6999;
    expect(await step(jobId)).toEqual({ kind: "idle" });
    clock += 1;
    await worker(found).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      enrich_done: 2,
      enrich_after: null,
    });
  });

  it("does not block other books, and neither does a failing Durable Object", async () => {
    const isbns = books(3);
    const jobId = await enrichingJob("u1", isbns);
    const { step } = worker((isbn) => {
      if (isbn === isbns[0]) return Promise.resolve({ ...unavailable, retryAfterSeconds: 86_400 });
      if (isbn === isbns[1]) return Promise.reject(new Error("The Durable Object was restarted."));
      return found(isbn);
    });
    expect(await step(jobId)).toEqual({ kind: "again", afterMs: 0 });
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 1, enrich_pending: 2 });
    expect(await step(jobId)).toEqual({ kind: "idle" });
    clock += 5000;
    await worker(found).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 2, enrich_pending: 1 });
    // A wait of a day is capped.
    clock += 3_600_000;
    await worker(found).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", enrich_done: 3 });
  });

  it("does not count a book as done if it could not be stored", async () => {
    const jobId = await enrichingJob("u1", books(1));
    const { step } = worker(async (isbn) => ({
      kind: "found",
      record: { book: aBook({ isbn }), fetchedAt: 1, freshUntil: 2 },
    }));
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 0, enrich_pending: 1 });
    expect(await step(jobId)).toEqual({ kind: "idle" });
  });
});

describe("the queue of imports", () => {
  it("enriches a thousand unknown books with at most 60 provider calls", async () => {
    await restDesks();
    const { calls, say } = openLibraryInPlace();
    const isbns = books(1000);
    for (const isbn of isbns.slice(10)) say(isbn, { title: `Book ${isbn}` });
    const jobId = await enrichingJob("u1", isbns);
    await env.IMPORT_QUEUE.send({ jobId });
    await waitFor(async () => expect((await jobNumbers(jobId)).state).toBe("completed"));
    expect(await jobNumbers(jobId)).toMatchObject({ enrich_done: 990, enrich_not_found: 10 });
    expect(calls.length).toBeLessThanOrEqual(60);
    const events = await eventsOf(jobId);
    expect(events.map(([seq]) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(([, type]) => type === "completed")).toHaveLength(1);
  });
});

async function leased(jobId: string): Promise<number> {
  const count = env.DB.prepare(
    "SELECT count(*) AS n FROM ImportJobs WHERE job_id = ?1 AND lease_holder IS NOT NULL",
  );
  return (await count.bind(jobId).first<number>("n")) ?? 0;
}
