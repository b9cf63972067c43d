import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { RetryCounts, RowsDue, WorkedJob } from "../domain/job/transitions.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { runningSql } from "../../quotas/module.ts";
import { chargeStep, claimStep, eventOf, type JobStep } from "./advance.ts";

// Parameters of the pieces: ?1 job, ?2 what is due, ?3 chunk, ?4 attempt. A piece is valid as long
// as the job marks it as due, so it needs no claim and may be written twice.
const IS_DUE = `
  EXISTS (SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND rows_due = ?2 AND next_chunk = ?3 AND attempt = ?4)`;

const IN_CHUNK = `
  job_id = ?1 AND row BETWEEN (SELECT first_row FROM ImportChunks WHERE job_id = ?1 AND chunk = ?3)
    AND (SELECT last_row FROM ImportChunks WHERE job_id = ?1 AND chunk = ?3)`;

// A preview keeps all rows in its chunks.
const FORGET_RESULTS = `DELETE FROM ImportResults WHERE ${IN_CHUNK} AND ${IS_DUE}`;

/** As many as the rows of a chunk. */
const PIECE_ROWS = 1000;

// A preview that was read again may have results of rows that are in no chunk. The last chunk
// remains due until they are gone.
const FORGET_OTHERS = `
  DELETE FROM ImportResults WHERE job_id = ?1
    AND row IN (SELECT row FROM ImportResults WHERE job_id = ?1 ORDER BY row LIMIT ${PIECE_ROWS})
    AND ${IS_DUE} AND ?3 + 1 >= (SELECT chunks FROM ImportJobs WHERE job_id = ?1)`;

const OPEN_CHUNK = `
  UPDATE ImportChunks SET is_done = 0 WHERE job_id = ?1 AND chunk = ?3 AND ${IS_DUE}`;

/**
 * True for results whose rows a retry processes again. Invalid rows are included only if the cause
 * is outside the file. The first condition is that of idx_import_results_outcome, so that SQLite
 * may use it.
 */
const IS_RETRYABLE = `
  (outcome IN ('updated', 'needsReview', 'invalid')
    AND (outcome = 'needsReview' OR (outcome = 'invalid' AND reason ->> 'code' IN ('NOT_STORED', 'SHELF_FULL', 'QUEUE_FULL', 'BOOK_MISSING', 'PROGRESS_FULL'))))`;

// The chunk still has these rows, and a row without a result is processed again.
const REOPEN_CHUNK = `
  UPDATE ImportChunks SET is_done = 0
  WHERE job_id = ?1 AND chunk = ?3 AND ${IS_DUE}
    AND EXISTS (SELECT 1 FROM ImportResults WHERE ${IN_CHUNK} AND ${IS_RETRYABLE})`;

const RETRY_ROWS = `DELETE FROM ImportResults WHERE ${IN_CHUNK} AND ${IS_RETRYABLE} AND ${IS_DUE}`;

const RETRY_BOOKS = `
  UPDATE ImportResults SET enrichment = 'pending', ask_after = NULL
  WHERE ${IN_CHUNK} AND enrichment IN ('notFound', 'deferred') AND ${IS_DUE}`;

// The scheduled task looks up deferred books, alternating between users, and these as soon as
// possible.
const DEFER = `enrichment = 'deferred', ask_after = 0, deferred_for = (SELECT user_id FROM ImportJobs WHERE job_id = ?1)`;

const DEFER_BOOKS = `
  UPDATE ImportResults SET ${DEFER}
  WHERE ${IN_CHUNK} AND enrichment = 'pending' AND ${IS_DUE}`;

const STOP_BOOKS = `
  UPDATE ImportResults SET ${DEFER}
  WHERE ${IN_CHUNK} AND enrichment IN ('pending', 'notFound') AND ${IS_DUE}`;

const HAS_RESULTS = `
  (rows_due = 'forget' AND EXISTS (SELECT 1 FROM ImportResults WHERE job_id = ?1))`;

const NEXT_CHUNK = `
  UPDATE ImportJobs SET
    next_chunk = CASE
      WHEN next_chunk + 1 < chunks THEN next_chunk + 1 WHEN ${HAS_RESULTS} THEN next_chunk ELSE 0 END,
    rows_due = CASE WHEN next_chunk + 1 < chunks OR ${HAS_RESULTS} THEN rows_due END
  WHERE job_id = ?1 AND rows_due = ?2 AND next_chunk = ?3 AND attempt = ?4`;

