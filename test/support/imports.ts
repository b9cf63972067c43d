import { waitFor } from "./wait.ts";
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { OwnBook } from "../../contract/library.ts";
import type { ParsedEntry } from "../../src/library/domain/merge-entry.ts";
import { reason, type Reason } from "../../src/imports/domain/job/reasons.ts";
import { isTerminal } from "../../src/imports/domain/job/job.ts";
import type { WorkedJob } from "../../src/imports/domain/job/transitions.ts";
import { jsonPieces } from "../../src/platform/d1/json-pieces.ts";
import { readJob } from "../../src/imports/storage/advance.ts";

/** A row of a file, as staged by an upload. */
export interface FileRow {
  isbn?: string;
  title?: string;
  authors?: string[];
  book?: Partial<OwnBook>;
  entry?: ParsedEntry;
  addedAt?: number;
  invalid?: Reason;
  /** Hash of the cells; by default derived from the whole row. */
  hash?: string;
  /** Cells besides title and ISBN. */
  cells?: Readonly<Record<string, string>>;
}

export interface StagedJob {
  userId: string;
  rows: readonly FileRow[];
  jobId?: string;
  dryRun?: boolean;
  mode?: "merge" | "overwrite";
  enrich?: boolean;
  format?: string;
  /** Rows per chunk. */
  chunk?: number;
  at?: number;
}

let jobs = 0;

const STAGE_ROWS = `
  INSERT INTO ImportRows (job_id, row, chunk, line, row_hash, verdict, isbn, title, filed, raw, reason)
  SELECT ?1, value ->> 'row', value ->> 'chunk', value ->> 'row', value ->> 'hash', value ->> 'verdict',
    value ->> 'isbn', value ->> 'title', value ->> 'filed', value ->> 'raw', value ->> 'reason'
  FROM json_each(?2)`;

/** Stages a job as an upload does: stores its rows and queues it. @returns the job's id */
export async function staged(job: StagedJob): Promise<string> {
  const { userId, rows, dryRun = false, mode = "merge", enrich = false, chunk = 1000 } = job;
  const jobId = job.jobId ?? `job-${(jobs += 1)}-${userId.slice(-8)}`;
  const at = job.at ?? Date.now();
  const listed = rows.map((row, index) => rowOf(row, index + 2, Math.floor(index / chunk)));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportJobs
         (job_id, user_id, state, mode, dry_run, enrich, chunks, total_rows, ticket_key, created_at, updated_at, seq, format)
       VALUES (?1, ?2, 'queued', ?3, ?4, ?5, ?6, ?7, 'key', ?8, ?8, 1, ?9)`,
    ).bind(
      jobId,
      userId,
      mode,
      Number(dryRun),
      Number(enrich),
      Math.ceil(rows.length / chunk),
      rows.length,
      at,
      job.format ?? "",
    ),
    ...jsonPieces(listed).map((piece) => env.DB.prepare(STAGE_ROWS).bind(jobId, piece)),
  ]);
  return jobId;
}

function rowOf(file: FileRow, row: number, chunk: number): Record<string, unknown> {
  const { isbn, title, authors, entry = {}, addedAt, invalid } = file;
  const book = { ...(title ? { title } : {}), ...(authors ? { authors } : {}), ...file.book };
  const verdict = invalid ? "invalid" : isbn === undefined ? "match" : "shelve";
  const why = invalid ?? (isbn === undefined ? reason("NO_ISBN") : undefined);
  return {
    row,
    chunk,
    verdict,
    isbn,
    title,
    hash: file.hash ?? JSON.stringify(file),
    filed: JSON.stringify({ book, entry, addedAt, identifiers: {} }),
    raw: JSON.stringify({
      ...(title ? { Title: title } : {}),
      ...(isbn ? { ISBN: isbn } : {}),
      ...file.cells,
    }),
    reason: why && JSON.stringify(why),
  };
}

/** The Durable Object of a job. */
export const objectOf = (jobId: string) => env.IMPORT_JOBS.getByName(jobId);

/** Runs a job until it ends, or until `isEnough`. */
export async function ended(
  jobId: string,
  isEnough: (job: WorkedJob) => boolean = ({ state }) => isTerminal(state),
): Promise<WorkedJob> {
  await objectOf(jobId).wake(jobId);
  return waitFor(async () => {
    await runDurableObjectAlarm(objectOf(jobId));
    const job = await readJob(env.DB, jobId);
    if (!job || !isEnough(job)) throw new Error(`still ${JSON.stringify(job)}`);
    return job;
  });
}

/** Stages a job and runs it until it ends. */
export async function imported(job: StagedJob): Promise<WorkedJob> {
  return ended(await staged(job));
}

/** All data of a shelf, without what depends on when and how often it was written. */
export async function shelfOf(userId: string): Promise<object[]> {
  const { results } = await env.DB.prepare(
    `SELECT isbn, status, rating, review, notes, added_at, source, extra, sort_title, sort_author, year,
       last_finished, search_text, book_version,
       (SELECT details FROM UserBooks AS own WHERE own.user_id = entry.user_id AND own.isbn = entry.isbn) AS own,
       (SELECT json_group_array(json_array(started_at, finished_at)) FROM (SELECT * FROM Readings
         WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position)) AS readings,
       (SELECT json_group_array(json_array(tag, folded)) FROM (SELECT * FROM Tags
         WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position)) AS tags
     FROM UserLibrary AS entry WHERE user_id = ?1 ORDER BY isbn`,
  )
    .bind(userId)
    .all();
  return results;
}

/** The rows of a job as stored. */
export async function rowsOf(jobId: string): Promise<Record<string, unknown>[]> {
  const statement = env.DB.prepare("SELECT * FROM ImportRows WHERE job_id = ?1 ORDER BY row");
  return (await statement.bind(jobId).all()).results;
}

/** The events of a job. */
export async function eventsOf(
  jobId: string,
): Promise<{ seq: number; attempt: number; type: string }[]> {
  const statement = env.DB.prepare(
    "SELECT seq, attempt, type FROM ImportEvents WHERE job_id = ?1 ORDER BY seq",
  );
  return (await statement.bind(jobId).all<{ seq: number; attempt: number; type: string }>())
    .results;
}

/** All items of a user's review queue, resolved or not. */
export async function reviewsOf(userId: string): Promise<Record<string, unknown>[]> {
  const statement = env.DB.prepare("SELECT * FROM ReviewQueue WHERE user_id = ?1 ORDER BY row");
  return (await statement.bind(userId).all()).results;
}
