import type { CompletedUpload, NewJob, UploadDeps } from "../domain/upload/accept-upload.ts";
import type { ParsedRow } from "../domain/job/row.ts";
import type { StagedRow } from "../domain/upload/staged-row.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { ADD_EVENT } from "./jobs.ts";

const BEGIN = `
  INSERT INTO ImportJobs (
    job_id, user_id, state, mode, dry_run, enrich, format, format_confidence, columns, ticket_key, created_at, updated_at
  )
  SELECT ?1, ?2, 'uploading', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10
  WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?2)`;

// ->> returns nested objects as JSON text, and NULL for absent fields.
const ADD_ROWS = `
  INSERT INTO ImportRows (
    job_id, row, chunk, line, row_hash, verdict, isbn, title, filed, raw, notes, reason, matched_by
  )
  SELECT job.job_id, staged.value ->> 'row', ?3, staged.value ->> 'line', staged.value ->> 'hash',
    staged.value ->> 'verdict', staged.value ->> 'isbn', staged.value ->> 'title', staged.value ->> 'parsed',
    staged.value ->> 'raw', staged.value ->> 'notes', staged.value ->> 'reason', staged.value ->> 'matchedBy'
  FROM json_each(?1) AS staged JOIN ImportJobs AS job ON job.job_id = ?2 AND job.state = 'uploading'`;

// Marks a slow upload as active, so that it is not swept as abandoned.
const TOUCH = "UPDATE ImportJobs SET updated_at = ?2 WHERE job_id = ?1 AND state = 'uploading'";

/** Rows of a discarded upload that one statement deletes at most. */
const DISCARDED_ROWS = 1000;

// An upload whose rows were swept meanwhile is not completed.
const COMPLETE = `
  UPDATE ImportJobs SET
    state = 'queued', seq = 1, step_token = ?2, total_rows = ?3, chunks = ?4, file_hash = ?5, updated_at = ?6
  WHERE job_id = ?1 AND state = 'uploading' AND (SELECT count(*) FROM ImportRows WHERE job_id = ?1) = ?3`;

// Rows before their job, so that no statement cascades.
const DISCARD_ROWS = `
  DELETE FROM ImportRows WHERE (job_id, row) IN (
    SELECT job_id, row FROM ImportJobs CROSS JOIN ImportRows USING (job_id)
    WHERE job_id = ?1 AND state = 'uploading' LIMIT ${DISCARDED_ROWS}
  )`;

const DISCARD = "DELETE FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading'";

/** Stores uploads in D1. @param log receives every failure */
export function d1ImportStaging(
  db: D1Database,
  { newId, newTicketKey, now }: { newId(): string; newTicketKey(): string; now(): number },
  log: Log,
): UploadDeps["staging"] {
  const { write } = d1Errors(log);
  const insert = (jobId: string, chunk: number, rows: readonly StagedRow[]): D1PreparedStatement =>
    db.prepare(ADD_ROWS).bind(JSON.stringify(rows.map(columnsOf)), jobId, chunk);
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
        const rows = db.prepare(DISCARD_ROWS).bind(jobId);
        while ((await rows.run()).meta.changes >= DISCARDED_ROWS);
        await db.prepare(DISCARD).bind(jobId).run();
      } catch (error) {
        // The job is invisible, and the sweep deletes it later.
        log.error("upload_not_discarded", { jobId, error });
      }
    },
  };
}

/** Maps a row to the names of its columns. */
function columnsOf({ parsed, ...row }: StagedRow): Record<string, unknown> {
  return { ...row, filed: parsed };
}

function begin(db: D1Database, job: NewJob, ticketKey: string): D1PreparedStatement {
  const { jobId, userId, options, format, formatConfidence, columns, createdAt } = job;
  const { mode, dryRun, enrich } = options;
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
    );
}

/** Parses the stored `ParsedRow` of a row; NULL is an empty one. */
export function readParsedRow(filed: string | null): ParsedRow {
  return filed === null
    ? { book: {}, entry: {}, identifiers: {} }
    : (JSON.parse(filed) as ParsedRow);
}
