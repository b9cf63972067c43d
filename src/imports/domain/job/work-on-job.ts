import { localId } from "../../../library/domain/adding.ts";
import type { KnownAccount } from "./account-line.ts";
import { isTerminal, processedRows } from "./job.ts";
import { reason } from "./reasons.ts";
import { sourceKeysOf } from "./source-key.ts";
import { refuseRow, shelveRows } from "./shelve-chunk.ts";
import type { ImportPlace, Room, StagedRow } from "./shelf-state.ts";
import type { ShelvingPlan } from "./shelving-plan.ts";
import type { StagedRow as FileRow } from "../upload/staged-row.ts";
import { revertEntries, type DueUndo, type RevertPlan } from "./revert-entries.ts";
import {
  afterRows,
  afterShelving,
  afterUndoStep,
  ENRICHING_MS,
  enrichingSince,
  stopped,
  undone,
  type WorkedJob,
} from "./transitions.ts";
import { defined } from "../../../platform/defined.ts";
import { CLOCK_SKEW_MS, MINUTE_MS } from "../../../platform/time.ts";
import { inTurn, type TakeTurn } from "../turns/turn.ts";
import { ALL_ROWS, BETWEEN_STEPS_MS, STEP_SIZES, type StepSize } from "./step-limits.ts";

/** The version of an entry at the time of reading; `id` and `version` are null when it did not exist. */
export interface ReadEntry {
  isbn: string;
  id: number | null;
  version: number | null;
}

/** One step of a job: its state when read and its next state. */
export interface Move {
  job: WorkedJob;
  next: WorkedJob;
}

/** A row with its stored size in bytes. A row with verdict `match` has its cells. */
export type DueRow = StagedRow & { bytes: number; raw?: Readonly<Record<string, string>> };

/** A stored piece of a file. */
export interface ImportChunk {
  chunk: number;
  /** Rows without an outcome, and rows that need the user's decision or were refused. */
  rows: readonly FileRow[];
  /** Numbers of those rows that have an outcome. */
  taken: ReadonlySet<number>;
}

/** Rows without an outcome, in file order, and the chunks that they are stored in. */
export interface DueRows {
  rows: DueRow[];
  /** The first of the chunks. */
  chunk: number;
  chunks: readonly ImportChunk[];
}

/**
 * Ports of `workOnJob`. A move is written atomically if the job has not changed since it was read and its user still exists.
 * Otherwise nothing is written and the port returns `false`.
 */
export interface WorkDeps {
  jobs: {
    read(jobId: string): Promise<WorkedJob | undefined>;
    move(move: Move): Promise<boolean>;
    /** Applies `rowsDue` to one chunk. Idempotent. */
    settleRows(job: WorkedJob): Promise<void>;
    /** Ends a job in the enrichment phase that has no pending books. @returns whether this call ended it */
    finish(jobId: string): Promise<boolean>;
    /** Moves the rows of a job that an earlier release staged to chunks. */
    restage(jobId: string): Promise<void>;
  };
  shelving: {
    /** Reads rows without an outcome, in file order, from up to `maxChunks` chunks; undefined when every row has one. */
    next(job: WorkedJob, maxChunks: number): Promise<DueRows | undefined>;
    /**
     * Selects as many rows as fit into one step, and reads their items in the review queue, their places on the shelf, and the
     * room that is left.
     */
    places(
      job: WorkedJob,
      rows: readonly DueRow[],
    ): Promise<{
      rows: StagedRow[];
      places: ReadonlyMap<string, ImportPlace>;
      read: ReadEntry[];
      room: Room;
      account: KnownAccount;
    }>;
    /**
     * Writes the plan and removes shelved rows from the chunks. Nothing is written when there is less room than the plan needs
     * because another writer has used it.
     */
    commit(
      move: Move,
      plan: ShelvingPlan,
      read: readonly ReadEntry[],
      due: Pick<DueRows, "chunks">,
    ): Promise<boolean>;
  };
  undo: {
    /** Reads entries of the job's next chunk; undefined after the last chunk. */
    next(job: WorkedJob): Promise<DueUndo | undefined>;
    commit(move: Move, due: DueUndo, plan: RevertPlan): Promise<boolean>;
  };
  /** Queues a message that starts enrichment of the job's pending books. */
  queueWake(jobId: string): Promise<void>;
  takeTurn: TakeTurn;
  /** Notifies listeners of new events. */
  announce(): Promise<void>;
  sha256(text: string): Promise<string>;
  pause(ms: number): Promise<void>;
  now(): number;
}

