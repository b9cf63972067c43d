// The condition is that of idx_review_queue_age.
const SWEEP = `
  DELETE FROM ReviewQueue WHERE id IN (
    SELECT id FROM ReviewQueue WHERE state = 'open' AND created_at < ?1 ORDER BY created_at LIMIT ?2
  )`;

/**
 * Deletes at most `limit` rows that have waited in review queues since before an instant (ms since the epoch), oldest first.
 * @returns the number of deleted rows
 */
export async function sweepWaitingRows(
  db: D1Database,
  before: number,
  limit: number,
): Promise<number> {
  return (await db.prepare(SWEEP).bind(before, limit).run()).meta.changes;
}
