import type { CompletedUpload, NewJob, UploadDeps } from "../domain/upload/accept-upload.ts";
import type { StagedRow } from "../domain/upload/staged-row.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { ADD_EVENT } from "./jobs.ts";

const BEGIN = `
  INSERT INTO ImportJobs (
    job_id, user_id, state, mode, dry_run, enrich, format, format_confidence, columns, ticket_key, created_at, updated_at,
    staged_in, without_isbn
  )
  SELECT ?1, ?2, 'uploading', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 'chunks', ?11
  WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?2)`;

const ADD_CHUNK = `
  INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, rows)
  SELECT job_id, ?2, ?3, ?4, ?5 FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading'`;

// Marks a slow upload as active, so that it is not swept as abandoned.
const TOUCH = "UPDATE ImportJobs SET updated_at = ?2 WHERE job_id = ?1 AND state = 'uploading'";

// An upload whose chunks were swept meanwhile is not completed.
const COMPLETE = `
  UPDATE ImportJobs SET
    state = 'queued', seq = 1, step_token = ?2, total_rows = ?3, chunks = ?4, file_hash = ?5, updated_at = ?6
  WHERE job_id = ?1 AND state = 'uploading' AND (SELECT count(*) FROM ImportChunks WHERE job_id = ?1) = ?4`;

// Chunks before their job: a file has about 50.
const DISCARD = [
  `DELETE FROM ImportChunks WHERE job_id IN (
     SELECT job_id FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading'
   )`,
  "DELETE FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading'",
];

/** Stores uploads in D1. @param log receives every failure */
export function d1ImportStaging(
  db: D1Database,
  { newId, newTicketKey, now }: { newId(): string; newTicketKey(): string; now(): number },
  log: Log,
): UploadDeps["staging"] {
  const { write } = d1Errors(log);
  const insert = (jobId: string, chunk: number, rows: readonly StagedRow[]): D1PreparedStatement =>
    db
      .prepare(ADD_CHUNK)
      .bind(jobId, chunk, rows[0]?.row ?? 0, rows.at(-1)?.row ?? 0, JSON.stringify(rows));
  return {
    async begin(job) {
      const { meta } = await write(begin(db, job, newTicketKey()).run());
      return meta.changes > 0;
    },
    async addRows(jobId, chunk, rows) {
      const touch = db.prepare(TOUCH).bind(jobId, now());
      const [added] = await write(db.batch([insert(jobId, chunk, rows), touch]));
      return (added?.meta.changes ?? 0) > 0;
    },
    async complete({ jobId, rows, chunk, totalRows, fileHash, at, answer }: CompletedUpload) {
      const token = newId();
      const [, completed] = await write(
        db.batch([
          insert(jobId, chunk, rows),
          db.prepare(COMPLETE).bind(jobId, token, totalRows, chunk + 1, fileHash, at),
          ...answerStatements(db, answer),
          db.prepare(ADD_EVENT).bind(jobId, token, at),
        ]),
      );
      return (completed?.meta.changes ?? 0) > 0;
    },
    async discard(jobId) {
      try {
        await db.batch(DISCARD.map((sql) => db.prepare(sql).bind(jobId)));
      } catch (error) {
        // The job is invisible, and the sweep deletes it later.
        log.error("upload_not_discarded", { jobId, error });
      }
    },
  };
}

function begin(db: D1Database, job: NewJob, ticketKey: string): D1PreparedStatement {
  const { jobId, userId, options, format, formatConfidence, columns, createdAt } = job;
  const { mode, dryRun, enrich, withoutIsbn } = options;
  return db
    .prepare(BEGIN)
    .bind(
      jobId,
      userId,
      mode,
      Number(dryRun),
      Number(enrich),
      format,
      formatConfidence,
      JSON.stringify(columns),
      ticketKey,
      createdAt,
      withoutIsbn,
    );
}