/**
 * When to continue. `more`: immediately; `later`: after a delay, because steps were repeatedly lost to other writers; `watch`:
 * another worker has the job, so only check on it; `idle`: there is no work.
 */
export type WorkOutcome = "more" | "later" | "watch" | "idle";

/** Steps per alarm; they take a few seconds. */
const STEPS = 20;
/** No step begins after this time: steps wait for their turns, and the platform ends an alarm after 15 minutes. */
const ALARM_MS = MINUTE_MS;
/** Steps lost to concurrent writers before giving up. A shelf sees a few writes per second, so even a second loss is rare. */
const LOST_STEPS = 5;

/** Consecutive failures after which a single row may be the cause. */
const CAREFUL_AFTER = 3;

/**
 * Works on a job for up to `STEPS` steps.
 * @param failures consecutive failures of earlier calls
 * @throws any error of the storage
 */
export async function workOnJob(
  jobId: string,
  failures: number,
  deps: WorkDeps,
): Promise<WorkOutcome> {
  const shelve = failures < CAREFUL_AFTER ? shelveStep : carefulStep;
  const since = deps.now();
  let job = await deps.jobs.read(jobId);
  let lost = 0;
  for (let step = 0; step < STEPS && deps.now() - since < ALARM_MS; step += 1) {
    if (job === undefined) return "idle";
    const current: WorkedJob = job;
    if (job.rowsDue !== undefined) {
      await inTurn(job.userId, deps.takeTurn, () => deps.jobs.settleRows(current));
      job = await deps.jobs.read(jobId);
      continue;
    }
    if (isTerminal(job.state)) return "idle";
    if (job.state === "uploading") return "watch";
    if (job.stagedIn === "rows") {
      await inTurn(job.userId, deps.takeTurn, () => deps.jobs.restage(jobId));
      job = await deps.jobs.read(jobId);
      continue;
    }
    if (job.phase === "enriching") return watchEnriching(job, deps);
    const begun = deps.now();
    const moved = await inTurn(job.userId, deps.takeTurn, (pace) =>
      current.state === "undoing"
        ? undoStep(current, deps)
        : shelve(current, deps, STEP_SIZES[pace]),
    );
    if (moved) {
      await deps.announce();
      job = moved;
      if (hasMoreRows(moved)) {
        await deps.pause(Math.max(0, begun + BETWEEN_STEPS_MS - deps.now()));
      }
    } else {
      lost += 1;
      if (lost === LOST_STEPS) return "later";
      job = await deps.jobs.read(jobId);
    }
  }
  return "more";
}

/** Whether another step of this kind follows; after the last one no pause is needed. */
function hasMoreRows({ state, outcomes, totalRows, nextChunk, chunks }: WorkedJob): boolean {
  if (state === "undoing") return nextChunk < chunks;
  return state === "processing" && processedRows(outcomes) < totalRows;
}

/**
 * Halves the rows of a step until it succeeds. If a single row cannot be stored but its rejection can, the row is the cause and
 * is rejected with NOT_STORED. No row blocks the others, and no row is dropped.
 */
