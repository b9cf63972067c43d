import type { Charge } from "../domain/charge.ts";

const USED = "SELECT used FROM QuotaUses WHERE subject = ?1 AND quota = ?2 AND day = ?3";

// ?4 wanted, ?5 limit or NULL. A deleted user gets no row.
const TAKE = `
  INSERT INTO QuotaUses (subject, quota, day, user_id, used)
  SELECT ?1, ?2, ?3, ?1, min(?4, coalesce(?5, ?4))
  WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(subject, quota, day) DO UPDATE SET used = max(used, min(used + ?4, coalesce(?5, used + ?4)))`;

const GIVE_BACK = `
  UPDATE QuotaUses SET used = max(0, used - ?4) WHERE subject = ?1 AND quota = ?2 AND day = ?3`;

/** An amount of a quota that an account asks for; as much of it as is left is granted. */
export type Wanted = Required<Pick<Charge, "quota" | "day" | "amount">> & {
  userId: string;
  limit: number | undefined;
};

/** Takes as much of each quota as is left, in one transaction. @returns the granted amounts, in the same order */
export async function takeUpTo(db: D1Database, wanted: readonly Wanted[]): Promise<number[]> {
  const results = await db.batch<{ used: number }>(
    wanted.flatMap(({ userId, quota, day, amount, limit }) => {
      const read = db.prepare(USED).bind(userId, quota, day);
      return [read, db.prepare(TAKE).bind(userId, quota, day, amount, limit ?? null), read];
    }),
  );
  return wanted.map((_, index) => {
    const before = results[index * 3]?.results[0]?.used ?? 0;
    const after = results[index * 3 + 2]?.results[0]?.used ?? 0;
    return after - before;
  });
}

/** Gives back what was taken and not used. */
export async function giveBack(
  db: D1Database,
  unused: readonly Pick<Wanted, "userId" | "quota" | "day" | "amount">[],
): Promise<void> {
  const due = unused.filter(({ amount }) => amount > 0);
  if (due.length === 0) return;
  await db.batch(
    due.map(({ userId, quota, day, amount }) =>
      db.prepare(GIVE_BACK).bind(userId, quota, day, amount),
    ),
  );
}
