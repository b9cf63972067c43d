import { scopeSchema } from "../../../contract/accounts.ts";
import { tokensSql } from "../../quotas/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import { TICKET_LIFETIME_MS, type TicketStore } from "../domain/download-ticket.ts";
import { PAIRING_LIFETIME_MS, type PairingStore } from "../domain/pairing.ts";

/** A row of `Pairings`. */
interface PairingRow {
  user_id: string;
  token_id: string;
  hash: string;
  scopes: string;
  expires_at: number;
}

// The token may have been revoked, or the user deleted, in the meantime.
const REPLACE = `
  INSERT INTO Pairings (user_id, hash, token_id, scopes, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM Tokens WHERE id = ?3 AND user_id = ?1)
  ON CONFLICT(user_id) DO UPDATE SET
    hash = excluded.hash, token_id = excluded.token_id, scopes = excluded.scopes, expires_at = excluded.expires_at`;

/** ?1 hash, ?2 now, ?3 the latest expiry: a later one was written before the clock was set back. */
const IS_VALID = `
  hash = ?1 AND expires_at > ?2 AND expires_at <= ?3
  AND EXISTS (SELECT 1 FROM Tokens WHERE Tokens.id = token_id)`;

const FIND = `
  SELECT user_id, token_id, hash, scopes, expires_at FROM Pairings WHERE ${IS_VALID}`;

// ?4 to ?9 the token, ?10 the maximum number of tokens. Of two batches with the same code, the
// second finds it deleted.
const REDEEM = `
  INSERT INTO Tokens (id, user_id, hash, scopes, created_at, expires_at, name)
  SELECT ?4, user_id, ?5, ?6, ?7, ?8, ?9 FROM Pairings WHERE ${IS_VALID}
    AND (?10 IS NULL OR ${tokensSql("Pairings.user_id", "?7")} < ?10)`;

const VOID = "DELETE FROM Pairings WHERE hash = ?1";

// ?1 token; its row exists if this batch has redeemed the code.
const FIRST_USE = `
  UPDATE Users SET used_at = ?2
  WHERE id = (SELECT user_id FROM Tokens WHERE id = ?1) AND used_at IS NULL`;

const SWEEP_PAIRINGS = `
  DELETE FROM Pairings WHERE user_id IN (
    SELECT user_id FROM Pairings WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
  )`;

const IS_DUE = `
  SELECT EXISTS (SELECT 1 FROM Pairings WHERE expires_at <= ?1)
    OR EXISTS (SELECT 1 FROM DownloadTickets WHERE expires_at <= ?1) AS is_due`;

const ADD_TICKET = `
  INSERT INTO DownloadTickets (hash, user_id, token_id, purpose, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM Tokens WHERE id = ?3 AND user_id = ?2)`;

const IS_THIS_TICKET = `${IS_VALID} AND user_id = ?4 AND purpose = ?5`;
const USE_TICKET = `DELETE FROM DownloadTickets WHERE ${IS_THIS_TICKET}`;
const HAS_TICKET = `SELECT 1 AS found FROM DownloadTickets WHERE ${IS_THIS_TICKET}`;

const SWEEP_TICKETS = `
  DELETE FROM DownloadTickets WHERE hash IN (
    SELECT hash FROM DownloadTickets WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
  )`;

/** The statements, for a test of their query plans. */
export const SHORT_LIVED_STATEMENTS = {
  IS_DUE,
  FIND,
  REDEEM,
  VOID,
  USE_TICKET,
  HAS_TICKET,
  SWEEP_PAIRINGS,
  SWEEP_TICKETS,
};

/**
 * Pairing codes in D1.
 * @param log receives every failure
 * @param maxTokens maximum number of unexpired tokens of an account; undefined means no limit
 */
export function d1Pairings(db: D1Database, log: Log, maxTokens?: number): PairingStore {
  const { read, write } = d1Errors(log);
  return {
    async replace({ userId, hash, tokenId, scopes, expiresAt }) {
      const values = [userId, hash, tokenId, JSON.stringify(scopes), expiresAt];
      return (
        (
          await write(
            db
              .prepare(REPLACE)
              .bind(...values)
              .run(),
          )
        ).meta.changes > 0
      );
    },
    async find(hash, now) {
      const find = db.prepare(FIND).bind(hash, now, now + PAIRING_LIFETIME_MS);
      const row = await read(find.first<PairingRow>());
      if (row === null) return undefined;
      return {
        userId: row.user_id,
        tokenId: row.token_id,
        hash: row.hash,
        scopes: scopeSchema.array().parse(JSON.parse(row.scopes)),
        expiresAt: row.expires_at,
      };
    },
    async redeem(hash, { id, hash: tokenHash, scopes, createdAt, expiresAt, name }) {
      const valid = [hash, createdAt, createdAt + PAIRING_LIFETIME_MS];
      const token = [id, tokenHash, JSON.stringify(scopes), createdAt, expiresAt, name ?? null];
      const [added] = await write(
        db.batch([
          db.prepare(REDEEM).bind(...valid, ...token, maxTokens ?? null),
          db.prepare(VOID).bind(hash),
          db.prepare(FIRST_USE).bind(id, createdAt),
        ]),
      );
      return (added?.meta.changes ?? 0) > 0;
    },
  };
}

/** Download tickets in D1. @param log receives every failure */
export function d1DownloadTickets(db: D1Database, log: Log): TicketStore {
  const { read, write } = d1Errors(log);
  return {
    async add({ hash, userId, tokenId, purpose, expiresAt }) {
      const add = db.prepare(ADD_TICKET).bind(hash, userId, tokenId, purpose, expiresAt);
      return (await write(add.run())).meta.changes > 0;
    },
    async use({ hash, userId, purpose }, now) {
      const use = db.prepare(USE_TICKET).bind(hash, now, now + TICKET_LIFETIME_MS, userId, purpose);
      return (await write(use.run())).meta.changes > 0;
    },
    async has({ hash, userId, purpose }, now) {
      const has = db.prepare(HAS_TICKET).bind(hash, now, now + TICKET_LIFETIME_MS, userId, purpose);
      return (await read(has.first("found"))) !== null;
    },
  };
}

/** Deletes expired codes and tickets, at most `limit` of each. @returns the number of deleted rows */
export async function sweepShortLived(
  db: D1Database,
  until: number,
  limit: number,
): Promise<number> {
  if ((await db.prepare(IS_DUE).bind(until).first<number>("is_due")) !== 1) return 0;
  const results = await db.batch(
    [SWEEP_PAIRINGS, SWEEP_TICKETS].map((sql) => db.prepare(sql).bind(until, limit)),
  );
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}
