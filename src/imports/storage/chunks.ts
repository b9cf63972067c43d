import type { ParsedRow } from "../domain/job/row.ts";
import type { ShelvedRow } from "../domain/job/shelving-plan.ts";
import type { ImportChunk } from "../domain/job/work-on-job.ts";
import type { StagedRow } from "../domain/upload/staged-row.ts";
import { IS_OURS, type JobStep } from "./advance.ts";
import { withoutNulls } from "../../platform/defined.ts";

// Parameters: ?1 job, ?2 the step's token, ?3 chunk.
const END_CHUNK = `
  UPDATE ImportChunks SET is_done = 1 WHERE job_id = ?1 AND chunk = ?3 AND ${IS_OURS}`;

const KEEP_ROWS = `
  UPDATE ImportChunks SET is_done = ?4, rows = ?5 WHERE job_id = ?1 AND chunk = ?3 AND ${IS_OURS}`;

/** Parses the rows of a chunk. SQL writes absent fields as null. */
export function readChunk(rows: string): StagedRow[] {
  const parsed = JSON.parse(rows) as Record<string, unknown>[];
  for (const row of parsed) {
    for (const name in row) if (row[name] === null) delete row[name];
    row["notes"] ??= [];
  }
  return parsed as unknown as StagedRow[];
}

/**
 * Statement that removes shelved rows from a chunk, and the cells of rows that the step has queued
 * for review: it keeps rows that have no outcome yet and rows that need the user's attention. A
 * preview keeps all rows for its commit. No statement if the step took no row of the chunk.
 */
export function writeBack(
  db: D1Database,
  { job, token }: JobStep,
  { chunk, rows, taken }: ImportChunk,
  step: { rows: readonly ShelvedRow[]; queued: ReadonlySet<number> },
): D1PreparedStatement[] {
  const { jobId, dryRun } = job;
  const numbers = new Set(rows.map(({ row }) => row));
  const outcomes = new Map(
    step.rows.flatMap(({ row, outcome }) => (numbers.has(row) ? [[row, outcome]] : [])),
  );
  if (outcomes.size === 0) return [];
  const isDone = rows.every(({ row }) => taken.has(row) || outcomes.has(row));
  if (dryRun) return isDone ? [db.prepare(END_CHUNK).bind(jobId, token, chunk)] : [];
  const kept = rows.flatMap((row) => {
    const outcome = outcomes.get(row.row);
    if (outcome === "created" || outcome === "updated" || outcome === "unchanged") return [];
    return row.isQueued || step.queued.has(row.row) ? [withoutCells(row)] : [row];
  });
  return [db.prepare(KEEP_ROWS).bind(jobId, token, chunk, Number(isDone), JSON.stringify(kept))];
}

/** What a chunk keeps of a row in the review queue: only what the queue does not have. */
function withoutCells({ parsed, raw: _raw, title: _title, ...row }: StagedRow): StagedRow {
  const identifiers = parsed?.identifiers ?? {};
  return { ...row, parsed: { book: {}, entry: {}, identifiers }, isQueued: true };
}

const QUEUED = `
  SELECT review.row, review.title, review.authors, review.details, review.entry, review.raw, review.added_at
  FROM json_each(?2) AS queued CROSS JOIN ReviewQueue AS review ON review.job_id = ?1 AND review.row = queued.value`;

interface QueuedRow {
  row: number;
  title: string | null;
  authors: string;
  details: string;
  entry: string;
  raw: string;
  added_at: number | null;
}

/** Adds the cells to rows that are in the review queue. Other rows are returned unchanged. */
export async function withCells(
  db: D1Database,
  jobId: string,
  rows: readonly StagedRow[],
): Promise<StagedRow[]> {
  const numbers = rows.flatMap(({ row, isQueued }) => (isQueued ? [row] : []));
  if (numbers.length === 0) return [...rows];
  const { results } = await db
    .prepare(QUEUED)
    .bind(jobId, JSON.stringify(numbers))
    .all<QueuedRow>();
  const queued = new Map(results.map((row) => [row.row, row]));
  return rows.map((row) => {
    const item = queued.get(row.row);
    return item ? restored(row, item) : row;
  });
}

function restored({ parsed, ...row }: StagedRow, item: QueuedRow): StagedRow {
  const authors = JSON.parse(item.authors) as string[];
  return {
    ...row,
    ...withoutNulls({ title: item.title }),
    parsed: {
      book: {
        ...(JSON.parse(item.details) as ParsedRow["book"]),
        ...withoutNulls({ title: item.title }),
        ...(authors.length === 0 ? {} : { authors }),
      },
      entry: JSON.parse(item.entry) as ParsedRow["entry"],
      ...withoutNulls({ addedAt: item.added_at }),
      identifiers: parsed?.identifiers ?? {},
    },
    raw: JSON.parse(item.raw) as Record<string, string>,
  };
}
