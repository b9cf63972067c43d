import { scopeSchema } from "../../../contract/accounts.ts";
import type { IssueTokenDeps } from "../domain/issue-token.ts";
import { dayOf, type StoredToken } from "../domain/tokens.ts";
import type { VerifyTokenDeps } from "../domain/verify-token.ts";
import type { Log } from "../../platform/log.ts";
import { tokensSql } from "../../quotas/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";

/** One row of `Tokens`. Instants are ms since the epoch. */
interface TokenRow {
  id: string;
  user_id: string;
  hash: string;
  name: string | null;
  scopes: string;
  created_at: number;
  used_at: number | null;
  expires_at: number;
}

const FIND = `
  SELECT id, user_id, hash, name, scopes, created_at, used_at, expires_at
  FROM Tokens WHERE id = ?1`;

const LIST = `
  SELECT id, user_id, hash, name, scopes, created_at, used_at, expires_at
  FROM Tokens WHERE user_id = ?1 AND expires_at > ?2 ORDER BY created_at DESC, id LIMIT ?3`;

// The user may have been deleted in the meantime.
const INSERT = `
  INSERT INTO Tokens (id, user_id, hash, scopes, created_at, expires_at, name)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM Users WHERE id = ?2)
    AND (?8 IS NULL OR ${tokensSql("?2", "?5")} < ?8)`;

// Keeps the ?3 tokens that were used most recently. A token without a recorded use is ranked by its
// creation.
const MAKE_ROOM = `
  DELETE FROM Tokens WHERE id IN (
    SELECT id FROM Tokens WHERE user_id = ?1 AND expires_at > ?2
    ORDER BY coalesce(used_at, created_at) DESC, created_at DESC, id LIMIT -1 OFFSET ?3
  )`;

const COUNT = `SELECT ${tokensSql("?1", "?2")} AS tokens`;

// Several isolates may record the same day's use; the first one wins. An expired token is not revived.
const TOUCH = `
  UPDATE Tokens SET used_at = ?2, expires_at = ?3
  WHERE id = ?1 AND expires_at > ?2 AND (used_at IS NULL OR used_at < ?4)`;

const FIRST_USE = "UPDATE Users SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL";

const REVOKE = "DELETE FROM Tokens WHERE id = ?1 AND user_id = ?2";

/** Maximum number of tokens in a list. */
const MAX_LISTED = 1000;

const SWEEP_EXPIRED = `
  DELETE FROM Tokens WHERE id IN (
    SELECT id FROM Tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
  )`;

/** Tokens in D1. */
export interface TokenStore {
  find: VerifyTokenDeps["tokens"]["find"];
  touch: VerifyTokenDeps["tokens"]["touch"];
  add: IssueTokenDeps["tokens"]["add"];
  room: IssueTokenDeps["tokens"]["room"];
  /** The user's tokens that have not expired, newest first. @throws DomainError DATABASE_UNAVAILABLE */
  list(userId: string, now: number): Promise<StoredToken[]>;
  /** @returns whether the user had this token. @throws DomainError DATABASE_UNAVAILABLE */
  revoke(userId: string, id: string): Promise<boolean>;
}

/**
 * @param log receives every failure
 * @param maxTokens maximum number of unexpired tokens of an account; undefined means no limit
 */
export function d1Tokens(db: D1Database, log: Log, maxTokens?: number): TokenStore {
  const { read, write } = d1Errors(log);
  return {
    async find(id) {
      const row = await read(db.prepare(FIND).bind(id).first<TokenRow>());
      return row ? fromRow(row) : undefined;
    },
    async touch({ identity, usedAt, expiresAt }) {
      const token = db.prepare(TOUCH).bind(identity.tokenId, usedAt, expiresAt, dayOf(usedAt));
      const user = db.prepare(FIRST_USE).bind(identity.userId, usedAt);
      try {
        await db.batch([token, user]);
      } catch (error) {
        log.error("token_use_lost", { error });
      }
    },
    async add(token, makesRoom) {
      const { userId, createdAt } = token;
      const room =
        makesRoom && maxTokens !== undefined
          ? [db.prepare(MAKE_ROOM).bind(userId, createdAt, maxTokens - 1)]
          : [];
      const used = db.prepare(FIRST_USE).bind(userId, createdAt);
      const results = await write(db.batch([...room, insertToken(db, token, maxTokens), used]));
      return (results.at(-2)?.meta.changes ?? 0) > 0;
    },
    async room(userId, now) {
      if (maxTokens === undefined) return { used: 0, limit: Infinity };
      const used = await read(db.prepare(COUNT).bind(userId, now).first<number>("tokens"));
      return { used: used ?? 0, limit: maxTokens };
    },
    async list(userId, now) {
      const list = db.prepare(LIST).bind(userId, now, MAX_LISTED);
      return (await read(list.all<TokenRow>())).results.map(fromRow);
    },
    async revoke(userId, id) {
      return (await write(db.prepare(REVOKE).bind(id, userId).run())).meta.changes > 0;
    },
  };
}

/** Statement that stores a token if its user exists and has fewer than `maxTokens`, for use in a batch. */
export function insertToken(
  db: D1Database,
  token: StoredToken,
  maxTokens?: number,
): D1PreparedStatement {
  const { id, userId, hash, scopes, createdAt, expiresAt, name } = token;
  return db
    .prepare(INSERT)
    .bind(
      id,
      userId,
      hash,
      JSON.stringify(scopes),
      createdAt,
      expiresAt,
      name ?? null,
      maxTokens ?? null,
    );
}

/**
 * Deletes at most `limit` tokens that had expired at an instant (ms since the epoch).
 * @returns the number of deleted tokens
 */
export async function sweepExpiredTokens(
  db: D1Database,
  until: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(SWEEP_EXPIRED).bind(until, limit).run();
  return meta.changes;
}

function fromRow(row: TokenRow): StoredToken {
  return {
    id: row.id,
    userId: row.user_id,
    hash: row.hash,
    scopes: scopeSchema.array().parse(JSON.parse(row.scopes)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...defined({ usedAt: row.used_at ?? undefined, name: row.name ?? undefined }),
  };
}
