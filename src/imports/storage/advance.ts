import type { RowsDue, WorkedJob } from "../domain/job/transitions.ts";
import type { Move, ReadEntry } from "../domain/job/work-on-job.ts";
import type { Charge } from "../../quotas/domain/charge.ts";
import {
  chargeSql,
  entriesSql,
  fitsSql,
  progressSql,
  runningSql,
  waitingSql,
} from "../../quotas/module.ts";
import type { AccountWrite } from "../domain/job/account-line.ts";
import { askedOf, sameStateSql } from "./account-states.ts";
import { ADD_EVENT, JOB_COLUMNS, jobOf, type JobRow } from "./jobs.ts";
import { withoutNulls } from "../../platform/defined.ts";

/** A row of ImportJobs including the internal columns that workers need. */
interface WorkedJobRow extends JobRow {
  chunks: number;
  staged_in: WorkedJob["stagedIn"];
  next_chunk: number;
  rows_due: RowsDue | null;
  enrich_since: number | null;
}

/** The columns of `WorkedJobRow`. */
const WORKED_JOB_COLUMNS = `${JOB_COLUMNS}, chunks, staged_in, next_chunk, rows_due, enrich_since`;

function workedJobOf(row: WorkedJobRow): WorkedJob {
  return {
    ...jobOf(row),
    chunks: row.chunks,
    stagedIn: row.staged_in,
    nextChunk: row.next_chunk,
    ...withoutNulls({ rowsDue: row.rows_due, enrichSince: row.enrich_since }),
  };
}

/** The columns that a step updates; the statement itself increments `seq`. */
const MOVED = [
  "state",
  "phase",
  "attempt",
  "next_chunk",
  "rows_due",
  "dry_run",
  "created",
  "updated",
  "unchanged",
  "needs_review",
  "invalid",
  "enrich_done",
  "enrich_pending",
  "enrich_not_found",
  "enrich_deferred",
  "progress",
  "current_title",
  "error",
  "started_at",
  "updated_at",
  "enrich_since",
  "completed_at",
] as const;

// Claims the step. A move succeeds only from the seq that was read, so that of two concurrent
// writers only one succeeds. ?5 lists the versions of the entries that the step was computed from,
// so that a user's own change or removal is never overwritten; ?6 the rows that the step queues, so
// that no other import has queued them; ?7 and ?8 the maximum numbers of entries and waiting rows
// before the step, so that it does not exceed the limits; ?9 the maximum number of running imports
// when an ended job runs again; ?10 the charges of the step, which must fit; ?11 the account's
// state for the lines that the step adds; ?12 the maximum number of records of progress before the
// step. Outside the enriching phase enrich_after and the lease are cleared, so that a new phase
// does not wait for the pause or the worker of an earlier one.
const CLAIM = `
  UPDATE ImportJobs SET seq = seq + 1, step_token = ?3,
    enrich_after = CASE WHEN phase = 'enriching' THEN enrich_after END,
    lease_holder = CASE WHEN phase = 'enriching' THEN lease_holder END,
    lease_until = CASE WHEN phase = 'enriching' THEN lease_until END, ${MOVED.map((name) => `${name} = ?4 ->> '${name}'`).join(", ")}
  WHERE job_id = ?1 AND seq = ?2 AND state <> 'uploading'
    AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ImportJobs.user_id)
    AND NOT EXISTS (
      SELECT 1 FROM json_each(?5) AS due
      LEFT JOIN UserLibrary AS entry ON entry.user_id = ImportJobs.user_id AND entry.isbn = due.value ->> 'isbn'
      WHERE entry.id IS NOT due.value ->> 'id' OR entry.version IS NOT due.value ->> 'version'
        OR (entry.id IS NULL AND EXISTS (
          SELECT 1 FROM RemovedEntries AS gone
          WHERE gone.user_id = ImportJobs.user_id AND gone.isbn = due.value ->> 'isbn' AND gone.trashed_until IS NOT NULL
        ))
    )
    AND NOT EXISTS (
      SELECT 1 FROM json_each(?6) AS queued
      CROSS JOIN ReviewQueue AS review ON review.user_id = ImportJobs.user_id AND review.row_hash = queued.value
    )
    AND (?7 IS NULL OR ${entriesSql("ImportJobs.user_id")} <= ?7)
    AND (?8 IS NULL OR ${waitingSql("ImportJobs.user_id")} <= ?8)
    AND (?9 IS NULL OR ${runningSql("ImportJobs.user_id", "(?4 ->> 'updated_at')")} < ?9)
    AND ${fitsSql("?10")}
    AND NOT EXISTS (
      SELECT 1 FROM json_each(?11) AS asked WHERE NOT (${sameStateSql("ImportJobs.user_id")})
    )
    AND (?12 IS NULL OR ${progressSql("ImportJobs.user_id")} <= ?12)`;

