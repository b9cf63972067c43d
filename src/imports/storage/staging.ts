import type { CompletedUpload, NewJob, UploadDeps } from "../domain/upload/accept-upload.ts";
import type { StagedRow } from "../domain/upload/staged-row.ts";
import type { RowCharges, StoreOutcome } from "../domain/upload/charged-rows.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { answerStatements } from "../../idempotency/module.ts";
import type { Use } from "../../quotas/domain/charge.ts";
import { dayOf } from "../../quotas/domain/policy.ts";
import {
  chargeSql,
  fitsSql,
  giveBackSql,
  keepFileSql,
  runningSql,
  usesStatement,
} from "../../quotas/module.ts";
import type { ReadingOptions } from "../domain/reading/assumptions.ts";
import { ADD_EVENT } from "./jobs.ts";

const BEGIN = `
  INSERT INTO ImportJobs (
    job_id, user_id, state, mode, dry_run, enrich, format, format_confidence, columns, ticket_key, created_at, updated_at,
    staged_in, network, without_isbn, reading_options
  )
  SELECT ?1, ?2, 'uploading', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 'chunks', ?11, ?13, ?14
  WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?2)
    AND (?12 IS NULL OR ${runningSql("?2", "?10")} < ?12)`;

const RUNNING = `SELECT ${runningSql("?1", "?2")} AS running, EXISTS (
  SELECT 1 FROM DeletedUsers WHERE user_id = ?1
) AS is_gone`;

// ?6 the charges.
const ADD_CHUNK = `
  INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, rows)
  SELECT job_id, ?2, ?3, ?4, ?5 FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading' AND ${fitsSql("?6")}`;

/** True after `ADD_CHUNK` of the same batch, if it has stored the chunk. */
const HAS_CHUNK = "EXISTS (SELECT 1 FROM ImportChunks WHERE job_id = ?1 AND chunk = ?2)";

const CHARGE = chargeSql("?3", HAS_CHUNK);

// Marks a slow upload as active, so that it is not swept as abandoned. ?3 now, ?4 all charges.
const TOUCH = `
  UPDATE ImportJobs SET updated_at = ?3, charges = ?4 WHERE job_id = ?1 AND state = 'uploading' AND ${HAS_CHUNK}`;

const ROWS_OF_CHUNK = `
  SELECT rows FROM ImportChunks WHERE job_id = ?1 AND chunk = ?2`;

const REPLACE_CHUNK = `
  UPDATE ImportChunks SET rows = ?3 WHERE job_id = ?1 AND chunk = ?2
    AND EXISTS (SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading')`;

const KEEP_ACTIVE =
  "UPDATE ImportJobs SET updated_at = ?2 WHERE job_id = ?1 AND state = 'uploading'";

// An upload whose chunks were swept meanwhile is not completed.
const COMPLETE = `
  UPDATE ImportJobs SET
    state = 'queued', seq = 1, step_token = ?2, total_rows = ?3, chunks = ?4, file_hash = ?5, updated_at = ?6, charges = NULL,
    encoding = ?7 ->> 'encoding', encoding_confidence = ?7 ->> 'encodingConfidence', assumptions = ?7 -> 'assumptions',
    file_until = ?8
  WHERE job_id = ?1 AND state = 'uploading' AND (SELECT count(*) FROM ImportChunks WHERE job_id = ?1) = ?4`;

/** True after `COMPLETE` of the same batch, if it has completed the job. @param token parameter of the batch's token */
const isComplete = (token: string): string =>
  `EXISTS (SELECT 1 FROM ImportJobs WHERE step_token = ${token} AND job_id = ?1)`;

// If another upload of the same file was counted while this one ran, gives back what that upload
// has already paid for. ?2 token, ?3 charges, ?4 user, ?5 day, ?6 hash, ?7 rows, ?8 bytes of this
// upload.
const GIVE_BACK_SAME = giveBackSql(
  "json_each(?3) AS back CROSS JOIN QuotaFiles AS same",
  `back.value ->> 'subject' = ?4 AND back.value ->> 'day' = ?5
     AND same.user_id = ?4 AND same.day = ?5 AND same.hash = ?6 AND ${isComplete("?2")}`,
  `max(0, back.value ->> 'amount' - CASE back.value ->> 'quota'
     WHEN 'importRows' THEN max(0, ?7 - same.rows) ELSE max(0, ?8 - same.bytes) END)`,
);

const KEEP_FILE = keepFileSql(
  "EXISTS (SELECT 1 FROM ImportJobs WHERE user_id = ?1 AND job_id = ?7 AND step_token = ?8)",
);

/**
 * Gives back the charges of an upload that stores nothing.
 * @param condition of `job` in ImportJobs
 */
const giveBack = (condition: string): string =>
  giveBackSql("ImportJobs AS job CROSS JOIN json_each(job.charges) AS back", condition);