const PIECES: Readonly<Record<RowsDue, readonly string[]>> = {
  forget: [FORGET_RESULTS, FORGET_OTHERS, OPEN_CHUNK],
  again: [REOPEN_CHUNK, RETRY_ROWS, RETRY_BOOKS],
  end: [DEFER_BOOKS],
  stop: [REOPEN_CHUNK, RETRY_ROWS, STOP_BOOKS],
};

/** All statements, for a test of their query plans. */
export const MOVE_STATEMENTS = {
  FORGET_RESULTS,
  FORGET_OTHERS,
  OPEN_CHUNK,
  REOPEN_CHUNK,
  RETRY_ROWS,
  RETRY_BOOKS,
  DEFER_BOOKS,
  STOP_BOOKS,
  NEXT_CHUNK,
};

/** The pending changes to the results of job ?1. */
const ROWS_DUE = "(SELECT rows_due FROM ImportJobs WHERE job_id = ?1)";

/**
 * True for a valid result, false for one that a move has left to be deleted. Parameters: ?1 job.
 */
export const IS_LIVE = `
  CASE coalesce(${ROWS_DUE}, '') WHEN 'forget' THEN 0 WHEN '' THEN 1 WHEN 'end' THEN 1 ELSE ${IS_RETRYABLE} IS NOT TRUE END`;

/**
 * The state of a book as the job counts it, including the pending changes of a move. Parameters: ?1
 * job.
 */
export const ENRICHMENT = `
  CASE coalesce(${ROWS_DUE}, '')
    WHEN '' THEN enrichment
    WHEN 'again' THEN CASE WHEN enrichment IN ('notFound', 'deferred') THEN 'pending' ELSE enrichment END
    WHEN 'stop' THEN CASE WHEN enrichment IN ('notFound', 'pending') THEN 'deferred' ELSE enrichment END
    ELSE CASE WHEN enrichment = 'pending' THEN 'deferred' ELSE enrichment END
  END`;

/**
 * True for a chunk that may have rows without a valid result; `chunk` is ImportChunks. Parameters:
 * ?1 job.
 */
export const HAS_UNPROCESSED = `(chunk.is_done = 0 OR coalesce(${ROWS_DUE}, 'end') <> 'end')`;

const COUNT_FOR_RETRY = `
  SELECT count(*) FILTER (WHERE outcome = 'needsReview') AS needs_review,
    count(*) FILTER (WHERE outcome = 'invalid') AS invalid,
    count(*) FILTER (WHERE enrichment = 'done') AS done,
    count(*) FILTER (WHERE enrichment = 'pending') AS pending,
    count(*) FILTER (WHERE enrichment = 'notFound') AS not_found,
    count(*) FILTER (WHERE enrichment = 'deferred') AS deferred
  FROM ImportResults WHERE job_id = ?1 AND ${IS_RETRYABLE} AND ${IS_LIVE}`;

interface RetryCountsRow {
  needs_review: number;
  invalid: number;
  done: number;
  pending: number;
  not_found: number;
  deferred: number;
}

/**
 * Writes a move of a job, its event, the stored response and the first piece of the pending changes
 * to its results in one transaction.
 * @returns `false` if the job has changed since `step.job` was read; then nothing is written
 */
export async function moveJob(
  db: D1Database,
  step: JobStep,
  answer?: GuardedAnswer,
): Promise<boolean> {
  const [claimed] = await db.batch([
    claimStep(db, step),
    ...chargeStep(db, step),
    ...answerStatements(db, answer),
    eventOf(db, step),
    ...pieceOf(db, step.next),
  ]);
  return (claimed?.meta.changes ?? 0) > 0;
}

/**
 * Applies the pending changes to the results of one chunk, or of other rows, at most 1,000.
 * Idempotent.
 */
export async function settleRows(db: D1Database, job: WorkedJob): Promise<void> {
  await db.batch(pieceOf(db, job));
}

function pieceOf(
  db: D1Database,
  { jobId, rowsDue, nextChunk, attempt }: WorkedJob,
): D1PreparedStatement[] {
  if (rowsDue === undefined) return [];
  return [...PIECES[rowsDue], NEXT_CHUNK].map((sql) =>
    db.prepare(sql).bind(jobId, rowsDue, nextChunk, attempt),
  );
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

/** Counts a user's running imports. @param now ms since the epoch */
export async function countRunning(db: D1Database, userId: string, now: number): Promise<number> {
  return (await db.prepare(RUNNING).bind(userId, now).first<number>("running")) ?? 0;
}
