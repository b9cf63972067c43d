import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";

// The counts of a shelf without a row are counted by the schedule.
const LISTEN = `
  INSERT INTO Shelves (user_id, listened_until)
  SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(user_id) DO UPDATE SET listened_until = max(listened_until, excluded.listened_until)`;

const STOP = "UPDATE Shelves SET listened_until = 0 WHERE user_id = ?1";

/** Until when writes of users are announced, in D1. @param log receives every failure */
export function d1Listeners(db: D1Database, log: Log) {
  const { write } = d1Errors(log);
  return {
    /** @param until ms since the epoch; 0 without listeners */
    async listen(userId: string, until: number): Promise<void> {
      await write(
        until === 0
          ? db.prepare(STOP).bind(userId).run()
          : db.prepare(LISTEN).bind(userId, until).run(),
      );
    },
  };
}
