/**
 * Maximum number of waiting rows that one run of the sweep deletes; the next run follows a minute
 * later.
 */
const BATCH_SIZE = 500;

// The condition matches idx_review_queue_age.
const SWEEP = `
  DELETE FROM ReviewQueue WHERE id IN (
    SELECT id FROM ReviewQueue WHERE state = 'open' AND created_at < ?1 ORDER BY created_at LIMIT ${BATCH_SIZE}
  )`;

/**
 * Deletes rows that have waited in review queues since before an instant (ms since the epoch), oldest first, in batches.
 * @returns the number of deleted rows
 */
export async function sweepWaitingRows(db: D1Database, before: number): Promise<number> {
  return (await db.prepare(SWEEP).bind(before).run()).meta.changes;
}
