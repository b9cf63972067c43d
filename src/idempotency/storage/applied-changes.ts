import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import {
  KEY_RETENTION_MS,
  type AppliedChange,
  type AppliedChanges,
  type AppliedOutcome,
} from "../domain/applied-change.ts";

// A list of expressions, because D1 counts each row of json_each as a row read. ?2 the keys, a JSON
// array.
const findSql = (keys: number): string => `
  SELECT key, outcome FROM SyncKeys
  WHERE user_id = ?1 AND key IN (${Array.from({ length: keys }, (_, index) => `?2 ->> ${index}`).join(", ")})`;

const KEEP = `
  INSERT INTO SyncKeys (user_id, key, outcome, at)
  SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT DO NOTHING`;

const SWEEP = `
  DELETE FROM SyncKeys WHERE (user_id, key) IN (
    SELECT user_id, key FROM SyncKeys WHERE at < ?1 ORDER BY at LIMIT ?2
  )`;

/** All statements, for a test of their query plans. */
export const APPLIED_STATEMENTS = { FIND: findSql(3), KEEP, SWEEP };

/**
 * The condition under which a batch may apply a change: its key is unused. Always true without a
 * key.
 * @param user parameter of the user, e.g. `?1`
 * @param key parameter of the key
 */
export function keyIsFreeSql(user: string, key: string): string {
  return `(${key} IS NULL OR NOT EXISTS (SELECT 1 FROM SyncKeys WHERE user_id = ${user} AND key = ${key}))`;
}

/**
 * The SQL that remembers a change in the batch that applies it. Parameters: ?1 user, ?3 key, ?4 outcome, ?5 ms since the epoch.
 * @param condition when the batch may write
 */
export function keepChangeSql(condition: string): string {
  return `
  INSERT INTO SyncKeys (user_id, key, outcome, at) SELECT ?1, ?3, ?4, ?5 WHERE ${condition}`;
}

/** The parameters ?3 to ?5 of `keepChangeSql`. */
export function keptValues({ key, outcome, at }: AppliedChange): [string, string, number] {
  return [key, JSON.stringify(outcome), at];
}

/** Keys of applied changes in D1. @param log receives every failure */
export function d1AppliedChanges(db: D1Database, log: Log): AppliedChanges {
  const { read, write } = d1Errors(log);
  return {
    async find(userId, keys) {
      const found = db.prepare(findSql(keys.length)).bind(userId, JSON.stringify(keys));
      const { results } = await read(found.all<{ key: string; outcome: string }>());
      return new Map(
        results.map(({ key, outcome }) => [key, JSON.parse(outcome) as AppliedOutcome]),
      );
    },
    async keep(userId, change) {
      await write(
        db
          .prepare(KEEP)
          .bind(userId, ...keptValues(change))
          .run(),
      );
    },
  };
}

/**
 * Deletes at most `limit` keys whose retention has ended.
 * @param now ms since the epoch
 * @returns the number of deleted keys
 */
export async function sweepAppliedChanges(
  db: D1Database,
  now: number,
  limit: number,
): Promise<number> {
  const { meta } = await db
    .prepare(SWEEP)
    .bind(now - KEY_RETENTION_MS, limit)
    .run();
  return meta.changes;
}