async function carefulStep(
  job: WorkedJob,
  deps: WorkDeps,
  { chunks }: StepSize,
): Promise<WorkedJob | undefined> {
  for (let rows = ALL_ROWS; rows >= 1; rows /= 2) {
    try {
      return await shelveStep(job, deps, { chunks, rows });
    } catch {
      // Retried with fewer rows. If the database is unavailable, writing the rejection below fails too.
    }
  }
  const due = await deps.shelving.next(job, 1);
  const [first] = due?.rows ?? [];
  if (due === undefined || first === undefined) return undefined;
  const plan = refuseRow(first, reason("NOT_STORED"));
  const next = afterRows(job, plan, { nextChunk: due.chunk, at: deps.now() });
  return (await deps.shelving.commit({ job, next }, plan, [], due)) ? next : undefined;
}

/** @returns the job after the step; undefined when another writer changed it first */
async function shelveStep(
  job: WorkedJob,
  deps: WorkDeps,
  size: StepSize,
): Promise<WorkedJob | undefined> {
  const due = await deps.shelving.next(job, size.chunks);
  const at = deps.now();
  if (due === undefined) {
    const over = afterShelving(job, at);
    return (await deps.jobs.move({ job, next: over })) ? over : undefined;
  }
  const named = await Promise.all(
    due.rows.slice(0, size.rows).map((row) => withKeys(row, job, deps)),
  );
  const { rows, places, read, room, account } = await deps.shelving.places(job, named);
  const plan = shelveRows(rows, places, {
    jobId: job.jobId,
    format: job.format,
    mode: job.mode,
    dryRun: job.dryRun,
    enrich: job.enrich,
    withoutIsbn: job.withoutIsbn,
    isRetry: job.attempt > 1,
    room,
    account,
    now: at,
  });
  const currentTitle = rows.findLast(({ title }) => title !== undefined)?.title;
  const next = afterRows(job, plan, {
    nextChunk: due.chunk,
    at,
    ...defined({ currentTitle }),
  });
  const written = plan.writes.map(({ entry }) => entry.isbn);
  const changed = new Set(written);
  const expected = read.filter(({ isbn }) => changed.has(isbn));
  return (await deps.shelving.commit({ job, next }, plan, expected, due)) ? next : undefined;
}

/** Adds the keys that identify a row without an ISBN on the shelf and in the review queue. */
async function withKeys(row: DueRow, { format }: WorkedJob, deps: WorkDeps): Promise<DueRow> {
  if (row.verdict !== "match") return row;
  const { title, authors = [] } = row.parsed.book;
  const keys = await sourceKeysOf({ format, raw: row.raw ?? {}, title, authors }, deps);
  return {
    ...row,
    ...keys,
    ...defined({
      localId: title === undefined ? undefined : await localId({ title, authors }, deps),
    }),
  };
}

async function undoStep(job: WorkedJob, deps: WorkDeps): Promise<WorkedJob | undefined> {
  const due = await deps.undo.next(job);
  const at = deps.now();
  if (due === undefined) {
    const over = undone(job, at);
    return (await deps.jobs.move({ job, next: over })) ? over : undefined;
  }
  const { chunk, entries, isWhole } = due;
  const next = afterUndoStep(job, {
    nextChunk: isWhole ? chunk + 1 : chunk,
    unprocessed: isWhole ? due.unprocessed : 0,
    at,
  });
  return (await deps.undo.commit({ job, next }, due, revertEntries(entries))) ? next : undefined;
}

/** Checks on a job while the queue consumer enriches its books: wakes the consumer and enforces the time limit. */
async function watchEnriching(job: WorkedJob, deps: WorkDeps): Promise<WorkOutcome> {
  const at = deps.now();
  const since = job.enrichSince ?? at;
  if (since > at + CLOCK_SKEW_MS) await deps.jobs.move({ job, next: enrichingSince(job, at) });
  const isTooLong = at - since >= ENRICHING_MS;
  const isOver = isTooLong
    ? await deps.jobs.move({ job, next: stopped(job, "completed", at) })
    : await deps.jobs.finish(job.jobId);
  if (isOver) {
    await deps.announce();
    return "idle";
  }
  await deps.queueWake(job.jobId);
  return "watch";
}
