import type { ImportMode, ImportPhase, WithoutIsbn } from "../../../contract/imports.ts";
import type { Job, JobEvent, JobProgress, JobState } from "../domain/job/job.ts";
import { withoutNulls } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** The columns of ImportJobs that an event contains. */
interface ProgressRow {
  state: JobState;
  phase: ImportPhase;
  attempt: number;
  seq: number;
  total_rows: number;
  created: number;
  updated: number;
  unchanged: number;
  needs_review: number;
  invalid: number;
  enrich_done: number;
  enrich_pending: number;
  enrich_not_found: number;
  enrich_deferred: number;
  progress: number;
  current_title: string | null;
  error: string | null;
  started_at: number | null;
  completed_at: number | null;
  updated_at: number;
}

/** A row of ImportJobs. */
export interface JobRow extends ProgressRow {
  job_id: string;
  user_id: string;
  mode: ImportMode;
  dry_run: number;
  enrich: number;
  without_isbn: WithoutIsbn;
  format: string;
  format_confidence: number;
  encoding: string | null;
  encoding_confidence: number | null;
  assumptions: string | null;
  reading_options: string | null;
  columns: string;
  created_at: number;
}

const PROGRESS_COLUMNS = [
  "state",
  "phase",
  "attempt",
  "seq",
  "total_rows",
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
  "completed_at",
  "updated_at",
] as const satisfies readonly (keyof ProgressRow)[];

/** The columns of `JobRow`. */
export const JOB_COLUMNS = `
  job_id, user_id, mode, dry_run, enrich, without_isbn, format, format_confidence, encoding, encoding_confidence,
  assumptions, reading_options, columns, created_at,
  ${PROGRESS_COLUMNS.join(", ")}`;

/**
 * Writes the event of a job's current `seq`. It must follow the statement that incremented `seq`, in the same batch. It does
 * nothing if the event exists. Parameters: ?1 job, ?2 the `step_token` that the batch has set, ?3 ms since the epoch.
 */
export const ADD_EVENT = `
  INSERT INTO ImportEvents (job_id, seq, attempt, type, data, at)
  SELECT job_id, seq, attempt,
    CASE WHEN state IN ('completed', 'failed', 'cancelled', 'previewed', 'undone') THEN state ELSE 'progress' END,
    json_object(${PROGRESS_COLUMNS.map((column) => `'${column}', ${column}`).join(", ")}), ?3
  FROM ImportJobs WHERE job_id = ?1 AND step_token = ?2
  ON CONFLICT DO NOTHING`;

const FIND = `
  SELECT ${JOB_COLUMNS} FROM ImportJobs
  WHERE job_id = ?2 AND user_id = ?1 AND state <> 'uploading'`;

const FOLLOW = `SELECT ticket_key, ${JOB_COLUMNS} FROM ImportJobs
  WHERE job_id = ?1 AND state <> 'uploading'`;

const LIST = `
  SELECT ${JOB_COLUMNS} FROM ImportJobs
  WHERE user_id = ?1 AND state <> 'uploading' AND (created_at, job_id) < (?2, ?3)
  ORDER BY created_at DESC, job_id DESC LIMIT ?4`;

const EVENTS = `
  SELECT seq, attempt, type, data FROM ImportEvents
  WHERE job_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3`;

/** A job with the key that signs the tickets of its stream. */
export type FollowedJob = Job & { ticketKey: string };

/** Reads jobs from D1. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable. */
export interface ImportJobs {
  /** Finds a job of this user. A job that is still uploading is not visible. */
  find(userId: string, jobId: string): Promise<Job | undefined>;
  /** Finds a job of any user, with the key of its tickets. The caller must check the authorisation. */
  follow(jobId: string): Promise<FollowedJob | undefined>;
  /** Lists jobs, newest first. @param before the last job of the previous page */
  list(
    userId: string,
    before: { createdAt: number; jobId: string } | undefined,
    limit: number,
  ): Promise<Job[]>;
  /** Lists the events after `afterSeq`, oldest first. */
  events(jobId: string, afterSeq: number, limit: number): Promise<JobEvent[]>;
}

/** @param log receives every failure */
export function d1ImportJobs(db: D1Database, log: Log): ImportJobs {
  const { read } = d1Errors(log);
  return {
    async find(userId, jobId) {
      const row = await read(db.prepare(FIND).bind(userId, jobId).first<JobRow>());
      return row ? jobOf(row) : undefined;
    },
    async follow(jobId) {
      const row = await read(
        db.prepare(FOLLOW).bind(jobId).first<JobRow & { ticket_key: string }>(),
      );
      return row ? { ...jobOf(row), ticketKey: row.ticket_key } : undefined;
    },
    async list(userId, before, limit) {
      const { createdAt, jobId } = before ?? { createdAt: Number.MAX_SAFE_INTEGER, jobId: "" };
      const statement = db.prepare(LIST).bind(userId, createdAt, jobId, limit);
      return (await read(statement.all<JobRow>())).results.map(jobOf);
    },
    async events(jobId, afterSeq, limit) {
      const statement = db.prepare(EVENTS).bind(jobId, afterSeq, limit);
      const { results } = await read(
        statement.all<{ seq: number; attempt: number; type: JobEvent["type"]; data: string }>(),
      );
      return results.map(({ data, ...event }) => ({
        ...event,
        progress: progressOf(JSON.parse(data) as ProgressRow),
      }));
    },
  };
}

/** Maps a row to a job. Its columns were validated when they were written. */
export function jobOf(row: JobRow): Job {
  return {
    ...progressOf(row),
    jobId: row.job_id,
    userId: row.user_id,
    mode: row.mode,
    dryRun: row.dry_run === 1,
    enrich: row.enrich === 1,
    withoutIsbn: row.without_isbn,
    format: row.format,
    formatConfidence: row.format_confidence,
    ...withoutNulls({ encoding: row.encoding, encodingConfidence: row.encoding_confidence }),
    assumptions: JSON.parse(row.assumptions ?? "[]") as Job["assumptions"],
    readingOptions: JSON.parse(row.reading_options ?? "{}") as Job["readingOptions"],
    columns: JSON.parse(row.columns) as string[],
    createdAt: row.created_at,
  };
}

function progressOf(row: ProgressRow): JobProgress {
  return {
    state: row.state,
    phase: row.phase,
    attempt: row.attempt,
    seq: row.seq,
    totalRows: row.total_rows,
    outcomes: {
      created: row.created,
      updated: row.updated,
      unchanged: row.unchanged,
      needsReview: row.needs_review,
      invalid: row.invalid,
    },
    enrichment: {
      done: row.enrich_done,
      pending: row.enrich_pending,
      notFound: row.enrich_not_found,
      deferred: row.enrich_deferred,
    },
    progress: row.progress,
    ...withoutNulls({ currentTitle: row.current_title }),
    ...(row.error === null
      ? {}
      : { error: JSON.parse(row.error) as { code: string; text: string } }),
    ...withoutNulls({ startedAt: row.started_at, completedAt: row.completed_at }),
    updatedAt: row.updated_at,
  };
}
