import type { ReviewItem } from "../../../contract/review-queue.ts";
import type { QueuedRow } from "../domain/review.ts";
import type { Database } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";

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
  /** The format of the file that the row is from. */
  format: string | null;
}

/** The columns of `QueueRow`. */
export const QUEUE_COLUMNS = `
  id, job_id, row, row_hash, title, authors, details, entry, raw, reason, candidates, added_at, created_at,
  (SELECT format FROM ImportJobs WHERE ImportJobs.job_id = ReviewQueue.job_id) AS format`;

/** Each cell of a row may have 70,000 characters, so a page ends early when it would exceed this size. */
const MAX_PAGE_BYTES = 1_000_000;

// `earlier`: bytes of the preceding rows of the page. The first row is always returned, whatever
// its size, so that paging makes progress. `found`: number of rows found, at most one more than the
// page limit.
const FETCH = `
  WITH page AS (
    SELECT id, created_at,
      octet_length(raw) + octet_length(entry) + octet_length(details) + octet_length(candidates) AS bytes
    FROM ReviewQueue
    WHERE user_id = ?1 AND state = 'open' AND (created_at, id) > (?2, ?3)
      AND (?5 IS NULL OR job_id = ?5 OR updated_by = ?5)
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

/** A waiting row with its position in the queue. `createdAt` is in ms since the epoch. */
export interface Queued {
  id: string;
  createdAt: number;
  /** The format of the row's file. */
  format?: string;
  item: QueuedRow;
}

/** A page of waiting rows, and whether more follow. */
export interface QueuePage {
  rows: Queued[];
  hasMore: boolean;
}

/** Reads waiting rows of a user or of one import, oldest first: as many as `limit` and one megabyte allow, but at least one. */
export async function fetchQueue(
  db: D1Database,
  { read }: Database,
  { userId, jobId }: { userId: string; jobId?: string | undefined },
  after: { createdAt: number; id: string } | undefined,
  limit: number,
): Promise<QueuePage> {
  const { createdAt, id } = after ?? { createdAt: -1, id: "" };
  const statement = db.prepare(FETCH).bind(userId, createdAt, id, limit, jobId ?? null);
  const { results } = await read(statement.all<QueueRow & { found: number }>());
  return { rows: results.map(queuedOf), hasMore: results.length < (results[0]?.found ?? 0) };
}

/** Maps a row to the domain's type. Its JSON columns were validated when they were written. */
export function queuedOf(row: QueueRow): Queued {
  return {
    id: row.id,
    createdAt: row.created_at,
    ...defined({ format: row.format ?? undefined }),
    item: {
      id: row.id,
      jobId: row.job_id,
      row: row.row,
      rowHash: row.row_hash,
      ...defined({
        title: row.title ?? undefined,
        addedAt: row.added_at === null ? undefined : new Date(row.added_at * 1000).toISOString(),
      }),
      authors: JSON.parse(row.authors) as string[],
      raw: JSON.parse(row.raw) as Record<string, string>,
      reason: JSON.parse(row.reason) as ReviewItem["reason"],
      candidates: JSON.parse(row.candidates) as ReviewItem["candidates"],
      details: JSON.parse(row.details) as QueuedRow["details"],
      entry: JSON.parse(row.entry) as QueuedRow["entry"],
    },
  };
}
