import { waitFor } from "./wait.ts";
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { OwnBook } from "../../contract/library.ts";
import type { ParsedEntry } from "../../src/library/domain/merge-entry.ts";
import { reason, type Reason } from "../../src/imports/domain/job/reasons.ts";
import { isTerminal } from "../../src/imports/domain/job/job.ts";
import type { Pace, TakeTurn } from "../../src/imports/domain/turns/turn.ts";
import type { WorkedJob } from "../../src/imports/domain/job/transitions.ts";
import type { StagedRow } from "../../src/imports/domain/upload/staged-row.ts";
import { actOnJob } from "../../src/imports/domain/job/actions.ts";
import { d1ImportActions } from "../../src/imports/storage/work.ts";
import { memoryLog } from "./fakes.ts";
import { jsonPieces } from "../../src/platform/d1/json-pieces.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { readChunk, withCells } from "../../src/imports/storage/chunks.ts";

/** A row of a file, as staged by an upload. */
export interface FileRow {
  isbn?: string;
  title?: string;
  authors?: string[];
  book?: Partial<OwnBook>;
  entry?: ParsedEntry;
  addedAt?: number;
  invalid?: Reason;
  /** Reason for matching a row without an ISBN; default: NO_ISBN. */
  why?: Reason;
  /** Hash of the cells; by default derived from the whole row. */
  hash?: string;
  /** Cells other than title and ISBN. */
  cells?: Readonly<Record<string, string>>;
}

export interface StagedJob {
  userId: string;
  rows: readonly FileRow[];
  jobId?: string;
  dryRun?: boolean;
  mode?: "merge" | "overwrite";
  enrich?: boolean;
  withoutIsbn?: "review" | "shelve";
  format?: string;
  /** Rows per chunk. */
  chunk?: number;
  at?: number;
}

let jobs = 0;

const ADD_JOB = `
  INSERT INTO ImportJobs (job_id, user_id, state, mode, dry_run, enrich, chunks, total_rows, ticket_key, created_at,
    updated_at, seq, format, staged_in, without_isbn)
  VALUES (?1, ?2, 'queued', ?3, ?4, ?5, ?6, ?7, 'key', ?8, ?8, 1, ?9, ?10, ?11)`;

const ADD_CHUNKS = `
  INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, rows)
  SELECT ?1, value ->> 'chunk', value ->> 'first', value ->> 'last', value -> 'rows' FROM json_each(?2)`;

/** The statement by which release 0.1.0 staged rows. */
const STAGE_ROWS = `
  INSERT INTO ImportRows (job_id, row, chunk, line, row_hash, verdict, isbn, title, filed, raw, reason)
  SELECT ?1, value ->> 'row', value ->> 'chunk', value ->> 'line', value ->> 'hash', value ->> 'verdict',
    value ->> 'isbn', value ->> 'title', value -> 'parsed', value -> 'raw', value -> 'reason'
  FROM json_each(?2)`;

/** Limit of a chunk, as in an upload. */
const CHUNK_BYTES = 1_000_000;

/** Stages a job as an upload does: stores its rows and queues it. @returns the job's id */
export async function staged(job: StagedJob): Promise<string> {
  const { chunk: size = 1000 } = job;
  const chunks: { chunk: number; first: number; last: number; rows: object[] }[] = [];
  let bytes = 0;
  for (const [index, file] of job.rows.entries()) {
    const row = rowOf(file, index + 2);
    const length = new TextEncoder().encode(JSON.stringify(row)).length;
    const current = chunks.at(-1);
    bytes += length;
    if (current === undefined || current.rows.length === size || bytes > CHUNK_BYTES) {
      chunks.push({ chunk: chunks.length, first: row.row, last: row.row, rows: [row] });
      bytes = length;
    } else {
      current.rows.push(row);
      current.last = row.row;
    }
  }
  const jobId = await addJob(job, chunks.length, "chunks");
  for (const piece of jsonPieces(chunks)) {
    await env.DB.prepare(ADD_CHUNKS).bind(jobId, piece).run();
  }
  return jobId;
}

/** Stages a job as release 0.1.0 did. @returns the job's id */
export async function stagedByEarlierRelease(job: StagedJob): Promise<string> {
  const { rows, chunk = 1000 } = job;
  const jobId = await addJob(job, Math.ceil(rows.length / chunk), "rows");
  const listed = rows.map((row, index) => ({
    ...rowOf(row, index + 2),
    chunk: Math.floor(index / chunk),
  }));
  for (const piece of jsonPieces(listed)) {
    await env.DB.prepare(STAGE_ROWS).bind(jobId, piece).run();
  }
  return jobId;
}

