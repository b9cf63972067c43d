import type { Job, TerminalState } from "./job.ts";
import { processedRows } from "./job.ts";
import type { ShelvingPlan } from "./shelve-chunk.ts";
import { DAY_MS } from "../../../platform/time.ts";

/** A job as those see it who work on it. Instants are ms since the epoch. */
export interface WorkedJob extends Job {
  /** Rows were stored in so many chunks, numbered from 0. */
  chunks: number;
  /** Chunks of rows below it are done in this attempt. */
  nextChunk: number;
  /** When this attempt began to ask the providers. */
  enrichSince?: number;
}

/** Rows and events of an ended job are kept for so long; then it can be neither undone nor tried again. */
export const RETENTION_MS = 30 * DAY_MS;
/** How long the providers are asked for an import's books; the rest is taken on by the scheduled refresh. */
export const ENRICHING_MS = DAY_MS;
/** Each phase has half of the progress. */
const SHELVED = 0.5;

/** What a row counts of a job change. */
type Tally = Pick<ShelvingPlan, "outcomes" | "enrichment">;

/** The next event of a job; every change goes through here. */
function moved(job: WorkedJob, at: number, change: Partial<WorkedJob>): WorkedJob {
  return { ...job, seq: job.seq + 1, updatedAt: at, ...change };
}

/** Some rows were shelved. @param nextChunk chunks below it are done */
export function afterRows(
  job: WorkedJob,
  tally: Tally,
  step: { nextChunk: number; currentTitle?: string; at: number },
): WorkedJob {
  const { nextChunk, currentTitle, at } = step;
  const outcomes = added(job.outcomes, tally.outcomes);
  const share = job.totalRows > 0 ? processedRows(outcomes) / job.totalRows : 1;
  return moved(job, at, {
    state: "processing",
    startedAt: job.startedAt ?? at,
    outcomes,
    enrichment: added(job.enrichment, tally.enrichment),
    progress: Math.max(job.progress, SHELVED * share),
    nextChunk,
    ...(currentTitle === undefined ? {} : { currentTitle }),
  });
}

/**
 * A row without an ISBN was looked for.
 * @param shelved what became of it when its edition was found, and of how many rows that are the same
 */
export function afterMatch(
  job: WorkedJob,
  said: "done" | "notFound",
  at: number,
  shelved?: { outcome: keyof Job["outcomes"]; duplicates: number; title?: string },
): WorkedJob {
  const { done, notFound, pending, deferred } = job.enrichment;
  const enrichment = { ...job.enrichment, pending: pending - 1, [said]: job.enrichment[said] + 1 };
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
    ...(shelved?.title === undefined ? {} : { currentTitle: shelved.title }),
  });
}

/** Every row has an outcome: the attempt ends, or the providers are asked. */
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

/** The attempt is over. Books that the providers were not asked for are left to the scheduled refresh. */
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
    ...(error === undefined ? {} : { error }),
  });
}

/** A new attempt of a job that had ended. */
function begunAgain(job: WorkedJob, at: number, change: Partial<WorkedJob>): WorkedJob {
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

/** A previewed job goes ahead. */
export function committed(job: WorkedJob, at: number): WorkedJob {
  return begunAgain(job, at, {
    dryRun: false,
    outcomes: { created: 0, updated: 0, unchanged: 0, needsReview: 0, invalid: 0 },
    enrichment: { done: 0, pending: 0, notFound: 0, deferred: 0 },
  });
}

/** Rows that are to be tried again. */
export interface Again {
  needsReview: number;
  invalid: number;
  /** Of the rows above, by what the providers had said of them. */
  waiting: Job["enrichment"];
}

/** What did not go well is tried again: rows lose their outcome, and books are asked for again. */
export function retried(job: WorkedJob, again: Again, at: number): WorkedJob {
  const { outcomes, enrichment: before } = job;
  const left = {
    done: before.done - again.waiting.done,
    pending: before.pending - again.waiting.pending,
    notFound: before.notFound - again.waiting.notFound,
    deferred: before.deferred - again.waiting.deferred,
  };
  return begunAgain(job, at, {
    outcomes: {
      ...outcomes,
      needsReview: outcomes.needsReview - again.needsReview,
      invalid: outcomes.invalid - again.invalid,
    },
    enrichment: {
      done: left.done,
      pending: left.pending + left.notFound + left.deferred,
      notFound: 0,
      deferred: 0,
    },
  });
}

/** The import begins to be taken back. */
export function undoing(job: WorkedJob, at: number): WorkedJob {
  return begunAgain(job, at, { state: "undoing", startedAt: at });
}

/** Some entries were taken back. */
export function afterUndoStep(
  job: WorkedJob,
  { nextChunk, at }: { nextChunk: number; at: number },
): WorkedJob {
  const share = nextChunk / Math.max(1, job.chunks);
  const progress = Math.max(job.progress, Math.min(share, 0.99));
  return moved(job, at, { nextChunk, progress });
}

/** The import is taken back. Rows that were never processed have changed nothing. */
export function undone(job: WorkedJob, at: number): WorkedJob {
  const { outcomes, totalRows } = job;
  const unchanged = outcomes.unchanged + totalRows - processedRows(outcomes);
  return ended({ ...job, outcomes: { ...outcomes, unchanged } }, "undone", at);
}

function added<Counts extends object>(
  one: Counts,
  other: { [Name in keyof Counts]: number },
): Counts {
  const names = Object.keys(one) as (keyof Counts)[];
  const sums = names.map((name) => [name, Number(one[name]) + other[name]]);
  return Object.fromEntries(sums) as Counts;
}
