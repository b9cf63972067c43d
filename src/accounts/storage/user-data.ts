import { MAX_RETRY_MS, type DeleteUserDeps, type PurgeUser } from "../domain/delete-user.ts";
import { IS_IDLE } from "./idle-users.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { GaugeSample } from "../../platform/metrics/prometheus.ts";

/** A table with data of users: the columns of its key, and how its rows belong to a user. */
interface UserTable {
  table: string;
  key: string;
  /** Rows belong to a job in ImportJobs; otherwise the table has `user_id`. */
  ofJobs?: true;
}

/**
 * Every table with data of users, children before parents, so that no statement deletes rows that it does not name. A test
 * fails if a table of the schema is missing here. Tokens, Identities and Users are deleted before all of these.
 */
export const USER_TABLES: readonly UserTable[] = [
  { table: "Readings", key: "user_id, isbn, position" },
  { table: "Tags", key: "user_id, isbn, folded" },
  { table: "UserBooks", key: "user_id, isbn" },
  { table: "UserLibrary", key: "id" },
  { table: "RemovedEntries", key: "user_id, isbn" },
  { table: "EditionMoves", key: "user_id, isbn" },
  { table: "Progress", key: "user_id, id" },
  { table: "Goals", key: "user_id, year" },
  { table: "Settings", key: "user_id, name" },
  { table: "ShelfSlices", key: "user_id, from_isbn" },
  { table: "Shelves", key: "user_id" },
  { table: "ReviewQueue", key: "id" },
  { table: "ImportEvents", key: "job_id, seq", ofJobs: true },
  { table: "ImportResults", key: "job_id, row", ofJobs: true },
  { table: "ImportChunks", key: "job_id, chunk", ofJobs: true },
  { table: "ImportRows", key: "job_id, row", ofJobs: true },
  { table: "ImportJobs", key: "job_id" },
  { table: "SyncKeys", key: "user_id, key" },
  { table: "Pairings", key: "user_id" },
  { table: "DownloadTickets", key: "hash" },
  { table: "IdempotencyKeys", key: "id" },
  { table: "DeadLetters", key: "id" },
  { table: "QuotaFiles", key: "user_id, day, hash" },
  { table: "QuotaUses", key: "subject, quota, day" },
];

/** Maximum number of rows per statement. */
const PIECE = 1000;
/** Maximum number of deleting statements per call; a later call deletes the rest. */
const MAX_PIECES = 20;

// Table names and keys come only from the constant. CROSS JOIN starts with the jobs of the user.
const deletePiece = ({ table, key, ofJobs }: UserTable): string => {
  const columns = key
    .split(", ")
    .map((column) => `piece.${column}`)
    .join(", ");
  const source = ofJobs
    ? `ImportJobs AS job CROSS JOIN ${table} AS piece ON piece.job_id = job.job_id WHERE job.user_id = ?1`
    : `${table} AS piece WHERE piece.user_id = ?1`;
  return `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${columns} FROM ${source} LIMIT ${PIECE})`;
};

/** All deletions in pieces, for a test of their query plans. */
export const PURGE_STATEMENTS = USER_TABLES.map(deletePiece);

const DELETE_TOKENS = "DELETE FROM Tokens WHERE user_id = ?1";

const ADD_TOMBSTONE = `
  INSERT INTO DeletedUsers (user_id, deleted_at) VALUES (?1, ?2)
  ON CONFLICT(user_id) DO NOTHING`;

// ?2 the start of the unused period, ?3 now.
const ADD_IDLE_TOMBSTONE = `
  INSERT INTO DeletedUsers (user_id, deleted_at)
  SELECT user.id, ?3 FROM Users AS user WHERE user.id = ?1 AND ${IS_IDLE}
  ON CONFLICT(user_id) DO NOTHING`;

/** Appended to a deletion of a user's rows. */
const IF_DELETED = "AND EXISTS (SELECT 1 FROM DeletedUsers WHERE DeletedUsers.user_id = ?1)";

const DELETE_IDENTITIES = "DELETE FROM Identities WHERE user_id = ?1";

