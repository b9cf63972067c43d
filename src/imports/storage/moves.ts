import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { RetryCounts, WorkedJob } from "../domain/job/transitions.ts";
import type { RowsMove } from "../domain/job/work-on-job.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { runningSql } from "../../quotas/module.ts";
import { claimStep, eventOf, IS_OURS, type JobStep } from "./advance.ts";
import { lastUndoStatements } from "./undo.ts";

// Defers the books that are still pending to the scheduled refresh.
const DEFER_REST = `
  UPDATE ImportResults SET enrichment = 'deferred', ask_after = NULL
  WHERE job_id = ?1 AND enrichment = 'pending' AND ${IS_OURS}`;

const FORGET_RESULTS = `DELETE FROM ImportResults WHERE job_id = ?1 AND ${IS_OURS}`;

const OPEN_CHUNKS = `UPDATE ImportChunks SET is_done = 0 WHERE job_id = ?1 AND ${IS_OURS}`;

// Of the invalid rows, only those with a cause outside the file: a retry may succeed. The first condition is that of
// idx_import_results_outcome, so that SQLite may use it.
const IS_RETRYABLE = `
  (outcome IN ('updated', 'needsReview', 'invalid')
    AND (outcome = 'needsReview' OR (outcome = 'invalid' AND reason ->> 'code' IN ('NOT_STORED', 'SHELF_FULL', 'QUEUE_FULL'))))`;

// The chunks still have these rows: a row without a result is processed again.
const REOPEN_CHUNKS = `
  UPDATE ImportChunks SET is_done = 0
  WHERE job_id = ?1 AND ${IS_OURS} AND EXISTS (
    SELECT 1 FROM ImportResults
    WHERE job_id = ?1 AND row BETWEEN ImportChunks.first_row AND ImportChunks.last_row AND ${IS_RETRYABLE}
  )`;

const RETRY_ROWS = `
  DELETE FROM ImportResults WHERE job_id = ?1 AND ${IS_RETRYABLE} AND ${IS_OURS}`;

const RETRY_BOOKS = `
  UPDATE ImportResults SET enrichment = 'pending', ask_after = NULL
  WHERE job_id = ?1 AND enrichment IN ('notFound', 'deferred') AND ${IS_OURS}`;

const COUNT_FOR_RETRY = `
  SELECT count(*) FILTER (WHERE outcome = 'needsReview') AS needs_review,
    count(*) FILTER (WHERE outcome = 'invalid') AS invalid,
    count(*) FILTER (WHERE enrichment = 'done') AS done,
    count(*) FILTER (WHERE enrichment = 'pending') AS pending,
    count(*) FILTER (WHERE enrichment = 'notFound') AS not_found,
    count(*) FILTER (WHERE enrichment = 'deferred') AS deferred
  FROM ImportResults WHERE job_id = ?1 AND ${IS_RETRYABLE}`;

interface RetryCountsRow {
  needs_review: number;
  invalid: number;
  done: number;
  pending: number;
  not_found: number;
  deferred: number;
}

const ROWS_OF: Readonly<Record<RowsMove, readonly string[]>> = {
  none: [],
  forget: [FORGET_RESULTS, OPEN_CHUNKS],
  again: [REOPEN_CHUNKS, RETRY_ROWS, RETRY_BOOKS],
  end: [DEFER_REST],
  undone: [DEFER_REST],
};

/**
 * Writes a move of a job, its event and the stored response in one transaction.
 * @returns `false` if the job has changed since `step.job` was read; then nothing is written
 */
export async function moveJob(
  db: D1Database,
  step: JobStep,
  rows: RowsMove,
  answer?: GuardedAnswer,
): Promise<boolean> {
  const { jobId } = step.job;
  const [claimed] = await db.batch([
    claimStep(db, step),
    ...answerStatements(db, answer),
    ...ROWS_OF[rows].map((sql) => db.prepare(sql).bind(jobId, step.token)),
    ...(rows === "undone" ? lastUndoStatements(db, step) : []),
    eventOf(db, step),
  ]);
  return (claimed?.meta.changes ?? 0) > 0;
}

/** Counts the rows that `retry` would process again. */
export async function countForRetry(db: D1Database, { jobId }: WorkedJob): Promise<RetryCounts> {
  const row = await db.prepare(COUNT_FOR_RETRY).bind(jobId).first<RetryCountsRow>();
  return {
    needsReview: row?.needs_review ?? 0,
    invalid: row?.invalid ?? 0,
    waiting: {
      done: row?.done ?? 0,
      pending: row?.pending ?? 0,
      notFound: row?.not_found ?? 0,
      deferred: row?.deferred ?? 0,
    },
  };
}

const RUNNING = `SELECT ${runningSql("?1", "?2")} AS running`;

/** Counts the imports of a user that run. @param now ms since the epoch */
export async function countRunning(db: D1Database, userId: string, now: number): Promise<number> {
  return (await db.prepare(RUNNING).bind(userId, now).first<number>("running")) ?? 0;
}
