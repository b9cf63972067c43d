import { keyIsFreeSql } from "../../idempotency/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { Settings } from "../domain/settings.ts";
import { noCounts } from "../domain/shelf-counts.ts";
import { appliedStatements } from "./applied-statements.ts";
import { HAS_SHELF, takeSql } from "./shelf-takes.ts";

/** The stored name of the setting. */
const TIME_ZONE = "timeZone";

const FIND = `
  SELECT account.created_at, setting.value, coalesce(setting.version, 0) AS version
  FROM Users AS account
  LEFT JOIN Settings AS setting ON setting.user_id = account.id AND setting.name = ?2
  WHERE account.id = ?1`;

// ?4 the setting, ?5 the version that the writer read, ?6 the key of the change of an outbox, or NULL.
const TAKE = takeSql(
  { user: "?1", token: "?2", counts: "?3" },
  `NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
    AND coalesce((SELECT version FROM Settings WHERE user_id = ?1 AND name = ?4), 0) = ?5
    AND ${keyIsFreeSql("?1", "?6")}`,
);

const WRITE = `
  INSERT INTO Settings (user_id, name, value, version, seq)
  SELECT ?1, ?3, ?4, ?5, seq FROM Shelves WHERE user_id = ?1 AND ${HAS_SHELF}
  ON CONFLICT(user_id, name) DO UPDATE SET
    value = excluded.value, version = excluded.version, seq = excluded.seq`;

const COPY = `
  UPDATE Shelves SET time_zone = ?3 WHERE user_id = ?1 AND write_token = ?2`;

// In another time zone, progress falls on other days.
const SLICES_DUE = `
  UPDATE ShelfSlices SET due = (SELECT seq FROM Shelves WHERE user_id = ?1) WHERE user_id = ?1 AND ${HAS_SHELF}`;

/** All statements, for a test of their query plans. */
export const SETTING_STATEMENTS = { FIND, TAKE, WRITE, COPY, SLICES_DUE };

/**
 * @param newId makes the tokens of batches
 * @param log receives every failure
 */
export function d1Settings(db: D1Database, newId: () => string, log: Log): Settings {
  const { read, write } = d1Errors(log);
  return {
    async find(userId) {
      const statement = db.prepare(FIND).bind(userId, TIME_ZONE);
      const row = await read(
        statement.first<{ created_at: number; value: string | null; version: number }>(),
      );
      if (!row) return undefined;
      const timeZone = row.value === null ? "UTC" : (JSON.parse(row.value) as string);
      return { createdAt: row.created_at, timeZone, version: row.version };
    },
    async setTimeZone(userId, timeZone, before, applied) {
      const token = newId();
      const counts = JSON.stringify(noCounts());
      const value = JSON.stringify(timeZone);
      const [taken] = await write(
        db.batch([
          db.prepare(TAKE).bind(userId, token, counts, TIME_ZONE, before, applied?.key ?? null),
          db.prepare(WRITE).bind(userId, token, TIME_ZONE, value, before + 1),
          db.prepare(COPY).bind(userId, token, timeZone === "UTC" ? null : timeZone),
          db.prepare(SLICES_DUE).bind(userId, token),
          ...appliedStatements(db, userId, token, applied),
        ]),
      );
      return taken?.results.length === 1;
    },
  };
}
