import type { DeleteUserDeps, PurgeUsers } from "../domain/delete-user.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/**
 * Every table with user data, children before parents. `column` holds the user, or the job for tables that belong to an
 * import; `key` is the primary key. A test fails if a table of the schema is missing here. Tokens, Identities and Users are
 * deleted before all of these.
 */
export const USER_TABLES = [
  { table: "Readings", column: "user_id", key: ["user_id", "isbn", "position"] },
  { table: "Tags", column: "user_id", key: ["user_id", "isbn", "folded"] },
  { table: "UserBooks", column: "user_id", key: ["user_id", "isbn"] },
  { table: "UserLibrary", column: "user_id", key: ["id"] },
  { table: "ReviewQueue", column: "user_id", key: ["id"] },
  { table: "ImportEvents", column: "job_id", key: ["job_id", "seq"] },
  { table: "ImportResults", column: "job_id", key: ["job_id", "row"] },
  { table: "ImportChunks", column: "job_id", key: ["job_id", "chunk"] },
  { table: "ImportRows", column: "job_id", key: ["job_id", "row"] },
  { table: "ImportJobs", column: "user_id", key: ["job_id"] },
  { table: "IdempotencyKeys", column: "user_id", key: ["id"] },
  { table: "DeadLetters", column: "user_id", key: ["id"] },
] as const;

/** Rows that one statement of a purge deletes at most. */
const PIECE_ROWS = 1000;
/** Full pieces of one purge; the schedule deletes the rest. */
const MAX_FULL_PIECES = 20;

const DELETE_TOKENS = "DELETE FROM Tokens WHERE user_id = ?1";

const ADD_TOMBSTONE = `
  INSERT INTO DeletedUsers (user_id, deleted_at) VALUES (?1, ?2)
  ON CONFLICT(user_id) DO NOTHING`;

const DELETE_IDENTITIES = "DELETE FROM Identities WHERE user_id = ?1";

const DELETE_USER = "DELETE FROM Users WHERE id = ?1";

const IS_DELETED = "SELECT 1 AS deleted FROM DeletedUsers WHERE user_id = ?1";

const UNPURGED = `
  SELECT user_id FROM DeletedUsers
  WHERE purged_at IS NULL AND deleted_at <= ?1 ORDER BY deleted_at LIMIT ?2`;

const PURGED = `
  UPDATE DeletedUsers SET purged_at = ?2
  WHERE user_id IN (SELECT value FROM json_each(?1))`;

const PRUNE = `
  DELETE FROM DeletedUsers WHERE user_id IN (
    SELECT user_id FROM DeletedUsers
    WHERE deleted_at < ?1 AND purged_at IS NOT NULL ORDER BY deleted_at LIMIT ?2
  )`;

/** Deleted users in D1: each account is replaced by a tombstone. */
export type Tombstones = DeleteUserDeps["tombstones"] & {
  /** Whether a user was deleted, so that their running work must stop. @throws DomainError DATABASE_UNAVAILABLE */
  isDeleted(userId: string): Promise<boolean>;
};

/** @param log receives every failure */
export function d1Tombstones(db: D1Database, log: Log): Tombstones {
  const { read, write } = d1Errors(log);
  return {
    async replaceAccount(userId, deletedAt) {
      await write(
        db.batch([
          db.prepare(DELETE_TOKENS).bind(userId),
          db.prepare(ADD_TOMBSTONE).bind(userId, deletedAt),
          db.prepare(DELETE_IDENTITIES).bind(userId),
          db.prepare(DELETE_USER).bind(userId),
        ]),
      );
    },
    async isDeleted(userId) {
      return (await read(db.prepare(IS_DELETED).bind(userId).first())) !== null;
    },
    async findUnpurged(until, limit) {
      const { results } = await read(
        db.prepare(UNPURGED).bind(until, limit).all<{ user_id: string }>(),
      );
      return results.map((row) => row.user_id);
    },
    async markPurged(userIds, at) {
      await write(db.prepare(PURGED).bind(JSON.stringify(userIds), at).run());
    },
  };
}

/**
 * Deletes the rows of some users from `USER_TABLES` in pieces of at most 1,000, children before parents, so that no statement
 * cascades. A purge that stops in between is continued by the next one. Table names come only from that constant.
 */
export function purgeUserTables(db: D1Database): PurgeUsers {
  return async (userIds) => {
    const ids = JSON.stringify(userIds);
    let fullPieces = 0;
    for (const { table, column, key } of USER_TABLES) {
      const keys = key.map((name) => `${table}.${name}`).join(", ");
      const source = column === "user_id" ? table : `ImportJobs CROSS JOIN ${table} USING (job_id)`;
      const statement = db
        .prepare(
          `DELETE FROM ${table} WHERE (${key.join(", ")}) IN (
             SELECT ${keys} FROM ${source}
             WHERE user_id IN (SELECT value FROM json_each(?1)) LIMIT ${PIECE_ROWS}
           )`,
        )
        .bind(ids);
      while ((await statement.run()).meta.changes >= PIECE_ROWS) {
        fullPieces += 1;
        if (fullPieces === MAX_FULL_PIECES) return false;
      }
    }
    return true;
  };
}

/**
 * Deletes at most `limit` tombstones of users that were deleted before an instant (ms since the epoch).
 * @returns the number of deleted tombstones
 */
export async function pruneTombstones(
  db: D1Database,
  deletedBefore: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(PRUNE).bind(deletedBefore, limit).run();
  return meta.changes;
}
