import type { CreateAccountDeps } from "../domain/create-account.ts";
import type { IssueTokenDeps } from "../domain/issue-token.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Use } from "../../quotas/domain/charge.ts";
import { chargeSql, fitsSql, usesStatement } from "../../quotas/module.ts";
import { insertToken } from "./tokens.ts";

// ?4 the charges.
const CREATE = `
  INSERT INTO Users (id, recovery_hash, created_at) SELECT ?1, ?2, ?3 WHERE ${fitsSql("?4")}`;

// ?1 user.
const CHARGE = chargeSql("?2", "EXISTS (SELECT 1 FROM Users WHERE id = ?1)");

const SET_RECOVERY = "UPDATE Users SET recovery_hash = ?2 WHERE id = ?1";

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
export type UserStore = CreateAccountDeps["users"] &
  IssueTokenDeps["users"] & {
    /** Replaces the recovery code. @returns false if the account is gone. @throws DomainError DATABASE_UNAVAILABLE */
    setRecoveryHash(userId: string, hash: string): Promise<boolean>;
  };

/** @param log receives every failure */
export function d1Users(db: D1Database, log: Log): UserStore {
  const { read, write } = d1Errors(log);
  return {
    async create({ id, recoveryHash, createdAt }, token, charges) {
      const list = JSON.stringify(charges);
      const results = await write(
        db.batch<Use>([
          db.prepare(CREATE).bind(id, recoveryHash, createdAt, list),
          db.prepare(CHARGE).bind(id, list),
          insertToken(db, token),
          usesStatement(db, charges),
        ]),
      );
      const isStored = (results[0]?.meta.changes ?? 0) > 0;
      return { isStored, uses: results.at(-1)?.results ?? [] };
    },
    async setRecoveryHash(userId, hash) {
      const set = db.prepare(SET_RECOVERY).bind(userId, hash);
      return (await write(set.run())).meta.changes > 0;
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
