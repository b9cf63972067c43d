import { CLOCK_SKEW_MS } from "../../platform/time.ts";
import {
  MAX_REST_MS,
  MAX_WAIT_MS,
  type BookClaim,
  type BookFindings,
  type EnrichBooksDeps,
} from "../domain/enrich/books.ts";
import type { LeasedWorkDeps } from "../domain/enrich/hold.ts";
import { reason } from "../domain/job/reasons.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { finishStatements } from "./finish.ts";
import { ADD_EVENT } from "./jobs.ts";

/**
 * True when an instant has passed, or is further ahead than `maxMs` because the clock was set back.
 * `?2` is now.
 * @param column of the instant, ms since the epoch; NULL counts as past
 * @param maxMs maximum distance at which the instant is set
 */
export const hasCome = (column: string, maxMs: number): string =>
  `(${column} IS NULL OR ${column} <= ?2 OR ${column} > ?2 + ${maxMs + CLOCK_SKEW_MS})`;

/** A book to look up, represented by a row of ImportResults. */
interface DueBook {
  row: number;
  isbn: string;
}

/** True for a job in the enrichment phase whose user exists. Parameters: ?1 job. */
export const IS_ENRICHING = `
  EXISTS (
    SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND state = 'processing' AND phase = 'enriching'
      AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ImportJobs.user_id)
  )`;

/**
 * Leases a job in the enrichment phase to one worker, if no other one has a valid lease, the job does not wait for its
 * providers, and rows are due. Parameters: ?1 job, ?2 now, ?3 owner, ?4 until (ms since the epoch).
 * @param due condition of ImportResults for the rows that the worker takes; `?2` in it is the present time
 */
export const leaseJob = (due: string): string => `
  UPDATE ImportJobs SET lease_holder = ?3, lease_until = ?4
  WHERE job_id = ?1 AND state = 'processing' AND phase = 'enriching'
    AND (lease_until IS NULL OR lease_until <= ?2 OR lease_until > ?4 + ${CLOCK_SKEW_MS}) 
    AND ${hasCome("enrich_after", MAX_REST_MS)}
    AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ImportJobs.user_id)
    AND EXISTS (SELECT 1 FROM ImportResults WHERE job_id = ?1 AND ${due})
  RETURNING user_id, attempt, format`;

/** True while the worker has the lease on the job. Parameters: ?1 job, ?2 owner. */
export const HAS_LEASE =
  "EXISTS (SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND lease_holder = ?2)";

/** Releases the lease on a job. Parameters: ?1 job, ?2 owner. */
export const RELEASE = `
  UPDATE ImportJobs SET lease_holder = NULL, lease_until = NULL WHERE job_id = ?1 AND lease_holder = ?2`;

const IS_DUE = `enrichment = 'pending' AND isbn IS NOT NULL AND ${hasCome("ask_after", MAX_WAIT_MS)}`;

const LEASE = leaseJob(IS_DUE);

// ?1 job, ?2 now, ?3 owner, ?4 limit. Books that were never looked up come first: NULL sorts before other values.
const DUE_BOOKS = `
  SELECT row, isbn FROM ImportResults
  WHERE job_id = ?1 AND ${IS_DUE} AND EXISTS (SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND lease_holder = ?3)
  ORDER BY ask_after, row LIMIT ?4`;

// ?1 job, ?2 owner, ?3 until.
const RENEW = "UPDATE ImportJobs SET lease_until = ?3 WHERE job_id = ?1 AND lease_holder = ?2";

// Parameters of the next three statements: ?1 job, ?2 owner, ?3 attempt, ?4 findings. A book is
// done only if the catalogue has it, because a flight answers even if it could not store its
// result. CROSS JOIN and the job's id in each finding prevent the planner from reading all rows of
// the job for each batch.
const HELD = `
  SELECT held.job_id, held.row, finding.value ->> 'until' AS until,
    CASE
      WHEN finding.value ->> 'said' <> 'done' THEN finding.value ->> 'said'
      WHEN EXISTS (SELECT 1 FROM Books WHERE isbn = held.isbn) THEN 'done'
      ELSE 'pending'
    END AS said
  FROM json_each(?4) AS finding
  CROSS JOIN ImportResults AS held ON held.job_id = finding.value ->> 'job' AND held.row = finding.value ->> 'row'
  WHERE held.enrichment = 'pending' AND ${HAS_LEASE}`;

