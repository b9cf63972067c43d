const DUE = "SELECT id FROM Users WHERE checked_at < ?1 ORDER BY checked_at LIMIT ?2";

/**
 * True for an account that is empty and has not been used since ?2; ?3 is now. An account with a valid token or an external
 * identity can be used at any time. `user` is Users.
 */
export const IS_IDLE = `
  user.created_at < ?2 AND user.used_at < ?2
    AND NOT EXISTS (
      SELECT 1 FROM Tokens WHERE user_id = user.id
        AND (expires_at > ?3 OR max(created_at, coalesce(used_at, 0)) >= ?2)
    )
    AND NOT EXISTS (SELECT 1 FROM Identities WHERE user_id = user.id)
    AND NOT EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = user.id)
    AND NOT EXISTS (SELECT 1 FROM Goals WHERE user_id = user.id AND removed_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM ReviewQueue WHERE user_id = user.id)
    AND NOT EXISTS (SELECT 1 FROM RemovedEntries WHERE user_id = user.id AND image IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM ImportJobs WHERE user_id = user.id AND updated_at >= ?2)`;

// ?1 user ids as JSON.
const IDLE = `
  SELECT user.id FROM json_each(?1) AS due CROSS JOIN Users AS user ON user.id = due.value WHERE ${IS_IDLE}`;

const CHECKED = `
  UPDATE Users SET checked_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))`;

/**
 * Takes the accounts with the oldest check, and returns those that are empty and idle: no book, no
 * goal, nothing in the trash, no waiting row, no external identity, no valid token, and no recent
 * use. All instants are in ms since the epoch.
 * @param span an account is due if it was last checked before `checkedBefore`, and idle if it was
 * not used since `unusedSince`
 */
export async function takeIdleUsers(
  db: D1Database,
  span: { checkedBefore: number; unusedSince: number; now: number; limit: number },
): Promise<string[]> {
  const { results: due } = await db
    .prepare(DUE)
    .bind(span.checkedBefore, span.limit)
    .all<{ id: string }>();
  if (due.length === 0) return [];
  const ids = JSON.stringify(due.map(({ id }) => id));
  const [idle] = await db.batch<{ id: string }>([
    db.prepare(IDLE).bind(ids, span.unusedSince, span.now),
    db.prepare(CHECKED).bind(ids, span.now),
  ]);
  return (idle?.results ?? []).map(({ id }) => id);
}
