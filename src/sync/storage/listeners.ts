import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";

// If the shelf has no row yet, a scheduled task computes its counts.
const LISTEN = `
  INSERT INTO Shelves (user_id, listened_until)
  SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(user_id) DO UPDATE SET listened_until = max(listened_until, excluded.listened_until)`;

const STOP = "UPDATE Shelves SET listened_until = 0 WHERE user_id = ?1";

/** Stores in D1 until when a user's writes are announced. @param log receives every failure */
export function d1Listeners(db: D1Database, log: Log) {
  const { write } = d1Errors(log);
  return {
    /** @param until ms since the epoch; 0 when there are no listeners */
    async listen(userId: string, until: number): Promise<void> {
      await write(
        until === 0
          ? db.prepare(STOP).bind(userId).run()
          : db.prepare(LISTEN).bind(userId, until).run(),
      );
    },
  };
}
