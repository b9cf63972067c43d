import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { actOnJob } from "../../src/imports/domain/job/actions.ts";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import { workOnJob, type WorkDeps } from "../../src/imports/domain/job/work-on-job.ts";
import { importTasks } from "../../src/imports/module.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { settleRows } from "../../src/imports/storage/moves.ts";
import { d1ImportRowPages } from "../../src/imports/storage/row-pages.ts";
import { restageJob } from "../../src/imports/storage/restaging.ts";
import { d1ImportActions, d1ImportWork } from "../../src/imports/storage/work.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { memoryLog } from "../support/fakes.ts";
import {
  eventsOf,
  reviewsOf,
  rowsOf,
  shelfOf,
  staged,
  stagedByEarlierRelease,
  type FileRow,
  turnsAt,
} from "../support/imports.ts";
import { isbnOf, newReader } from "../support/library.ts";

const NOW = Date.UTC(2026, 10, 22);
const stamps = { newId: () => crypto.randomUUID(), now: () => NOW };

const FILE: FileRow[] = Array.from({ length: 30 }, (_, index): FileRow => {
  if (index % 7 === 6) return { title: `Without ${index}`, cells: { Index: String(index) } };
  if (index % 11 === 10) return { invalid: reason("EMPTY_ROW"), hash: String(index) };
  return {
    isbn: isbnOf(4000 + (index % 12)),
    title: `Book ${index % 12}`,
    entry: { rating: 1 + (index % 4) },
  };
});

const deps: WorkDeps = {
  ...d1ImportWork(env.DB, stamps),
  takeTurn: turnsAt("alone"),
  queueWake: async () => {},
  announce: async () => {},
  sha256: (text) => runtimeSecrets.sha256(text),
  pause: async () => {},
  now: () => NOW,
};

async function toTheEnd(jobId: string): Promise<void> {
  while (!["idle", "watch"].includes(await workOnJob(jobId, 0, deps)));
}

const act = (userId: string, jobId: string, action: "undo" | "retry" | "commit" | "cancel") =>
  actOnJob(
    { userId, jobId, action, keepAnswer: () => undefined },
    {
      jobs: d1ImportActions(env.DB, stamps, memoryLog()),
      dropFile: async () => {},
      chargesOf: async () => ({ kind: "charges", charges: [] }),
      watch: async () => {},
      wake: async () => {},
      announce: async () => {},
      now: () => NOW,
    },
  );

/**
 * Moves a job back to the table of release 0.1.0, which has no chunks, as that release would have
 * left it.
 */
async function backToRows(jobId: string): Promise<void> {
  for (let job = await readJob(env.DB, jobId); job?.rowsDue; job = await readJob(env.DB, jobId)) {
    await settleRows(env.DB, job);
  }
  const rows = (await rowsOf(jobId)).map((row) => ({
    ...row,
    chunk: Math.floor((Number(row["row"]) - 2) / 5),
    verdict: row["verdict"] ?? (row["is_match"] === 1 ? "match" : "shelve"),
  }));
  const columns = [
    "row",
    "chunk",
    "line",
    "row_hash",
    "verdict",
    "isbn",
    "title",
    "filed",
    "raw",
    "notes",
    "reason",
    "matched_by",
    "score",
    "outcome",
    "enrichment",
    "before",
    "after",
    "entry_id",
    "entry_version",
    "undo",
  ];
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportRows (job_id, ${columns.join(", ")})
       SELECT ?1, ${columns.map((name) => `value ->> '${name}'`).join(", ")} FROM json_each(?2)`,
    ).bind(jobId, JSON.stringify(rows)),
    env.DB.prepare("DELETE FROM ImportResults WHERE job_id = ?1").bind(jobId),
    env.DB.prepare("DELETE FROM ImportChunks WHERE job_id = ?1").bind(jobId),
    env.DB.prepare("UPDATE ImportJobs SET staged_in = 'rows' WHERE job_id = ?1").bind(jobId),
  ]);
}

/** Everything that a user sees of a job, without ids. */
async function endOf(userId: string, jobId: string): Promise<object> {
  const job = await readJob(env.DB, jobId);
  const rows = d1ImportRowPages(env.DB, stamps, memoryLog());
  const seen = {
    outcomes: job?.outcomes,
    state: job?.state,
    rows: await rows.page(jobId, undefined, 0, 100),
    failed: await rows.failed(jobId, 0),
    shelf: (await shelfOf(userId)).map((entry) => ({ ...entry, added_at: 0 })),
    reviews: (await reviewsOf(userId)).map(({ row, row_hash, state, raw }) => [
      row,
      row_hash,
      state,
      raw,
    ]),
  };
  return JSON.parse(JSON.stringify(seen).replaceAll(jobId, "job")) as object;
}

const left = (table: string, jobId: string) =>
  env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE job_id = ?1`).bind(jobId).first("n");

