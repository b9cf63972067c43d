import type { CreateAccountDeps } from "../domain/create-account.ts";
import type { IssueTokenDeps } from "../domain/issue-token.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { insertToken } from "./tokens.ts";

const CREATE = "INSERT INTO Users (id, recovery_hash, created_at) VALUES (?1, ?2, ?3)";

const FIND_RECOVERY = "SELECT recovery_hash FROM Users WHERE id = ?1";

// Tokens are deleted by ON DELETE CASCADE.
const SWEEP_UNUSED = `
  DELETE FROM Users WHERE id IN (
    SELECT id FROM Users AS user
    WHERE used_at IS NULL AND created_at < ?1
      AND NOT EXISTS (SELECT 1 FROM Identities WHERE user_id = user.id)
      AND NOT EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = user.id)
    ORDER BY created_at LIMIT ?2
  )`;

/** Accounts in D1. */
export function d1Users(
  db: D1Database,
  log: Log,
): CreateAccountDeps["users"] & IssueTokenDeps["users"] {
  const { read, write } = d1Errors(log);
  return {
    async create({ id, recoveryHash, createdAt }, token) {
      const user = db.prepare(CREATE).bind(id, recoveryHash, createdAt);
      await write(db.batch([user, insertToken(db, token)]));
    },
    async findRecoveryHash(userId) {
      const find = db.prepare(FIND_RECOVERY).bind(userId);
      return (await read(find.first<string>("recovery_hash"))) ?? undefined;
    },
  };
}

/**
 * Deletes at most `limit` anonymous accounts that were created before an instant (ms since the epoch) and never used: no
 * token was used, no external identity is linked, and no shelf has an entry.
 * @returns the number of deleted accounts
 */
export async function sweepUnusedUsers(
  db: D1Database,
  createdBefore: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(SWEEP_UNUSED).bind(createdBefore, limit).run();
  return meta.changes;
}
