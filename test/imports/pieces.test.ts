import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RowOutcome } from "../../contract/imports.ts";
import { actOnJob, type JobAction } from "../../src/imports/domain/job/actions.ts";
import { processedRows } from "../../src/imports/domain/job/job.ts";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import type { WorkedJob } from "../../src/imports/domain/job/transitions.ts";
import { workOnJob } from "../../src/imports/domain/job/work-on-job.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { d1ImportRowPages } from "../../src/imports/storage/row-pages.ts";
import { d1ImportActions, d1ImportWork } from "../../src/imports/storage/work.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { atomicDb } from "../support/atomic-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { reviewsOf, shelfOf, staged, type FileRow, turnsAt } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader } from "../support/library.ts";

const CHUNK = 3;
const stamps = { newId: () => crypto.randomUUID(), now: () => Date.UTC(2026, 10, 22) };
const pages = d1ImportRowPages(env.DB, stamps, memoryLog());

/** Rows of every outcome; the last ones repeat cells of the first chunks. */
const ROWS: FileRow[] = Array.from({ length: 20 }, (_, index): FileRow => {
  if (index % 5 === 4)
    return { title: `Without a number ${index % 10}`, hash: `hash ${index % 10}` };
  if (index % 7 === 6) return { invalid: reason("EMPTY_ROW"), hash: String(index) };
  return { isbn: isbnOf(8000 + (index % 12)), title: `Book ${index % 12}`, entry: { rating: 4 } };
});

/**
 * A database that dies in and after every batch. `changed` is the maximum number of rows changed by
 * a statement.
 */
function dying() {
  const seen = { changed: 0 };
  const atomic = atomicDb();
  const db = {
    prepare: (sql: string) => env.DB.prepare(sql),
    async batch(statements: D1PreparedStatement[]) {
      const results = await atomic.batch(statements);
      const changes = results.map(({ meta }) => meta.changes);
      seen.changed = Math.max(seen.changed, ...changes);
      if (Math.max(...changes) > 0) throw new Error("killed");
      return results;
    },
  };
  return { db: db as unknown as D1Database, seen };
}

/**
 * Works on a job until nothing is left, with a kill after every write; `check` is called each time.
 */
async function work(jobId: string, check: (job: WorkedJob) => Promise<void>): Promise<number> {
  const { db, seen } = dying();
  for (;;) {
    try {
      await workOnJob(jobId, 0, {
        ...d1ImportWork(db, stamps),
        takeTurn: turnsAt("shared"),
        queueWake: async () => {},
        announce: async () => {},
        sha256: (text) => runtimeSecrets.sha256(text),
        pause: async () => {},
        now: stamps.now,
      });
      return seen.changed;
    } catch (error) {
      expect(error).toMatchObject({ message: "killed" });
      const job = await readJob(env.DB, jobId);
      if (job) await check(job);
    }
  }
}

async function act(userId: string, jobId: string, action: JobAction): Promise<WorkedJob> {
  const outcome = await actOnJob(
    { userId, jobId, action, keepAnswer: () => undefined },
    {
      jobs: d1ImportActions(atomicDb(), stamps, memoryLog()),
      dropFile: async () => {},
      chargesOf: async () => ({ kind: "charges", charges: [] }),
      watch: async () => {},
      wake: async () => {},
      announce: async () => {},
      now: stamps.now,
    },
  );
  if (outcome.kind !== "done") throw new Error(`${action}: ${outcome.kind}`);
  await consistent(outcome.job);
  return outcome.job;
}

/** The visible rows add up to the counts of the job. */
async function consistent({ jobId, outcomes, enrichment, totalRows }: WorkedJob): Promise<void> {
  const rows = await pages.page(jobId, undefined, 0, 100);
  const tally = (names: readonly string[], of: "outcome" | "enrichment") =>
    Object.fromEntries(names.map((name) => [name, rows.filter((row) => row[of] === name).length]));
  const due = { ...outcomes, notProcessed: totalRows - processedRows(outcomes) };
  expect(tally(Object.keys(due), "outcome")).toEqual(due);
  expect(tally(Object.keys(enrichment), "enrichment")).toEqual(enrichment);
  for (const [outcome, count] of Object.entries(due)) {
    const page = await pages.page(jobId, outcome as RowOutcome, 0, 100);
    expect([outcome, page.length]).toEqual([outcome, count]);
  }
  const failed: number[] = [];
  for (;;) {
    const page = await pages.failed(jobId, failed.at(-1) ?? 0);
    if (page.length === 0) break;
    failed.push(...page.map(({ row }) => row));
  }
  expect(failed).toHaveLength(due.needsReview + due.invalid);
}

const settled = async (jobId: string): Promise<WorkedJob> => {
  const job = await readJob(env.DB, jobId);
  expect(job?.rowsDue).toBeUndefined();
  if (!job) throw new Error("The job no longer exists.");
  await consistent(job);
  return job;
};

/** Commits a preview, cancels and retries at several moments, and undoes the import. @returns what is left at the end of each */
async function history(chunk: number): Promise<object[]> {
  const { userId } = await newReader();
  const jobId = await staged({ userId, rows: ROWS, dryRun: true, enrich: true, chunk });
  const seen: object[] = [];
  const end = async (check: (job: WorkedJob) => Promise<void> = consistent): Promise<void> => {
    // A step that shelves takes two chunks, all others one.
    expect(await work(jobId, check)).toBeLessThanOrEqual(2 * chunk);
    const { state, phase, outcomes, enrichment } = await settled(jobId);
    const plain = (list: object[]) =>
      JSON.parse(
        JSON.stringify(list).replaceAll(jobId, "job").replaceAll(userId, "user"),
      ) as object[];
    const shelf = plain(await shelfOf(userId)).map((entry) => ({ ...entry, added_at: 0 }));
    // Equal rows of several steps are looked up once per step.
    seen.push({
      state,
      phase,
      outcomes,
      pending: state === "cancelled" ? enrichment.pending : undefined,
      shelf,
      reviews: plain(await reviewsOf(userId)),
    });
  };
  await end();
  await act(userId, jobId, "commit");
  await act(userId, jobId, "cancel");
  await act(userId, jobId, "retry");
  await end();
  await act(userId, jobId, "cancel");
  await end();
  await act(userId, jobId, "retry");
  await act(userId, jobId, "cancel");
  await act(userId, jobId, "undo");
  await act(userId, jobId, "retry").catch(() => undefined);
  await end();
  return seen;
}

it("settles the results of a move chunk by chunk, with correct counts after a kill at any point", async () => {
  await inCatalogue({ isbn: isbnOf(8000), title: "Book 0" });
  const pieces = await history(CHUNK);
  expect(pieces).toMatchObject([
    { state: "previewed" },
    { state: "processing", phase: "enriching" },
    { state: "cancelled", pending: 0 },
    { state: "undone", shelf: [], reviews: [] },
  ]);
  expect(pieces).toEqual(await history(ROWS.length));
});