const DELETE_USER = "DELETE FROM Users WHERE id = ?1";

const IS_DELETED = "SELECT 1 AS deleted FROM DeletedUsers WHERE user_id = ?1";

// Parameters: ?1 the end of the last writes, ?2 now, ?3 the longest delay of a retry, all in ms; ?4 limit.
const UNPURGED = `
  SELECT user_id, purge_attempts FROM DeletedUsers
  WHERE purged_at IS NULL AND (deleted_at <= ?1 OR deleted_at > ?2)
    AND (retry_at IS NULL OR retry_at <= ?2 OR retry_at > ?2 + ?3)
  ORDER BY max(deleted_at, coalesce(retry_at, 0)) LIMIT ?4`;

const REQUEUE = "UPDATE DeletedUsers SET retry_at = ?2 WHERE user_id = ?1";

const POSTPONE = `
  UPDATE DeletedUsers SET purge_attempts = purge_attempts + 1, retry_at = ?2 WHERE user_id = ?1`;

const OLDEST_UNPURGED =
  "SELECT deleted_at FROM DeletedUsers WHERE purged_at IS NULL ORDER BY deleted_at LIMIT 1";

const PURGED = "UPDATE DeletedUsers SET purged_at = ?2 WHERE user_id = ?1";

const PRUNE = `
  DELETE FROM DeletedUsers WHERE user_id IN (
    SELECT user_id FROM DeletedUsers
    WHERE deleted_at < ?1 AND purged_at IS NOT NULL ORDER BY deleted_at LIMIT ?2
  )`;

interface UnpurgedRow {
  user_id: string;
  purge_attempts: number;
}

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
    async replaceIdleAccount(userId, deletedAt, unusedSince) {
      const [added] = await write(
        db.batch([
          db.prepare(ADD_IDLE_TOMBSTONE).bind(userId, unusedSince, deletedAt),
          ...[DELETE_TOKENS, DELETE_IDENTITIES, DELETE_USER].map((sql) =>
            db.prepare(`${sql} ${IF_DELETED}`).bind(userId),
          ),
        ]),
      );
      return (added?.meta.changes ?? 0) > 0;
    },
    async isDeleted(userId) {
      return (await read(db.prepare(IS_DELETED).bind(userId).first())) !== null;
    },
    async findUnpurged({ until, now }, limit) {
      const { results } = await read(
        db.prepare(UNPURGED).bind(until, now, MAX_RETRY_MS, limit).all<UnpurgedRow>(),
      );
      return results.map((row) => ({ userId: row.user_id, attempts: row.purge_attempts }));
    },
    async requeue(userId, at) {
      await write(db.prepare(REQUEUE).bind(userId, at).run());
    },
    async postpone(userId, retryAt) {
      await write(db.prepare(POSTPONE).bind(userId, retryAt).run());
    },
    async markPurged(userId, at) {
      await write(db.prepare(PURGED).bind(userId, at).run());
    },
  };
}

/**
 * Deletes the rows of one user from `USER_TABLES`, in pieces of at most 1,000 rows, about 20,000
 * rows per call. Safe to interrupt between any two pieces.
 */
export function purgeUserTables(db: D1Database): PurgeUser {
  return async (userId) => {
    let pieces = 0;
    for (const table of USER_TABLES) {
      const statement = db.prepare(deletePiece(table)).bind(userId);
      let deleted = PIECE;
      // D1 also counts rows that a cascade deletes, so a full piece may be larger.
      while (deleted >= PIECE) {
        if (pieces === MAX_PIECES) return false;
        deleted = (await statement.run()).meta.changes;
        if (deleted > 0) pieces += 1;
      }
    }
    return true;
  };
}

/** Age of the oldest deletion that has not been finished. @param now ms since the epoch */
export async function deletionGauges(db: D1Database, now: number): Promise<GaugeSample[]> {
  const oldest = (await db.prepare(OLDEST_UNPURGED).first<number>("deleted_at")) ?? now;
  const value = Math.max(0, now - oldest) / 1000;
  return [{ name: "unfinished_deletion_seconds", labels: {}, value }];
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
