/** Days to keep: an isolate with a slow clock still counts towards yesterday. */
const KEPT_DAYS = 2;

const SWEEPS = [
  `DELETE FROM QuotaUses WHERE (subject, quota, day) IN (
     SELECT subject, quota, day FROM QuotaUses WHERE day < ?1 ORDER BY day LIMIT ?2
   )`,
  `DELETE FROM QuotaFiles WHERE (user_id, day, hash) IN (
     SELECT user_id, day, hash FROM QuotaFiles WHERE day < ?1 ORDER BY day LIMIT ?2
   )`,
];

const HAS_OLD = `
  SELECT EXISTS (SELECT 1 FROM QuotaUses WHERE day < ?1) OR EXISTS (SELECT 1 FROM QuotaFiles WHERE day < ?1) AS found`;

/**
 * Deletes counts of past days, at most `limit` rows of each table.
 * @param today the UTC day, in days since the epoch
 * @returns the number of deleted rows
 */
export async function sweepQuotaUses(
  db: D1Database,
  today: number,
  limit: number,
): Promise<number> {
  const before = today - KEPT_DAYS;
  if ((await db.prepare(HAS_OLD).bind(before).first<number>("found")) !== 1) return 0;
  const results = await db.batch(SWEEPS.map((sql) => db.prepare(sql).bind(before, limit)));
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}