// Chunks before their job; a file has about 50.
const DISCARD = [
  `DELETE FROM ImportChunks WHERE job_id IN (
     SELECT job_id FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading'
   )`,
  giveBack("job.job_id = ?1 AND job.state = 'uploading'"),
  "DELETE FROM ImportJobs WHERE job_id = ?1 AND state = 'uploading'",
];

/**
 * Stores uploads in D1.
 * @param limits `openImports`: maximum number of an account's running imports; undefined means no
 * limit
 * @param log receives every failure
 */
export function d1ImportStaging(
  db: D1Database,
  { newId, newTicketKey, now }: { newId(): string; newTicketKey(): string; now(): number },
  limits: { openImports: number | undefined },
  log: Log,
): UploadDeps["staging"] {
  const { write } = d1Errors(log);
  const insert = (
    { jobId, chunk, rows }: Pick<CompletedUpload, "jobId" | "chunk" | "rows">,
    { charges, total }: RowCharges,
  ): D1PreparedStatement[] => [
    db
      .prepare(ADD_CHUNK)
      .bind(
        jobId,
        chunk,
        rows[0]?.row ?? 0,
        rows.at(-1)?.row ?? 0,
        JSON.stringify(rows),
        JSON.stringify(charges),
      ),
    db.prepare(CHARGE).bind(jobId, chunk, JSON.stringify(charges)),
    db.prepare(TOUCH).bind(jobId, chunk, now(), JSON.stringify(total)),
  ];
  return {
    async begin(job) {
      const { openImports: limit } = limits;
      const [begun, running] = await write(
        db.batch<{ running: number; is_gone: number }>([
          begin(db, job, newTicketKey(), limit),
          db.prepare(RUNNING).bind(job.userId, job.createdAt),
        ]),
      );
      if ((begun?.meta.changes ?? 0) > 0) return { kind: "begun" };
      const [found] = running?.results ?? [];
      if (limit === undefined || found === undefined || found.is_gone === 1) {
        return { kind: "gone" };
      }
      const used = found.running;
      return { kind: "refused", refusal: { kind: "limit", quota: "openImports", limit, used } };
    },
    async addRows(jobId, chunk, rows, charged) {
      const results = await write(
        db.batch<Use>([
          ...insert({ jobId, chunk, rows }, charged),
          usesStatement(db, charged.charges),
        ]),
      );
      return outcomeOf(results, 0);
    },
    async rowsOf(jobId, chunk) {
      const found = await write(db.prepare(ROWS_OF_CHUNK).bind(jobId, chunk).first<string>("rows"));
      return found === null ? undefined : (JSON.parse(found) as StagedRow[]);
    },
    async replaceRows(jobId, chunk, rows) {
      const replace = db.prepare(REPLACE_CHUNK).bind(jobId, chunk, JSON.stringify(rows));
      const keep = db.prepare(KEEP_ACTIVE).bind(jobId, now());
      const [replaced] = await write(db.batch([replace, keep]));
      return (replaced?.meta.changes ?? 0) > 0;
    },
    async complete(upload) {
      const { jobId, userId, chunk, totalRows, fileHash, opening, bytes, at, answer } = upload;
      const token = newId();
      const inserts = insert(upload, upload);
      const file = [userId, dayOf(at), fileHash];
      const results = await write(
        db.batch<Use>([
          ...inserts,
          db
            .prepare(COMPLETE)
            .bind(
              jobId,
              token,
              totalRows,
              chunk + 1,
              fileHash,
              at,
              JSON.stringify(upload.reading),
              upload.fileUntil ?? null,
            ),
          ...answerStatements(db, answer),
          db.prepare(ADD_EVENT).bind(jobId, token, at),
          db
            .prepare(GIVE_BACK_SAME)
            .bind(jobId, token, JSON.stringify(upload.total), ...file, totalRows, bytes),
          db.prepare(KEEP_FILE).bind(...file, opening, totalRows, bytes, jobId, token),
          usesStatement(db, upload.charges),
        ]),
      );
      return outcomeOf(results, inserts.length);
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

/** @param at index of the deciding statement; the last statement of the batch reads the uses */
function outcomeOf(results: readonly D1Result<Use>[], at: number): StoreOutcome {
  if ((results[at]?.meta.changes ?? 0) > 0) return { kind: "stored" };
  return { kind: "not_stored", uses: results.at(-1)?.results ?? [] };
}

function begin(
  db: D1Database,
  job: NewJob,
  ticketKey: string,
  openImports: number | undefined,
): D1PreparedStatement {
  const { jobId, userId, options, format, formatConfidence, columns, createdAt, network } = job;
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
      network ?? null,
      openImports ?? null,
      options.withoutIsbn,
      JSON.stringify(readingOptionsOf(options)),
    );
}

/** The options that determine how a file is read. */
function readingOptionsOf({
  format,
  encoding,
  mapping,
  ratingScale,
  dateOrder,
  authorOrder,
  statusMapping,
}: NewJob["options"]): ReadingOptions {
  return { format, encoding, mapping, ratingScale, dateOrder, authorOrder, statusMapping };
}
