import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { Again, WorkedJob } from "../domain/job/transitions.ts";
import type { RowsMove } from "../domain/job/work-on-job.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { claimStep, eventOf, IS_OURS, type JobStep } from "./advance.ts";
import { lastUndoStatements } from "./undo.ts";

// Of the books that the providers were not asked for; the scheduled refresh takes them on.
const DEFER_REST = `
  UPDATE ImportRows SET enrichment = 'deferred', lease_until = NULL, lease_holder = NULL
  WHERE job_id = ?1 AND enrichment = 'pending' AND ${IS_OURS}`;

const FORGET_OUTCOMES = `
  UPDATE ImportRows SET outcome = NULL, enrichment = NULL, after = NULL
  WHERE job_id = ?1 AND ${IS_OURS}`;

// Of the invalid rows those of which the cause lies outside of the file: another try can go well.
const IS_AGAIN = `
  (outcome = 'needsReview' OR (outcome = 'invalid' AND reason ->> 'code' = 'NOT_STORED'))`;

const TRY_ROWS_AGAIN = `
  UPDATE ImportRows SET
    outcome = NULL, enrichment = NULL, lease_until = NULL, lease_holder = NULL, tries = 0,
    reason = CASE WHEN outcome = 'needsReview' THEN reason END
  WHERE job_id = ?1 AND ${IS_AGAIN} AND ${IS_OURS}`;

const ASK_AGAIN = `
  UPDATE ImportRows SET enrichment = 'pending', lease_until = NULL, lease_holder = NULL, tries = 0
  WHERE job_id = ?1 AND enrichment IN ('notFound', 'deferred') AND ${IS_OURS}`;

const COUNT_AGAIN = `
  SELECT count(*) FILTER (WHERE outcome = 'needsReview') AS needs_review,
    count(*) FILTER (WHERE outcome = 'invalid') AS invalid,
    count(*) FILTER (WHERE enrichment = 'done') AS done,
    count(*) FILTER (WHERE enrichment = 'pending') AS pending,
    count(*) FILTER (WHERE enrichment = 'notFound') AS not_found,
    count(*) FILTER (WHERE enrichment = 'deferred') AS deferred
  FROM ImportRows WHERE job_id = ?1 AND ${IS_AGAIN}`;

interface AgainRow {
  needs_review: number;
  invalid: number;
  done: number;
  pending: number;
  not_found: number;
  deferred: number;
}

const ROWS_OF: Readonly<Record<RowsMove, readonly string[]>> = {
  none: [],
  forget: [FORGET_OUTCOMES],
  again: [TRY_ROWS_AGAIN, ASK_AGAIN],
  end: [DEFER_REST],
  undone: [DEFER_REST],
};

/**
 * Moves a job on, with its event and with the answer to whoever asked for it, in one transaction. Says whether it was
 * where `step.job` says; if not, nothing was written.
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

/** Counts what `retry` would try again. */
export async function countAgain(db: D1Database, { jobId }: WorkedJob): Promise<Again> {
  const row = await db.prepare(COUNT_AGAIN).bind(jobId).first<AgainRow>();
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
