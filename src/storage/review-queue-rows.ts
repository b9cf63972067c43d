import type { ReviewItem } from "../../contract/review-queue.ts";
import type { QueuedRow } from "../domain/library/review.ts";
import type { Database } from "./database.ts";

/** One row of ReviewQueue. */
export interface QueueRow {
  id: string;
  job_id: string;
  row: number;
  title: string | null;
  authors: string;
  details: string;
  entry: string;
  raw: string;
  reason: string;
  candidates: string;
  created_at: number;
}

/** The columns of `QueueRow`. */
export const QUEUE_COLUMNS =
  "id, job_id, row, title, authors, details, entry, raw, reason, candidates, created_at";

/** Rows of one page of an export: a row's cells can be long. */
export const QUEUE_PAGE = 20;

const FETCH = `
  SELECT ${QUEUE_COLUMNS} FROM ReviewQueue
  WHERE user_id = ?1 AND state = 'open' AND (created_at, id) > (?2, ?3)
  ORDER BY created_at, id LIMIT ?4`;

/** A waiting row with its place in the queue; `createdAt` is ms since the epoch. */
export interface Queued {
  id: string;
  createdAt: number;
  item: QueuedRow;
}

/** Waiting rows in the order in which they came. */
export async function fetchQueue(
  db: D1Database,
  { read }: Database,
  userId: string,
  after: { createdAt: number; id: string } | undefined,
  limit: number,
): Promise<Queued[]> {
  const { createdAt, id } = after ?? { createdAt: -1, id: "" };
  const statement = db.prepare(FETCH).bind(userId, createdAt, id, limit);
  const { results } = await read(statement.all<QueueRow>());
  return results.map(queuedOf);
}

/** A row as the domain sees it. What is in its columns was validated when it was written. */
export function queuedOf(row: QueueRow): Queued {
  return {
    id: row.id,
    createdAt: row.created_at,
    item: {
      id: row.id,
      jobId: row.job_id,
      row: row.row,
      ...(row.title === null ? {} : { title: row.title }),
      authors: JSON.parse(row.authors) as string[],
      raw: JSON.parse(row.raw) as Record<string, string>,
      reason: JSON.parse(row.reason) as ReviewItem["reason"],
      candidates: JSON.parse(row.candidates) as ReviewItem["candidates"],
      details: JSON.parse(row.details) as QueuedRow["details"],
      entry: JSON.parse(row.entry) as QueuedRow["entry"],
    },
  };
}