/** Runs a job of this release, and one of release 0.1.0 with the same rows. Both end the same. */
async function alike(
  run: (job: { userId: string; jobId: string; pause(): Promise<void> }) => Promise<void>,
  options: { dryRun?: boolean } = {},
): Promise<void> {
  const [fresh, old] = [await newReader(), await newReader()];
  const calm = await staged({ userId: fresh.userId, rows: FILE, chunk: 5, ...options });
  await run({ userId: fresh.userId, jobId: calm, pause: async () => {} });
  const moved = await stagedByEarlierRelease({
    userId: old.userId,
    rows: FILE,
    chunk: 5,
    ...options,
  });
  await run({ userId: old.userId, jobId: moved, pause: () => backToRows(moved) });
  expect(await endOf(old.userId, moved)).toEqual(await endOf(fresh.userId, calm));
  expect(await left("ImportRows", moved)).toBe(0);
  const events = await eventsOf(moved);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 2));
}

describe("an import of release 0.1.0 continues", () => {
  it("when it is queued", () => alike(({ jobId }) => toTheEnd(jobId)));

  it("when half of its rows are processed", () =>
    alike(async ({ jobId, pause }) => {
      let steps = 0;
      const announce = async (): Promise<void> => {
        steps += 1;
        if (steps === 1) throw new Error("killed");
      };
      while ((await workOnJob(jobId, 0, { ...deps, announce }).catch(() => "killed")) === "more");
      await pause();
      await toTheEnd(jobId);
    }));

  it("when it was previewed", () =>
    alike(
      async ({ userId, jobId, pause }) => {
        await toTheEnd(jobId);
        await pause();
        expect(await act(userId, jobId, "commit")).toMatchObject({ kind: "done" });
        await pause();
        await toTheEnd(jobId);
      },
      { dryRun: true },
    ));

  it("when it has ended and is retried", () =>
    alike(async ({ userId, jobId, pause }) => {
      await toTheEnd(jobId);
      await pause();
      expect(await act(userId, jobId, "retry")).toMatchObject({ kind: "done" });
      await toTheEnd(jobId);
    }));

  it("when it is undone, and half-way through that", () =>
    alike(async ({ userId, jobId, pause }) => {
      await toTheEnd(jobId);
      await pause();
      expect(await act(userId, jobId, "undo")).toMatchObject({ kind: "done" });
      await pause();
      await toTheEnd(jobId);
      expect(await shelfOf(userId)).toEqual([]);
      expect(await reviewsOf(userId)).toEqual([]);
    }));

  it("when it was cancelled before its end and is undone", () =>
    alike(async ({ userId, jobId }) => {
      expect(await act(userId, jobId, "cancel")).toMatchObject({ kind: "done" });
      expect(await act(userId, jobId, "undo")).toMatchObject({ kind: "done" });
      await toTheEnd(jobId);
    }));
});

describe("rows of an ended import of release 0.1.0", () => {
  it("are moved when they are read", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: FILE, chunk: 5 });
    await toTheEnd(jobId);
    const before = await endOf(userId, jobId);
    await backToRows(jobId);
    expect(await endOf(userId, jobId)).toEqual(before);
    expect(await left("ImportRows", jobId)).toBe(0);
  });

  it("are moved by the schedule, even after an interruption", async () => {
    await env.DB.prepare("UPDATE ImportJobs SET staged_in = 'chunks'").run();
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: FILE, chunk: 5 });
    await toTheEnd(jobId);
    const before = await rowsOf(jobId);
    await backToRows(jobId);
    expect(await restageJob(env.DB, jobId, stamps, 2)).toBe(2);
    expect(await left("ImportRows", jobId)).toBe(20);
    const run = importTasks({ env, ...stamps })["restage_imports"];
    expect(await run?.()).toBe(4);
    expect(await run?.()).toBe(0);
    const plain = (rows: Record<string, unknown>[]) =>
      rows.map(({ row, outcome, isbn, raw }) => ({ row, outcome, isbn, raw }));
    expect(plain(await rowsOf(jobId))).toEqual(plain(before));
    expect(await readJob(env.DB, jobId)).toMatchObject({ stagedIn: "chunks" });
  });
});
