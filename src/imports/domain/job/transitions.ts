import type { Job, TerminalState } from "./job.ts";
import { processedRows } from "./job.ts";
import type { ShelvingPlan } from "./shelving-plan.ts";
import { defined } from "../../../platform/defined.ts";
import { DAY_MS } from "../../../platform/time.ts";

/**
 * Pending changes to the results of a job after a move. A worker applies them chunk by chunk from
 * `nextChunk` on, before anything else; until then they count as applied. `forget`: the results of
 * a preview are deleted. `again`: a retry deletes the results of the rows that it processes again,
 * and its books become pending. `end`: books that are still pending are deferred. `stop`: a retry
 * ended before `again` was done; its rows lose their results, and its books are deferred.
 */
export type RowsDue = "forget" | "again" | "end" | "stop";

/** A job with the internal fields that its workers need. Instants are ms since the epoch. */
export interface WorkedJob extends Job {
  /** Number of chunks that the rows are stored in, numbered from 0. */
  chunks: number;
  /** Where the rows are stored: `rows` if staged by an earlier release. */
  stagedIn: "rows" | "chunks";
  /** First unfinished chunk, of `rowsDue` or of this attempt. */
  nextChunk: number;
  rowsDue?: RowsDue;
  /** When this attempt started to ask the providers. */
  enrichSince?: number;
}

/** Retention of the rows and events of an ended job. After it the job can be neither undone nor retried. */
export const RETENTION_MS = 30 * DAY_MS;
/** Retention of the rows of a preview that is not committed. */
export const PREVIEW_RETENTION_MS = 7 * DAY_MS;

/** How long an ended job keeps its rows. */
export function retentionOf({ state }: Pick<Job, "state">): number {
  return state === "previewed" ? PREVIEW_RETENTION_MS : RETENTION_MS;
}

/**
 * Time limit for looking up an import's books at the providers. A scheduled task looks up the rest.
 */
export const ENRICHING_MS = DAY_MS;
/** Progress at the end of the shelving phase: each of the two phases is half of the progress. */
const SHELVED = 0.5;

/** Counts that a step adds to a job. */
type Tally = Pick<ShelvingPlan, "outcomes" | "enrichment">;

/** Advances a job by one event; every change goes through here. */
function moved(job: WorkedJob, at: number, change: Partial<WorkedJob>): WorkedJob {
  return { ...job, seq: job.seq + 1, updatedAt: at, ...change };
}

/** Job after some of its rows were moved to another table. */
export function restaged(job: WorkedJob, at: number): WorkedJob {
  return moved(job, at, {});
}

/** Job after some rows were shelved. @param step.nextChunk first chunk that is not finished */
export function afterRows(
  job: WorkedJob,
  tally: Tally,
  step: { nextChunk: number; currentTitle?: string; at: number },
): WorkedJob {
  const { nextChunk, currentTitle, at } = step;
  const outcomes = sumOf(job.outcomes, tally.outcomes);
  const share = job.totalRows > 0 ? processedRows(outcomes) / job.totalRows : 1;
  return moved(job, at, {
    state: "processing",
    startedAt: job.startedAt ?? at,
    outcomes,
    enrichment: sumOf(job.enrichment, tally.enrichment),
    progress: Math.max(job.progress, SHELVED * share),
    nextChunk,
    ...defined({ currentTitle }),
  });
}

/**
 * Job after the search for the edition of a row without an ISBN.
 * @param shelved if an edition was found: the outcome of the row and the number of identical rows
 */
export function afterMatch(
  job: WorkedJob,
  result: "done" | "notFound",
  at: number,
  shelved?: { outcome: keyof Job["outcomes"]; duplicates: number; title?: string },
): WorkedJob {
  const { done, notFound, pending, deferred } = job.enrichment;
  const enrichment = {
    ...job.enrichment,
    pending: pending - 1,
    [result]: job.enrichment[result] + 1,
  };
  const total = done + notFound + pending + deferred;
  const progress = Math.min(0.99, 1 - (SHELVED * enrichment.pending) / Math.max(1, total));
  const outcomes = { ...job.outcomes };
  if (shelved) {
    outcomes.needsReview -= 1 + shelved.duplicates;
    outcomes[shelved.outcome] += 1;
    outcomes.unchanged += shelved.duplicates;
  }
  return moved(job, at, {
    enrichment,
    outcomes,
    progress: Math.max(job.progress, progress),
    ...defined({ currentTitle: shelved?.title }),
  });
}

/** Job after every row has an outcome: the attempt ends, or the enrichment phase begins. */
export function afterShelving(job: WorkedJob, at: number): WorkedJob {
  const begun = { ...job, startedAt: job.startedAt ?? at };
  if (job.dryRun) return ended(begun, "previewed", at);
  if (job.enrichment.pending === 0) return ended(begun, "completed", at);
  return moved(begun, at, {
    state: "processing",
    phase: "enriching",
    enrichSince: at,
    progress: Math.max(job.progress, SHELVED),
  });
}

/**
 * Restarts the time limit of a job with an enrichment phase that began before the clock was set
 * back, so that it does not last longer.
 */
