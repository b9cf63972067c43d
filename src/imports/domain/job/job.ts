import type {
  ImportEnrichment,
  ImportMode,
  ImportOutcomes,
  ImportPhase,
  ImportSnapshot,
  ImportStatus,
} from "../../../../contract/imports.ts";
import { MINUTE_MS } from "../../../platform/time.ts";

/** A job's status, and what nobody outside is told of: a file that still comes in, a job that is being taken back. */
export type JobState = ImportStatus | "uploading" | "undoing";

/** States in which an attempt has ended; each is the name of the event that ends its stream. */
const TERMINAL_STATES = [
  "completed",
  "failed",
  "cancelled",
  "previewed",
  "undone",
] as const satisfies readonly ImportStatus[];

export type TerminalState = (typeof TERMINAL_STATES)[number];

/** What moves while a job runs: an event tells all of it, as it stood at its `seq`. Instants are ms since the epoch. */
export interface JobProgress {
  state: JobState;
  phase: ImportPhase;
  attempt: number;
  /** Events so far; the number of the last one. */
  seq: number;
  totalRows: number;
  outcomes: Omit<ImportOutcomes, "notProcessed">;
  enrichment: ImportEnrichment;
  /** From 0 to 1; never falls within an attempt. */
  progress: number;
  currentTitle?: string;
  error?: { code: string; text: string };
  startedAt?: number;
  completedAt?: number;
  updatedAt: number;
}

/** One import. Instants are ms since the epoch. */
export interface Job extends JobProgress {
  jobId: string;
  userId: string;
  mode: ImportMode;
  dryRun: boolean;
  enrich: boolean;
  format: string;
  /** From 0 to 1. */
  formatConfidence: number;
  /** The header of the file. */
  columns: readonly string[];
  createdAt: number;
}

/** An entry of a job's history: `progress`, or the state that ended its attempt. */
export interface JobEvent {
  seq: number;
  attempt: number;
  type: "progress" | TerminalState;
  progress: JobProgress;
}

export function isTerminal(state: JobState): state is TerminalState {
  return TERMINAL_STATES.some((terminal) => terminal === state);
}

/** Rows that have an outcome. */
export function processedRows({
  created,
  updated,
  unchanged,
  needsReview,
  invalid,
}: JobProgress["outcomes"]): number {
  return created + updated + unchanged + needsReview + invalid;
}

/**
 * The state of a job as its reader sees it, at the moment of `progress`: polling and streams show the same.
 * @param streamUrl with a ticket of its own
 */
export function snapshotOf(
  job: Omit<Job, keyof JobProgress>,
  progress: JobProgress,
  streamUrl: string,
): ImportSnapshot {
  const processed = processedRows(progress.outcomes);
  const { state, startedAt, completedAt, updatedAt, currentTitle, error } = progress;
  const status = shownStatus(state);
  const elapsed = (completedAt ?? updatedAt) - (startedAt ?? updatedAt);
  const rate = elapsed > 0 && processed > 0 ? (processed * 1000) / elapsed : undefined;
  const shelving = progress.phase === "shelving" && status === "processing";
  const left = progress.totalRows - processed;
  return {
    jobId: job.jobId,
    status,
    phase: progress.phase,
    attempt: progress.attempt,
    seq: progress.seq,
    progress: progress.progress,
    totalRows: progress.totalRows,
    processedRows: processed,
    outcomes: { ...progress.outcomes, notProcessed: left },
    enrichment: progress.enrichment,
    message: messageOf(status, progress, job.dryRun),
    format: job.format,
    mode: job.mode,
    dryRun: job.dryRun,
    ...(currentTitle === undefined ? {} : { currentTitle }),
    ...(rate === undefined ? {} : { rowsPerSecond: Math.round(rate * 10) / 10 }),
    ...(shelving && rate !== undefined ? { etaSeconds: Math.ceil(left / rate) } : {}),
    streamUrl,
    createdAt: new Date(job.createdAt).toISOString(),
    ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt).toISOString() }),
    ...(completedAt === undefined ? {} : { completedAt: new Date(completedAt).toISOString() }),
    ...(error === undefined ? {} : { error }),
  };
}

/** A poller who comes back in ten seconds at the latest is the plan's; one of a young job sees it move sooner. */
const POLL_STEPS = [
  { youngerThanMs: 10_000, seconds: 1 },
  { youngerThanMs: MINUTE_MS, seconds: 2 },
  { youngerThanMs: 300_000, seconds: 5 },
] as const;
const MAX_POLL_SECONDS = 10;

/** When a poller should come back, in whole seconds; undefined when there is nothing to come back for. */
export function pollAfterSeconds(job: Job, now: number): number | undefined {
  if (isTerminal(job.state)) return undefined;
  const age = now - (job.startedAt ?? job.createdAt);
  const step = POLL_STEPS.find(({ youngerThanMs }) => age < youngerThanMs);
  return step?.seconds ?? MAX_POLL_SECONDS;
}

function shownStatus(state: JobState): ImportStatus {
  if (state === "uploading") return "queued";
  return state === "undoing" ? "processing" : state;
}

function messageOf(status: ImportStatus, progress: JobProgress, dryRun: boolean): string {
  const { outcomes, totalRows, enrichment, error, state } = progress;
  const processed = processedRows(outcomes);
  const { created, updated, unchanged, needsReview, invalid } = outcomes;
  const counts = `${created} new, ${updated} updated, ${unchanged} unchanged, ${needsReview} to review, ${invalid} not usable`;
  switch (status) {
    case "queued":
      return "The file is read; the import is about to begin.";
    case "processing":
      if (state === "undoing") return "The import is being taken back.";
      if (progress.phase === "enriching") {
        return `All rows are on the shelf; ${enrichment.pending} books are still being looked up.`;
      }
      return dryRun
        ? `Looking at row ${processed} of ${totalRows}.`
        : `Putting row ${processed} of ${totalRows} on the shelf.`;
    case "completed":
      return `Done: ${counts}.`;
    case "previewed":
      return `Nothing is written yet. This import would give: ${counts}.`;
    case "cancelled":
      return `Stopped after ${processed} of ${totalRows} rows; what was done stays.`;
    case "undone":
      return "The import was taken back.";
    case "failed":
      return error?.text ?? "The import failed.";
  }
}
