import type { KeptAnswer } from "../domain/answer.ts";
import type { ClaimReading, GuardedAnswer } from "../domain/claim.ts";
import type { OnceDeps } from "../domain/once.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** One row of `IdempotencyKeys` as a claim needs it. */
interface KeyRow {
  fingerprint: string;
  owner: string;
  answer: string | null;
}

// One statement, so that one of any number of simultaneous requests gets the key. What may be taken over: a key that has
// expired, and one whose owner did not answer within the lease, for the same request. A deleted user gets none.
const CLAIM = `
  INSERT INTO IdempotencyKeys (id, user_id, fingerprint, owner, lease_until, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6
  WHERE ?2 IS NULL OR NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?2)
  ON CONFLICT(id) DO UPDATE SET
    fingerprint = excluded.fingerprint,
    owner = excluded.owner,
    lease_until = excluded.lease_until,
    expires_at = excluded.expires_at,
    answer = NULL
  WHERE expires_at <= ?7
     OR (answer IS NULL AND lease_until <= ?7 AND fingerprint = excluded.fingerprint)`;

const FIND = "SELECT fingerprint, owner, answer FROM IdempotencyKeys WHERE id = ?1";

// The fingerprint may have been settled since the claim.
const KEEP = `
  UPDATE IdempotencyKeys SET answer = ?3, fingerprint = ?4
  WHERE id = ?1 AND owner = ?2 AND answer IS NULL`;

// In a batch nothing may be written under a key that somebody else has taken over: an owner of NULL, which the table
// refuses, makes the whole batch fail. A key that somebody took over and has given back since is free, and taken again:
// else the write would happen and have no answer. changes() is that of the statement before: a write that changed
// nothing, because what it was made from has changed, has not happened and is not answered.
const KEEP_OR_FAIL = `
  INSERT INTO IdempotencyKeys (id, user_id, fingerprint, owner, lease_until, expires_at, answer)
  SELECT ?1, ?2, ?3, ?4, 0, ?5, ?6 WHERE changes() > 0
  ON CONFLICT(id) DO UPDATE SET
    answer = excluded.answer,
    fingerprint = excluded.fingerprint,
    owner = CASE WHEN owner = excluded.owner AND answer IS NULL THEN owner END`;

const RENEW =
  "UPDATE IdempotencyKeys SET lease_until = ?3 WHERE id = ?1 AND owner = ?2 AND answer IS NULL";

const RELEASE = "DELETE FROM IdempotencyKeys WHERE id = ?1 AND owner = ?2 AND answer IS NULL";

const SWEEP = `
  DELETE FROM IdempotencyKeys WHERE id IN (
    SELECT id FROM IdempotencyKeys WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
  )`;

/**
 * What a store adds to the end of the batch of a write that runs under a key, right after the statement whose changes say
 * whether the write happened: the answer is kept if it did, and the batch fails if the key is no longer held. Nothing
 * for a request without a key.
 */
export function answerStatements(
  db: D1Database,
  guarded: GuardedAnswer | undefined,
): D1PreparedStatement[] {
  if (guarded === undefined) return [];
  const { id, userId, fingerprint, owner, expiresAt } = guarded.claim;
  const kept: KeptAnswer = { kind: "success", answer: guarded.answer };
  return [
    db
      .prepare(KEEP_OR_FAIL)
      .bind(id, userId ?? null, fingerprint, owner, expiresAt, JSON.stringify(kept)),
  ];
}

/** Idempotency keys in D1: the claim and the answer. */
export function d1IdempotencyKeys(db: D1Database, log: Log): OnceDeps["keys"] {
  const { read } = d1Errors(log);
  return {
    async claim({ id, userId, fingerprint, owner, expiresAt }, { now, leaseUntil }) {
      const claim = db
        .prepare(CLAIM)
        .bind(id, userId ?? null, fingerprint, owner, leaseUntil, expiresAt, now);
      const find = db.prepare(FIND).bind(id);
      // Should D1 take the claim after we gave up on it, its lease ends by itself.
      const [before, , after] = await read(db.batch<KeyRow>([find, claim, find]));
      return readingOf(after?.results[0], owner, before?.results[0]);
    },
    async keep({ id, owner, fingerprint }, kept) {
      try {
        const keep = db.prepare(KEEP).bind(id, owner, JSON.stringify(kept), fingerprint);
        const { meta } = await keep.run();
        return meta.changes > 0;
      } catch (error) {
        log.error("idempotency_answer_lost", { error });
        return false;
      }
    },
    async renew({ id, owner }, leaseUntil) {
      try {
        const { meta } = await read(db.prepare(RENEW).bind(id, owner, leaseUntil).run());
        return meta.changes > 0;
      } catch {
        // Said in the log already. Nobody can take over while D1 is away.
        return true;
      }
    },
    async release({ id, owner }) {
      try {
        await db.prepare(RELEASE).bind(id, owner).run();
      } catch (error) {
        // The lease ends by itself.
        log.error("idempotency_release_failed", { error });
      }
    },
  };
}

function readingOf(
  row: KeyRow | undefined,
  owner: string,
  before: KeyRow | undefined,
): ClaimReading {
  if (row === undefined) return { kind: "caller_gone" };
  if (row.owner === owner) return { kind: "claimed", isTakeover: before?.answer === null };
  const { fingerprint, answer } = row;
  return answer === null
    ? { kind: "running", fingerprint }
    : { kind: "kept", fingerprint, kept: JSON.parse(answer) as KeptAnswer };
}

/**
 * Deletes keys that expired by an instant (ms since the epoch), oldest first, at most `limit` of them.
 * @returns how many went
 */
export async function sweepIdempotencyKeys(
  db: D1Database,
  now: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(SWEEP).bind(now, limit).run();
  return meta.changes;
}
