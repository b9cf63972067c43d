import { restaged } from "../domain/job/transitions.ts";
import { claimStep, eventOf, readJob } from "./advance.ts";
import { isTerminal } from "../domain/job/job.ts";

// Parameters of these statements: ?1 job, ?2 chunk, ?3 the step's token, or NULL for a job that has
// ended, which no worker uses.
const MAY_MOVE = `
  EXISTS (
    SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND staged_in = 'rows'
      AND (step_token = ?3 OR (?3 IS NULL AND completed_at IS NOT NULL))
  )`;

const ADD_CHUNK = `
  INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, is_done, rows)
  SELECT job_id, chunk, min(row), max(row), count(*) FILTER (WHERE outcome IS NULL) = 0,
    coalesce(json_group_array(json_object(
      'row', row, 'line', line, 'hash', row_hash, 'verdict', verdict, 'isbn', isbn, 'title', title, 'matchedBy', matched_by,
      'parsed', json(filed), 'raw', json(raw), 'notes', json(notes), 'reason', json(reason)
    )) FILTER (WHERE filed IS NOT NULL OR raw IS NOT NULL OR outcome IS NULL), '[]')
  FROM ImportRows INDEXED BY idx_import_rows_chunk
  WHERE job_id = ?1 AND chunk = ?2 AND ${MAY_MOVE}
  GROUP BY job_id, chunk HAVING true
  ON CONFLICT DO NOTHING`;

const ADD_RESULTS = `
  INSERT INTO ImportResults (
    job_id, row, line, is_match, row_hash, isbn, title, notes, reason, matched_by, score, outcome, enrichment, ask_after,
    before, after, entry_id, entry_version, undo
  )
  SELECT job_id, row, line, verdict = 'match', row_hash, isbn, title, nullif(notes, '[]'), reason, matched_by, score, outcome,
    CASE WHEN enrichment = 'pending' AND ?3 IS NULL THEN 'deferred' ELSE enrichment END, lease_until, before, after,
    entry_id, entry_version, undo
  FROM ImportRows INDEXED BY idx_import_rows_chunk
  WHERE job_id = ?1 AND chunk = ?2 AND outcome IS NOT NULL AND ${MAY_MOVE}
  ON CONFLICT DO NOTHING`;

const DROP_ROWS = `
  DELETE FROM ImportRows WHERE job_id = ?1 AND chunk = ?2 AND ${MAY_MOVE}`;

// Release 0.1.0 settles the review queue at the end of an undo, this one with each chunk.
const END = `
  UPDATE ImportJobs SET staged_in = 'chunks', next_chunk = CASE state WHEN 'undoing' THEN 0 ELSE next_chunk END
  WHERE job_id = ?1 AND NOT EXISTS (SELECT 1 FROM ImportRows WHERE job_id = ?1)`;

const NEXT_CHUNK = `
  SELECT chunk FROM ImportRows INDEXED BY idx_import_rows_chunk WHERE job_id = ?1 ORDER BY chunk LIMIT 1`;

// Reads no job unless that release has left rows.
const OLD_JOBS = `
  SELECT job_id FROM ImportJobs
  WHERE EXISTS (SELECT 1 FROM ImportRows) AND completed_at IS NOT NULL AND chunks > 0 AND staged_in = 'rows' ORDER BY completed_at DESC LIMIT 1`;

/** All statements, for a test of their query plans. */
export const RESTAGING_STATEMENTS = {
  ADD_CHUNK,
  ADD_RESULTS,
  DROP_ROWS,
  END,
  NEXT_CHUNK,
  OLD_JOBS,
};

/** Sources of step tokens and of the time. */
interface Stamps {
  newId(): string;
  now(): number;
}

/**
 * Moves up to `limit` chunks of a job that an earlier release staged from ImportRows to ImportChunks and ImportResults, one
 * chunk per transaction. A chunk of a running job moves in a step of the job, so that no worker of the earlier release can
 * write to it. Idempotent.
 * @returns the number of moved chunks
 */
export async function restageJob(
  db: D1Database,
  jobId: string,
  { newId, now }: Stamps,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  for (let moved = 0; moved < limit; moved += 1) {
    const job = await readJob(db, jobId);
    if (job === undefined || job.stagedIn === "chunks" || job.state === "uploading") return moved;
    const chunk = await db.prepare(NEXT_CHUNK).bind(jobId).first<number>("chunk");
    const token = isTerminal(job.state) ? null : newId();
    const step = token === null ? undefined : { job, next: restaged(job, now()), token };
    await db.batch([
      ...(step ? [claimStep(db, step)] : []),
      ...[ADD_CHUNK, ADD_RESULTS, DROP_ROWS].map((sql) =>
        db.prepare(sql).bind(jobId, chunk, token),
      ),
      db.prepare(END).bind(jobId),
      ...(step ? [eventOf(db, step)] : []),
    ]);
  }
  return limit;
}

/** Restages up to `limit` chunks of an ended job, the latest first. @returns the number of moved chunks */
export async function restageEnded(db: D1Database, stamps: Stamps, limit: number): Promise<number> {
  const jobId = await db.prepare(OLD_JOBS).first<string>("job_id");
  return jobId === null ? 0 : restageJob(db, jobId, stamps, limit);
}