export function enrichingSince(job: WorkedJob, at: number): WorkedJob {
  return moved(job, at, { enrichSince: at });
}

/** Job after the end of an attempt. Pending books are deferred to the scheduled lookup. */
export function ended(
  job: WorkedJob,
  state: TerminalState,
  at: number,
  error?: { code: string; text: string },
): WorkedJob {
  const { currentTitle: _shown, error: _before, ...rest } = job;
  const { enrichment } = job;
  const isWhole = state === "completed" || state === "previewed" || state === "undone";
  return moved(rest, at, {
    state,
    completedAt: at,
    enrichment: { ...enrichment, pending: 0, deferred: enrichment.deferred + enrichment.pending },
    ...(isWhole ? { progress: 1 } : {}),
    ...defined({ error }),
  });
}

/** Job after its attempt was stopped before its end. */
export function stopped(
  job: WorkedJob,
  state: "cancelled" | "failed" | "completed",
  at: number,
  error?: { code: string; text: string },
): WorkedJob {
  const due = { forget: "forget", again: "stop", stop: "stop", end: "end" } as const;
  return { ...ended(job, state, at, error), nextChunk: 0, rowsDue: due[job.rowsDue ?? "end"] };
}

/** Starts a new attempt of an ended job. */
function newAttempt(job: WorkedJob, at: number, change: Partial<WorkedJob>): WorkedJob {
  const {
    startedAt: _started,
    completedAt: _completed,
    error: _error,
    currentTitle: _shown,
    enrichSince: _since,
    ...rest
  } = job;
  return moved(rest, at, {
    state: "queued",
    phase: "shelving",
    attempt: job.attempt + 1,
    progress: 0,
    nextChunk: 0,
    ...change,
  });
}

/**
 * Discards a previewed job. This is a separate attempt that ends immediately: the preview has
 * already ended its attempt with an event, and a stream resumed before that event must also send
 * the next one.
 */
export function discarded(job: WorkedJob, at: number): WorkedJob {
  return moved(job, at, { state: "cancelled", attempt: job.attempt + 1, completedAt: at });
}

/** Commits a previewed job. */
export function committed(job: WorkedJob, at: number): WorkedJob {
  return newAttempt(job, at, {
    dryRun: false,
    rowsDue: "forget",
    outcomes: { created: 0, updated: 0, unchanged: 0, needsReview: 0, invalid: 0 },
    enrichment: { done: 0, pending: 0, notFound: 0, deferred: 0 },
  });
}

/** Counts of the rows that a retry processes again. */
export interface RetryCounts {
  needsReview: number;
  invalid: number;
  /** Enrichment states of these rows. */
  waiting: Job["enrichment"];
}

/** Retries what did not succeed: the counted rows lose their outcomes, and unresolved books are looked up again. */
export function retried(job: WorkedJob, retry: RetryCounts, at: number): WorkedJob {
  const { outcomes, enrichment: before } = job;
  const left = {
    done: before.done - retry.waiting.done,
    pending: before.pending - retry.waiting.pending,
    notFound: before.notFound - retry.waiting.notFound,
    deferred: before.deferred - retry.waiting.deferred,
  };
  return newAttempt(job, at, {
    rowsDue: job.rowsDue === "forget" ? "forget" : "again",
    outcomes: {
      ...outcomes,
      needsReview: outcomes.needsReview - retry.needsReview,
      invalid: outcomes.invalid - retry.invalid,
    },
    enrichment: {
      done: left.done,
      pending: left.pending + left.notFound + left.deferred,
      notFound: 0,
      deferred: 0,
    },
  });
}

/** Starts the undo of an import. */
export function undoing(job: WorkedJob, at: number): WorkedJob {
  return newAttempt(job, at, { state: "undoing", startedAt: at });
}

/**
 * Job after some entries were reverted.
 * @param step.unprocessed rows of a finished chunk that were never processed: they count as unchanged
 */
export function afterUndoStep(
  job: WorkedJob,
  { nextChunk, unprocessed, at }: { nextChunk: number; unprocessed: number; at: number },
): WorkedJob {
  const share = nextChunk / Math.max(1, job.chunks);
  const progress = Math.max(job.progress, Math.min(share, 0.99));
  const outcomes = { ...job.outcomes, unchanged: job.outcomes.unchanged + unprocessed };
  return moved(job, at, { nextChunk, outcomes, progress });
}

/** Job after its undo is complete. Rows that were never processed count as unchanged. */
export function undone(job: WorkedJob, at: number): WorkedJob {
  const { outcomes, totalRows } = job;
  const unchanged = outcomes.unchanged + totalRows - processedRows(outcomes);
  return ended({ ...job, outcomes: { ...outcomes, unchanged } }, "undone", at);
}

function sumOf<Counts extends object>(
  one: Counts,
  other: { [Name in keyof Counts]: number },
): Counts {
  const names = Object.keys(one) as (keyof Counts)[];
  const sums = names.map((name) => [name, Number(one[name]) + other[name]]);
  return Object.fromEntries(sums) as Counts;
}
