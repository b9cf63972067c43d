import type { CountedFile } from "../domain/upload-meter.ts";

const CREATED_AT = "SELECT created_at FROM Users WHERE id = ?1";

// ?2 day, ?3 opening. The largest ones: they determine how much of an upload is free for now.
const ALIKE = `
  SELECT hash, rows, bytes FROM QuotaFiles WHERE user_id = ?1 AND day = ?2 AND opening = ?3 ORDER BY rows DESC LIMIT 100`;

/**
 * Records a counted file, in the batch that completes its upload. Parameters: ?1 user, ?2 day, ?3
 * hash, ?4 opening, ?5 rows, ?6 bytes, ?7 for the condition.
 * @param condition when it is recorded
 */
export const keepFileSql = (condition: string): string => `
  INSERT INTO QuotaFiles (user_id, day, hash, opening, rows, bytes)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ${condition}
  ON CONFLICT(user_id, day, hash) DO UPDATE SET rows = max(rows, excluded.rows), bytes = max(bytes, excluded.bytes)`;

/**
 * Reads when an account was created (0 if there is none), and the day's files with the same
 * beginning.
 */
export async function readUploadSource(
  db: D1Database,
  { userId, day, opening }: { userId: string; day: number; opening: string },
): Promise<{ createdAt: number; alike: readonly CountedFile[] }> {
  const [created, alike] = await db.batch<{ created_at: number } & CountedFile>([
    db.prepare(CREATED_AT).bind(userId),
    db.prepare(ALIKE).bind(userId, day, opening),
  ]);
  return {
    createdAt: created?.results[0]?.created_at ?? 0,
    alike: (alike?.results ?? []).map(({ hash, rows, bytes }) => ({ hash, rows, bytes })),
  };
}

/** Reads when an account was created (ms since the epoch); 0 if there is none. */
export async function readCreatedAt(db: D1Database, userId: string): Promise<number> {
  return (await db.prepare(CREATED_AT).bind(userId).first<number>("created_at")) ?? 0;
}