// ?5 token, ?6 now. Enrichment is the second half of the progress; only the end of the job sets it to 1.
const COUNT = `
  UPDATE ImportJobs SET
    enrich_done = enrich_done + n.done,
    enrich_not_found = enrich_not_found + n.absent,
    enrich_deferred = enrich_deferred + n.deferred,
    enrich_pending = enrich_pending - n.done - n.absent - n.deferred,
    progress = max(progress, min(0.99, 1 - 0.5 * (enrich_pending - n.done - n.absent - n.deferred)
      / max(1.0, enrich_done + enrich_not_found + enrich_pending + enrich_deferred))),
    enrich_after = NULL, seq = seq + 1, step_token = ?5, updated_at = ?6
  FROM (
    SELECT count(*) FILTER (WHERE said = 'done') AS done, count(*) FILTER (WHERE said = 'notFound') AS absent,
      count(*) FILTER (WHERE said = 'deferred') AS deferred
    FROM (${HELD})
  ) AS n
  WHERE job_id = ?1 AND attempt = ?3 AND n.done + n.absent + n.deferred > 0 AND ${IS_ENRICHING}`;

// ?5 the reason of a book that no provider knows, ?6 when to retry a book that could not be stored.
const SETTLE = `
  UPDATE ImportResults SET
    enrichment = found.said,
    ask_after = CASE WHEN found.said IN ('pending', 'deferred') THEN coalesce(found.until, ?6) END,
    deferred_for = CASE found.said WHEN 'deferred' THEN (SELECT user_id FROM ImportJobs WHERE job_id = ?1) END,
    reason = CASE found.said WHEN 'notFound' THEN coalesce(reason, ?5) ELSE reason END
  FROM (${HELD}) AS found
  WHERE ImportResults.job_id = found.job_id AND ImportResults.row = found.row
    AND ${IS_ENRICHING} AND (SELECT attempt FROM ImportJobs WHERE job_id = ?1) = ?3`;

// ?1 job, ?2 attempt, ?3 until.
const REST = `
  UPDATE ImportJobs SET enrich_after = ?3 WHERE job_id = ?1 AND attempt = ?2 AND ${IS_ENRICHING}`;

const FREE = `
  UPDATE ImportJobs SET lease_holder = NULL, lease_until = NULL WHERE job_id = ?1 AND lease_holder IS NOT NULL`;

/** Takes the lease on a job from its holder. Throws the errors of D1 unchanged. */
export async function freeLease(db: D1Database, jobId: string): Promise<void> {
  await db.prepare(FREE).bind(jobId).run();
}

/** Extends the lease on a job. A failed renewal counts as success: the next one is due before the lease expires. */
export function renewHold(db: D1Database, log: Log): LeasedWorkDeps["renew"] {
  return async (jobId, owner, until) => {
    try {
      return (await db.prepare(RENEW).bind(jobId, owner, until).run()).meta.changes > 0;
    } catch (error) {
      log.error("lease_not_renewed", { jobId, error });
      return true;
    }
  };
}

/** Wait before retrying a book that was found but could not be stored. */
const UNSTORED_WAIT_MS = 5000;

/** Pending books of imports, in D1. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable. */
export function d1ImportBooks(db: D1Database, log: Log): EnrichBooksDeps["books"] {
  const { write } = d1Errors(log);
  return {
    async claim(jobId, { owner, now, until }, limit) {
      const [leased, due] = await write(
        db.batch<{ user_id: string; attempt: number } & DueBook>([
          db.prepare(LEASE).bind(jobId, now, owner, until),
          db.prepare(DUE_BOOKS).bind(jobId, now, owner, limit),
        ]),
      );
      const [job] = leased?.results ?? [];
      if (job === undefined) return undefined;
      const books = (due?.results ?? []).map(({ row, isbn }) => ({ row, isbn }));
      return { jobId, userId: job.user_id, attempt: job.attempt, owner, books };
    },
    async settle(claim, findings) {
      const results = await write(db.batch(settlement(db, claim, findings)));
      return (results[0]?.meta.changes ?? 0) > 0;
    },
  };
}

function settlement(
  db: D1Database,
  { jobId, attempt, owner }: BookClaim,
  { findings, restUntil, at, token }: BookFindings,
): D1PreparedStatement[] {
  const results = findings.map((finding) => ({ ...finding, job: jobId }));
  const claimed = [jobId, owner, attempt, JSON.stringify(results)];
  const notFound = JSON.stringify(reason("NOT_FOUND"));
  return [
    db.prepare(COUNT).bind(...claimed, token, at),
    db.prepare(SETTLE).bind(...claimed, notFound, at + UNSTORED_WAIT_MS),
    db.prepare(ADD_EVENT).bind(jobId, token, at),
    ...(restUntil === undefined ? [] : [db.prepare(REST).bind(jobId, attempt, restUntil)]),
    db.prepare(RELEASE).bind(jobId, owner),
    ...finishStatements(db, { jobId, token, at }),
  ];
}
