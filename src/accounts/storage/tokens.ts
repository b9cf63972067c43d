import { scopeSchema } from "../../../contract/accounts.ts";
import type { IssueTokenDeps } from "../domain/issue-token.ts";
import { TOUCH_EVERY_MS, type StoredToken } from "../domain/tokens.ts";
import type { VerifyTokenDeps } from "../domain/verify-token.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** One row of `Tokens`. Instants are ms since the epoch. */
interface TokenRow {
  id: string;
  user_id: string;
  hash: string;
  scopes: string;
  created_at: number;
  used_at: number | null;
  expires_at: number;
}

const FIND = `
  SELECT id, user_id, hash, scopes, created_at, used_at, expires_at
  FROM Tokens WHERE id = ?1`;

// The user may have been deleted since the caller looked.
const INSERT = `
  INSERT INTO Tokens (id, user_id, hash, scopes, created_at, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM Users WHERE id = ?2)`;

// Other isolates note the same day's use: the first one counts. An expired token is not brought back.
const TOUCH = `
  UPDATE Tokens SET used_at = ?2, expires_at = ?3
  WHERE id = ?1 AND expires_at > ?2 AND (used_at IS NULL OR used_at <= ?4)`;

const FIRST_USE = "UPDATE Users SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL";

const REVOKE = "DELETE FROM Tokens WHERE id = ?1";

const SWEEP_EXPIRED = `
  DELETE FROM Tokens WHERE id IN (
    SELECT id FROM Tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
  )`;

/** Tokens in D1. */
export interface TokenStore {
  find: VerifyTokenDeps["tokens"]["find"];
  touch: VerifyTokenDeps["tokens"]["touch"];
  add: IssueTokenDeps["tokens"]["add"];
  /** @throws DomainError DATABASE_UNAVAILABLE */
  revoke(id: string): Promise<void>;
}

/** @param log is told of every failure. */
export function d1Tokens(db: D1Database, log: Log): TokenStore {
  const { read, write } = d1Errors(log);
  return {
    async find(id) {
      const row = await read(db.prepare(FIND).bind(id).first<TokenRow>());
      return row ? fromRow(row) : undefined;
    },
    async touch({ identity, usedAt, expiresAt }) {
      const token = db
        .prepare(TOUCH)
        .bind(identity.tokenId, usedAt, expiresAt, usedAt - TOUCH_EVERY_MS);
      const user = db.prepare(FIRST_USE).bind(identity.userId, usedAt);
      try {
        await db.batch([token, user]);
      } catch (error) {
        log.error("token_use_lost", { error });
      }
    },
    async add(token) {
      const used = db.prepare(FIRST_USE).bind(token.userId, token.createdAt);
      const [added] = await write(db.batch([insertToken(db, token), used]));
      return added !== undefined && added.meta.changes > 0;
    },
    async revoke(id) {
      await write(db.prepare(REVOKE).bind(id).run());
    },
  };
}

/** Stores a token if its user is there; for a batch with what else has to happen with it. */
export function insertToken(db: D1Database, token: StoredToken): D1PreparedStatement {
  const { id, userId, hash, scopes, createdAt, expiresAt } = token;
  return db.prepare(INSERT).bind(id, userId, hash, JSON.stringify(scopes), createdAt, expiresAt);
}

/**
 * Deletes tokens that expired by an instant (ms since the epoch), at most `limit` of them.
 * @returns how many went
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
    ...(row.used_at === null ? {} : { usedAt: row.used_at }),
  };
}