/** True only in the batch of the step that has claimed the job. Parameters: ?1 job, ?2 the step's token. */
export const IS_OURS = "EXISTS (SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND step_token = ?2)";

/** A move with the data for writing it. */
export interface JobStep extends Move {
  /** Unique to the step. */
  token: string;
  /** Entries that must not have changed since they were read. */
  read?: readonly ReadEntry[];
  /** Hashes of rows that the step queues for review: none of them may be in the queue already. */
  queued?: readonly string[];
  /** The maximum numbers of entries and waiting rows before the step; undefined means no limit. */
  atMost?: {
    entries: number | undefined;
    waitingRows: number | undefined;
    progress?: number | undefined;
  };
  /**
   * The maximum number of the user's running imports, for an ended job that runs again; undefined
   * means no limit.
   */
  maxRunning?: number;
  /** Lines that the step adds to the account; the account's state for them must be unchanged. */
  account?: readonly AccountWrite[];
  /** The charges of the step; if they do not all fit, the job is not claimed. */
  charges?: readonly Charge[];
}

/** First statement of a step's batch. It changes one row; if it changes none, another writer was first. */
export function claimStep(db: D1Database, step: JobStep): D1PreparedStatement {
  const { job, next, token, read = [], queued = [], atMost, maxRunning, charges = [] } = step;
  const { account = [] } = step;
  return db
    .prepare(CLAIM)
    .bind(
      job.jobId,
      job.seq,
      token,
      JSON.stringify(movedOf(next)),
      JSON.stringify(read),
      JSON.stringify(queued),
      atMost?.entries ?? null,
      atMost?.waitingRows ?? null,
      maxRunning ?? null,
      JSON.stringify(charges),
      JSON.stringify(account.map(askedOf)),
      atMost?.progress ?? null,
    );
}

const CHARGE = chargeSql("?3", IS_OURS);

/** Counts the charges of a step that has claimed its job. */
export function chargeStep(
  db: D1Database,
  { job, token, charges = [] }: Pick<JobStep, "job" | "token" | "charges">,
): D1PreparedStatement[] {
  if (charges.length === 0) return [];
  return [db.prepare(CHARGE).bind(job.jobId, token, JSON.stringify(charges))];
}

/** Last statement of a step's batch; writes its event. */
export function eventOf(db: D1Database, { next, token }: JobStep): D1PreparedStatement {
  return db.prepare(ADD_EVENT).bind(next.jobId, token, next.updatedAt);
}

function movedOf(job: WorkedJob): Record<(typeof MOVED)[number], string | number | null> {
  return {
    state: job.state,
    phase: job.phase,
    attempt: job.attempt,
    next_chunk: job.nextChunk,
    rows_due: job.rowsDue ?? null,
    dry_run: Number(job.dryRun),
    created: job.outcomes.created,
    updated: job.outcomes.updated,
    unchanged: job.outcomes.unchanged,
    needs_review: job.outcomes.needsReview,
    invalid: job.outcomes.invalid,
    enrich_done: job.enrichment.done,
    enrich_pending: job.enrichment.pending,
    enrich_not_found: job.enrichment.notFound,
    enrich_deferred: job.enrichment.deferred,
    progress: job.progress,
    current_title: job.currentTitle ?? null,
    error: job.error === undefined ? null : JSON.stringify(job.error),
    started_at: job.startedAt ?? null,
    updated_at: job.updatedAt,
    enrich_since: job.enrichSince ?? null,
    completed_at: job.completedAt ?? null,
  };
}

const READ = `SELECT ${WORKED_JOB_COLUMNS} FROM ImportJobs WHERE job_id = ?1`;

const FIND = `${READ} AND user_id = ?2 AND state <> 'uploading'`;

/** Reads a job for processing, regardless of its user. */
export async function readJob(db: D1Database, jobId: string): Promise<WorkedJob | undefined> {
  const row = await db.prepare(READ).bind(jobId).first<WorkedJobRow>();
  return row ? workedJobOf(row) : undefined;
}

/** Reads a job of this user. A job that is still uploading is not visible. */
export async function findJob(
  db: D1Database,
  userId: string,
  jobId: string,
): Promise<WorkedJob | undefined> {
  const row = await db.prepare(FIND).bind(jobId, userId).first<WorkedJobRow>();
  return row ? workedJobOf(row) : undefined;
}
