import { answerStatements } from "../../idempotency/module.ts";
import type { ReadAgain } from "../domain/upload/read-again.ts";
import { chargeStep, claimStep, eventOf, IS_OURS } from "./advance.ts";

// Parameters of these statements: ?1 job, ?2 the step's token, ?3 the job that the file was read into.

// Replaces the values of the preview by those of the second reading.
const SET_FILE = `
  UPDATE ImportJobs SET
    total_rows = ?4 ->> 'totalRows', chunks = ?4 ->> 'chunks', columns = ?4 -> 'columns', format = ?4 ->> 'format',
    format_confidence = ?4 ->> 'formatConfidence', encoding = ?4 ->> 'encoding',
    encoding_confidence = ?4 ->> 'encodingConfidence', assumptions = ?4 -> 'assumptions'
  WHERE job_id = ?1 AND step_token = ?2 AND ?3 IS NOT NULL`;

const DROP_CHUNKS = `
  DELETE FROM ImportChunks WHERE job_id = ?1 AND ?3 IS NOT NULL AND ${IS_OURS}`;

const MOVE_CHUNKS = `
  UPDATE ImportChunks SET job_id = ?1 WHERE job_id = ?3 AND ${IS_OURS}`;

const ADD_CHUNK = `
  INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, rows)
  SELECT ?1, ?4, ?5, ?6, ?7 WHERE ?3 IS NOT NULL AND ${IS_OURS}`;

const DROP_JOB = `
  DELETE FROM ImportJobs WHERE job_id = ?3 AND state = 'uploading' AND ${IS_OURS}`;

/**
 * Commits a preview with the rows of a second reading, in one transaction. The results of the
 * preview become invalid, and the job deletes them in pieces.
 * @returns `false` if the job has changed since it was read; then nothing is written
 */
export async function commitReadAgain(
  db: D1Database,
  { job, next, from, rows, file, answer, charges }: ReadAgain,
  token: string,
): Promise<boolean> {
  const { jobId } = job;
  const bound = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(jobId, token, from, ...values);
  const [claimed] = await db.batch([
    claimStep(db, { job, next, token, charges }),
    ...chargeStep(db, { job, token, charges }),
    bound(SET_FILE, JSON.stringify(file)),
    bound(DROP_CHUNKS),
    bound(MOVE_CHUNKS),
    bound(
      ADD_CHUNK,
      file.chunks - 1,
      rows[0]?.row ?? 0,
      rows.at(-1)?.row ?? 0,
      JSON.stringify(rows),
    ),
    bound(DROP_JOB),
    ...answerStatements(db, answer),
    eventOf(db, { job, next, token }),
  ]);
  return (claimed?.meta.changes ?? 0) > 0;
}
