import type { ReviewItem } from "../../../contract/review-queue.ts";
import type { QueuedRow } from "../domain/review.ts";
import type { Database } from "../../platform/d1/database.ts";

/** One row of ReviewQueue. */
export interface QueueRow {
  id: string;
  job_id: string;
  row: number;
  row_hash: string;
  title: string | null;
  authors: string;
  details: string;
  entry: string;
  raw: string;
  reason: string;
  candidates: string;
  added_at: number | null;
  created_at: number;
}

/** The columns of `QueueRow`. */
export const QUEUE_COLUMNS =
  "id, job_id, row, row_hash, title, authors, details, entry, raw, reason, candidates, added_at, created_at";

/** A row's cells have up to 70,000 characters each: a page ends early rather than grow beyond this. */
const MAX_PAGE_BYTES = 1_000_000;

// `earlier`: bytes of the rows before this one on the page; the first row is given however long it is, so that reading
// goes on. `found`: rows that are there, up to one more than the page may have.
const FETCH = `
  WITH page AS (
    SELECT id, created_at,
      octet_length(raw) + octet_length(entry) + octet_length(details) + octet_length(candidates) AS bytes
    FROM ReviewQueue
    WHERE user_id = ?1 AND state = 'open' AND (created_at, id) > (?2, ?3)
    ORDER BY created_at, id LIMIT ?4 + 1
  ),
  measured AS (
    SELECT id, bytes, sum(bytes) OVER (ORDER BY created_at, id) - bytes AS earlier, count(*) OVER () AS found
    FROM page
  )
  SELECT ${QUEUE_COLUMNS}, found
  FROM measured JOIN ReviewQueue USING (id)
  WHERE earlier = 0 OR earlier + bytes <= ${MAX_PAGE_BYTES}
  ORDER BY created_at, id LIMIT ?4`;

/** A waiting row with its place in the queue; `createdAt` is ms since the epoch. */
export interface Queued {
  id: string;
  createdAt: number;
  item: QueuedRow;
}

/** Some waiting rows, and whether there are more after them. */
export interface QueuePage {
  rows: Queued[];
  hasMore: boolean;
}

/** Waiting rows in the order in which they came: as many as the limit and a megabyte allow, and one at least. */
export async function fetchQueue(
  db: D1Database,
  { read }: Database,
  userId: string,
  after: { createdAt: number; id: string } | undefined,
  limit: number,
): Promise<QueuePage> {
  const { createdAt, id } = after ?? { createdAt: -1, id: "" };
  const statement = db.prepare(FETCH).bind(userId, createdAt, id, limit);
  const { results } = await read(statement.all<QueueRow & { found: number }>());
  return { rows: results.map(queuedOf), hasMore: results.length < (results[0]?.found ?? 0) };
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
      rowHash: row.row_hash,
      ...(row.title === null ? {} : { title: row.title }),
      authors: JSON.parse(row.authors) as string[],
      raw: JSON.parse(row.raw) as Record<string, string>,
      reason: JSON.parse(row.reason) as ReviewItem["reason"],
      candidates: JSON.parse(row.candidates) as ReviewItem["candidates"],
      details: JSON.parse(row.details) as QueuedRow["details"],
      entry: JSON.parse(row.entry) as QueuedRow["entry"],
      ...(row.added_at === null ? {} : { addedAt: new Date(row.added_at * 1000).toISOString() }),
    },
  };
}
