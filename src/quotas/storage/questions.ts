import type { QuotaName } from "../domain/policy.ts";

/** A count of an account on a UTC day (days since the epoch). */
export interface AccountCount {
  userId: string;
  quota: QuotaName;
  day: number;
}

// ?4 limit. A deleted user gets no row.
const TAKE = `
  INSERT INTO QuotaUses (subject, quota, day, user_id, used)
  SELECT ?1, ?2, ?3, ?1, 1
  WHERE ?4 > 0 AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(subject, quota, day) DO UPDATE SET used = used + 1 WHERE used < ?4`;

const GIVE_BACK = `
  UPDATE QuotaUses SET used = used - 1 WHERE subject = ?1 AND quota = ?2 AND day = ?3 AND used > 0`;

/** Counts one use unless the limit is reached or the user was deleted. @returns whether it was counted */
export async function takeOne(
  db: D1Database,
  { userId, quota, day }: AccountCount,
  limit: number,
): Promise<boolean> {
  const { meta } = await db.prepare(TAKE).bind(userId, quota, day, limit).run();
  return meta.changes > 0;
}

/** Takes one use back. */
export async function giveBackOne(
  db: D1Database,
  { userId, quota, day }: AccountCount,
): Promise<void> {
  await db.prepare(GIVE_BACK).bind(userId, quota, day).run();
}
