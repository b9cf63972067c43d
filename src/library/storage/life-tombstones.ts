/** Maximum number of tombstones that one run deletes per table. */
const PRUNED = 1000;

const oldOf = (table: string): string =>
  `SELECT * FROM ${table} WHERE removed_at < ?1 ORDER BY removed_at LIMIT ${PRUNED}`;

// ?1 the latest time of old tombstones. Checked first, so that a run without work reads no row.
const ANY_OLD = `
  SELECT EXISTS (SELECT 1 FROM Progress WHERE removed_at < ?1)
    OR EXISTS (SELECT 1 FROM Goals WHERE removed_at < ?1) AS is_due`;

// A device that has read the feed up to this number needs none of the deleted tombstones.
const raiseFeed = (table: string): string => `
  UPDATE Shelves SET changes_from = max(changes_from, old.seq)
  FROM (SELECT user_id, max(seq) AS seq FROM (${oldOf(table)}) GROUP BY user_id) AS old
  WHERE Shelves.user_id = old.user_id`;

const DROP_PROGRESS = `
  DELETE FROM Progress WHERE (user_id, id) IN (SELECT user_id, id FROM (${oldOf("Progress")}))`;

const DROP_GOALS = `
  DELETE FROM Goals WHERE (user_id, year) IN (SELECT user_id, year FROM (${oldOf("Goals")}))`;

/** All statements, for a test of their query plans. */
export const LIFE_TOMBSTONE_STATEMENTS = {
  ANY_OLD,
  RAISE_BY_PROGRESS: raiseFeed("Progress"),
  RAISE_BY_GOALS: raiseFeed("Goals"),
  DROP_PROGRESS,
  DROP_GOALS,
};

/**
 * Deletes old tombstones of progress and goals. @param removedBefore ms since the epoch
 * @returns the number of tombstones
 */
export async function pruneLifeTombstones(db: D1Database, removedBefore: number): Promise<number> {
  const { ANY_OLD: any, ...steps } = LIFE_TOMBSTONE_STATEMENTS;
  if ((await db.prepare(any).bind(removedBefore).first("is_due")) === 0) return 0;
  const results = await db.batch(
    Object.values(steps).map((sql) => db.prepare(sql).bind(removedBefore)),
  );
  return results.slice(-2).reduce((sum, { meta }) => sum + meta.changes, 0);
}