async function addJob(
  job: StagedJob,
  chunks: number,
  stagedIn: "rows" | "chunks",
): Promise<string> {
  const { userId, rows, dryRun = false, mode = "merge", enrich = false, format = "" } = job;
  const jobId = job.jobId ?? `job-${(jobs += 1)}-${userId.slice(-8)}`;
  await env.DB.prepare(ADD_JOB)
    .bind(
      jobId,
      userId,
      mode,
      Number(dryRun),
      Number(enrich),
      chunks,
      rows.length,
      job.at ?? Date.now(),
      format,
      stagedIn,
      job.withoutIsbn ?? "review",
    )
    .run();
  return jobId;
}

function rowOf(file: FileRow, row: number): StagedRow {
  const { isbn, title, authors, entry = {}, addedAt, invalid } = file;
  const book = { ...(title ? { title } : {}), ...(authors ? { authors } : {}), ...file.book };
  const verdict = invalid ? "invalid" : isbn === undefined ? "match" : "shelve";
  const why = invalid ?? (isbn === undefined ? (file.why ?? reason("NO_ISBN")) : undefined);
  return {
    row,
    line: row,
    verdict,
    ...(isbn === undefined ? {} : { isbn }),
    ...(title === undefined ? {} : { title }),
    hash: file.hash ?? JSON.stringify(file),
    parsed: { book, entry, ...(addedAt === undefined ? {} : { addedAt }), identifiers: {} },
    raw: {
      ...(title ? { Title: title } : {}),
      ...(isbn ? { ISBN: isbn } : {}),
      ...file.cells,
    },
    notes: [],
    ...(why ? { reason: why } : {}),
  };
}

/** Turns without a Durable Object, all with one pace. */
export const turnsAt =
  (pace: Pace): TakeTurn =>
  async () => ({ pace, end: () => undefined });

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

/** Undoes an import, and waits until it is undone. */
export async function undone(userId: string, jobId: string): Promise<void> {
  const newId = (): string => crypto.randomUUID();
  const outcome = await actOnJob(
    { userId, jobId, action: "undo", keepAnswer: () => undefined },
    {
      jobs: d1ImportActions(env.DB, { newId, now: Date.now }, memoryLog()),
      dropFile: async () => {},
      chargesOf: async () => ({ kind: "charges", charges: [] }),
      watch: async () => {},
      wake: async () => {},
      announce: async () => {},
      now: () => Date.now(),
    },
  );
  if (outcome.kind !== "done") throw new Error(`The undo is ${outcome.kind}.`);
  await ended(jobId);
}

/** All data of a shelf, without what depends on when and how often it was written. */
export async function shelfOf(userId: string): Promise<object[]> {
  const { results } = await env.DB.prepare(
    `SELECT isbn, status, rating, review, notes, added_at, source, extra, sort_title, sort_author, year,
       last_finished, sort_series, search_text, book_version,
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

/**
 * The rows of a job in file order: their results, and what their chunks and the review queue still hold of them (`filed` and
 * `raw` as JSON). Rows without a result have the outcome null.
 */
export async function rowsOf(jobId: string): Promise<Record<string, unknown>[]> {
  const [chunks, results] = await env.DB.batch<Record<string, unknown>>([
    env.DB.prepare("SELECT * FROM ImportChunks WHERE job_id = ?1 ORDER BY chunk").bind(jobId),
    env.DB.prepare("SELECT * FROM ImportResults WHERE job_id = ?1").bind(jobId),
  ]);
  const rows = new Map<number, Record<string, unknown>>();
  const json = (value: unknown): string | null => (value == null ? null : JSON.stringify(value));
  for (const { chunk, rows: stored } of chunks?.results ?? []) {
    for (const staged of await withCells(env.DB, jobId, readChunk(String(stored)))) {
      const { row, line, verdict, hash, isbn = null, title = null, matchedBy = null } = staged;
      rows.set(row, {
        job_id: jobId,
        row,
        chunk,
        line,
        row_hash: hash,
        verdict,
        isbn,
        title,
        filed: json(staged.parsed),
        raw: json(staged.raw),
        notes: JSON.stringify(staged.notes),
        reason: json(staged.reason),
        matched_by: matchedBy,
        outcome: null,
        enrichment: null,
        undo: null,
      });
    }
  }
  for (const result of results?.results ?? []) {
    const row = Number(result["row"]);
    rows.set(row, {
      filed: null,
      raw: null,
      ...rows.get(row),
      ...result,
      notes: result["notes"] ?? "[]",
    });
  }
  return [...rows.values()].sort((a, b) => Number(a["row"]) - Number(b["row"]));
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
