import { env } from "cloudflare:workers";
import type { OwnBook } from "../../contract/library.ts";
import type { RowIdentifiers } from "../../src/imports/domain/job/row.ts";
import type { ParsedEntry } from "../../src/library/domain/merge-entry.ts";
import { isbn13CheckDigit } from "../../src/catalogue/domain/isbn/isbn.ts";

/** The n-th ISBN-13 of a range that is not used elsewhere in a test. */
export function isbnOf(n: number, range = 9786): string {
  const digits = `${range}${String(n).padStart(8, "0")}`;
  return digits + isbn13CheckDigit(digits);
}

/** Creates a job in the enriching phase: its rows are on the shelf, and these books are not in the catalogue. */
export async function enrichingJob(
  userId: string,
  isbns: readonly string[],
  given: { attempt?: number; state?: string } = {},
): Promise<string> {
  const jobId = crypto.randomUUID();
  const at = Date.now();
  const rows = isbns.map((isbn, index) => ({ isbn, row: index + 2 }));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportJobs (job_id, user_id, state, phase, attempt, seq, mode, ticket_key, total_rows, created,
         enrich_pending, progress, created_at, started_at, updated_at, enrich_since, staged_in)
       VALUES (?1, ?2, ?5, 'enriching', ?6, 1, 'merge', 'key', ?3, ?3, ?3, 0.5, ?4, ?4, ?4, ?4, 'chunks')`,
    ).bind(jobId, userId, rows.length, at, given.state ?? "processing", given.attempt ?? 1),
    env.DB.prepare(
      `INSERT INTO ImportResults (job_id, row, line, row_hash, isbn, outcome, enrichment)
       SELECT ?1, value ->> 'row', value ->> 'row', value ->> 'isbn', value ->> 'isbn', 'created', 'pending'
       FROM json_each(?2)`,
    ).bind(jobId, JSON.stringify(rows)),
    env.DB.prepare(
      `INSERT INTO ImportEvents (job_id, seq, attempt, type, data, at) VALUES (?1, 1, 1, 'progress', '{}', ?2)`,
    ).bind(jobId, at),
  ]);
  return jobId;
}

/** State and counts of a job. */
export interface JobNumbers {
  state: string;
  seq: number;
  enrich_done: number;
  enrich_pending: number;
  enrich_not_found: number;
  enrich_deferred: number;
  enrich_after: number | null;
  created: number;
  updated: number;
  needs_review: number;
  progress: number;
}

export async function jobNumbers(jobId: string): Promise<JobNumbers> {
  const row = await env.DB.prepare("SELECT * FROM ImportJobs WHERE job_id = ?1")
    .bind(jobId)
    .first<JobNumbers>();
  if (!row) throw new Error(`Job ${jobId} does not exist.`);
  return row;
}

/** The events of a job in order: number and type. */
export async function eventsOf(jobId: string): Promise<[number, string][]> {
  const { results } = await env.DB.prepare(
    "SELECT seq, type FROM ImportEvents WHERE job_id = ?1 ORDER BY seq",
  )
    .bind(jobId)
    .all<{ seq: number; type: string }>();
  return results.map(({ seq, type }) => [seq, type]);
}

/** All rows of a job in all tables, to detect changes. */
export async function allRowsOf(jobId: string): Promise<unknown> {
  const tables = ["ImportJobs", "ImportChunks", "ImportResults", "ImportEvents"];
  const results = await env.DB.batch(
    tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} WHERE job_id = ?1`).bind(jobId)),
  );
  return results.map(({ results }) => results);
}

/** A row of a file without an ISBN. */
export interface WaitingFileRow {
  book: Partial<OwnBook>;
  entry: ParsedEntry;
  addedAt?: number;
  identifiers?: RowIdentifiers;
}

/** Creates a job in the enriching phase whose rows have no ISBN and wait in the review queue. Equal rows wait as one. */
export async function waitingJob(
  userId: string,
  given: readonly WaitingFileRow[],
): Promise<string> {
  const jobId = crypto.randomUUID();
  const at = Date.now();
  const hashes = given.map((row) => `${jobId} ${JSON.stringify(row)}`);
  const rows = given.map((row, index) => ({
    row: index + 2,
    hash: hashes[index],
    title: row.book.title,
    isDue: hashes.indexOf(hashes[index] ?? "") === index,
    parsed: { identifiers: {}, ...row },
  }));
  const due = rows.filter(({ isDue }) => isDue).length;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportJobs (job_id, user_id, state, phase, seq, mode, ticket_key, chunks, total_rows, needs_review,
         enrich_pending, progress, created_at, started_at, updated_at, enrich_since, staged_in)
       VALUES (?1, ?2, 'processing', 'enriching', 1, 'merge', 'key', 1, ?3, ?3, ?4, 0.5, ?5, ?5, ?5, ?5, 'chunks')`,
    ).bind(jobId, userId, rows.length, due, at),
    env.DB.prepare(
      `INSERT INTO ImportResults (job_id, row, line, is_match, row_hash, title, outcome, enrichment)
       SELECT ?1, value ->> 'row', value ->> 'row', 1, value ->> 'hash', value ->> 'title', 'needsReview',
         CASE WHEN value ->> 'isDue' THEN 'pending' END
       FROM json_each(?2)`,
    ).bind(jobId, JSON.stringify(rows)),
    env.DB.prepare(
      `INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, is_done, rows)
       SELECT ?1, 0, 2, ?3, 1, json_group_array(json_object('row', value ->> 'row', 'line', value ->> 'row',
         'hash', value ->> 'hash', 'verdict', 'match', 'title', value ->> 'title', 'parsed', value -> 'parsed',
         'raw', json('{}')))
       FROM json_each(?2)`,
    ).bind(jobId, JSON.stringify(rows), rows.length + 1),
    env.DB.prepare(
      `INSERT INTO ReviewQueue (id, user_id, row_hash, job_id, row, title, reason, created_at)
       SELECT ?1 || '-' || row, ?2, row_hash, job_id, row, title, '{"code":"NO_ISBN","text":"No ISBN."}', ?3
       FROM ImportResults WHERE job_id = ?1 AND enrichment = 'pending'`,
    ).bind(jobId, userId, at),
  ]);
  return jobId;
}
