import type { QuotaName } from "../domain/policy.ts";

/** A count of an account on a UTC day (days since the epoch). */
export interface AccountCount {
  userId: string;
  quota: QuotaName;
  day: number;
}

// ?4 limit, ?5 amount. A deleted user gets no row.
const TAKE = `
  INSERT INTO QuotaUses (subject, quota, day, user_id, used)
  SELECT ?1, ?2, ?3, ?1, ?5
  WHERE ?5 <= ?4 AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(subject, quota, day) DO UPDATE SET used = used + ?5 WHERE used + ?5 <= ?4`;

const GIVE_BACK = `
  UPDATE QuotaUses SET used = max(0, used - ?4) WHERE subject = ?1 AND quota = ?2 AND day = ?3`;

/** Counts some uses unless they would exceed the limit or the user was deleted. @returns whether they were counted */
export async function takeUses(
  db: D1Database,
  { userId, quota, day }: AccountCount,
  { amount, limit }: { amount: number; limit: number },
): Promise<boolean> {
  const { meta } = await db.prepare(TAKE).bind(userId, quota, day, limit, amount).run();
  return meta.changes > 0;
}

/** Undoes the count of some uses. */
export async function giveBackUses(
  db: D1Database,
  { userId, quota, day }: AccountCount,
  amount: number,
): Promise<void> {
  await db.prepare(GIVE_BACK).bind(userId, quota, day, amount).run();
}
