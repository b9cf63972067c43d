import type {
  ImportEnrichment,
  ImportMode,
  ImportOutcomes,
  ImportPhase,
  ImportSnapshot,
  ImportStatus,
  WithoutIsbn,
} from "../../../../contract/imports.ts";
import { counted } from "../../../platform/counted.ts";
import { defined } from "../../../platform/defined.ts";
import { MINUTE_MS, isoTime } from "../../../platform/time.ts";

import type { Assumption, ReadingOptions } from "../reading/assumptions.ts";

/** The public status of a job and two internal states: `uploading` and `undoing`. */
export type JobState = ImportStatus | "uploading" | "undoing";

/** States in which an attempt has ended. Each is also the name of the event that ends its stream. */
const TERMINAL_STATES = [
  "completed",
  "failed",
  "cancelled",
  "previewed",
  "undone",
] as const satisfies readonly ImportStatus[];

export type TerminalState = (typeof TERMINAL_STATES)[number];

/** The changing part of a job; each event carries all of it, as of its `seq`. Instants are ms since the epoch. */
export interface JobProgress {
  state: JobState;
  phase: ImportPhase;
  attempt: number;
  /** Number of events so far, and the number of the latest one. */
  seq: number;
  totalRows: number;
  outcomes: Omit<ImportOutcomes, "notProcessed">;
  enrichment: ImportEnrichment;
  /** From 0 to 1; never decreases within an attempt. */
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
  withoutIsbn: WithoutIsbn;
  format: string;
  /** From 0 to 1. */
  formatConfidence: number;
  /** Label in the Encoding Standard; absent in imports of earlier releases. */
  encoding?: string;
  /** From 0 to 1. */
  encodingConfidence?: number;
  /** The assumptions made while reading the file. */
  assumptions: readonly Assumption[];
  /** The caller's choices about reading the file. */
  readingOptions: ReadingOptions;
  /** Column names from the header of the file. */
  columns: readonly string[];
  createdAt: number;
}

/** An event in a job's history: `progress`, or the state that ended an attempt. */
export interface JobEvent {
  seq: number;
  attempt: number;
  type: "progress" | TerminalState;
  progress: JobProgress;
}

export function isTerminal(state: JobState): state is TerminalState {
  return TERMINAL_STATES.some((terminal) => terminal === state);
}

/** Counts the rows that have an outcome. */
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
 * Builds the public snapshot of a job as of `progress`, for polling and for streams.
 * @param streamUrl the stream's URL including a ticket
 */
export function snapshotOf(
  job: Omit<Job, keyof JobProgress>,
  progress: JobProgress,
  streamUrl: string,
): ImportSnapshot {
  const processed = processedRows(progress.outcomes);
  const { state, startedAt, completedAt, updatedAt, currentTitle, error } = progress;
  const status = publicStatus(state);
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
    formatConfidence: job.formatConfidence,
    ...defined({ encoding: job.encoding, encodingConfidence: job.encodingConfidence }),
    ...(status === "previewed" ? { assumptions: [...job.assumptions] } : {}),
    mode: job.mode,
    dryRun: job.dryRun,
    ...defined({
      undoing: state === "undoing" ? (true as const) : undefined,
      currentTitle,
      rowsPerSecond: rate === undefined ? undefined : Math.round(rate * 10) / 10,
      etaSeconds: shelving && rate !== undefined ? Math.ceil(left / rate) : undefined,
    }),
    streamUrl,
    createdAt: isoTime(job.createdAt),
    ...defined({ startedAt: isoTime(startedAt), completedAt: isoTime(completedAt), error }),
  };
}

/** Polling intervals by the age of the job: a young job changes quickly. Older jobs use `MAX_POLL_SECONDS`. */
const POLL_STEPS = [
  { youngerThanMs: 10_000, seconds: 1 },
  { youngerThanMs: MINUTE_MS, seconds: 2 },
  { youngerThanMs: 300_000, seconds: 5 },
] as const;
const MAX_POLL_SECONDS = 10;

/** Returns the seconds until the next poll; undefined when the job has ended. */
export function pollAfterSeconds(job: Job, now: number): number | undefined {
  if (isTerminal(job.state)) return undefined;
  const age = now - (job.startedAt ?? job.createdAt);
  const step = POLL_STEPS.find(({ youngerThanMs }) => age < youngerThanMs);
  return step?.seconds ?? MAX_POLL_SECONDS;
}

function publicStatus(state: JobState): ImportStatus {
  if (state === "uploading") return "queued";
  return state === "undoing" ? "processing" : state;
}

function messageOf(status: ImportStatus, progress: JobProgress, dryRun: boolean): string {
  const { outcomes, totalRows, enrichment, error, state } = progress;
  const processed = processedRows(outcomes);
  const { created, updated, unchanged, needsReview, invalid } = outcomes;
  const counts = `${created} new, ${updated} updated, ${unchanged} unchanged, ${needsReview} to review, ${invalid} invalid`;
  switch (status) {
    case "queued":
      return "The file has been read; the import is about to start.";
    case "processing":
      if (state === "undoing") return "The import is being undone.";
      if (progress.phase === "enriching") {
        return `All rows are on the shelf; the details of ${counted(enrichment.pending, "book")} are still being looked up.`;
      }
      return dryRun
        ? `Previewed ${processed} of ${counted(totalRows, "row")}.`
        : `Shelved ${processed} of ${counted(totalRows, "row")}.`;
    case "completed":
      return `Done: ${counts}.`;
    case "previewed":
      return `Nothing has been written yet. The import would result in ${counts}.`;
    case "cancelled":
      if (dryRun) return "The preview was discarded. Nothing was written.";
      return `Cancelled after ${processed} of ${counted(totalRows, "row")}. Rows that were already shelved are kept.`;
    case "undone":
      return "The import was undone.";
    case "failed":
      return error?.text ?? "The import failed.";
  }
}
