import type { KeptAnswer } from "../domain/answer.ts";
import type { ClaimReading, GuardedAnswer, GuardedProgress } from "../domain/claim.ts";
import type { OnceDeps } from "../domain/once.ts";
import type { Log } from "../../platform/log.ts";
import { CLOCK_SKEW_MS } from "../../platform/time.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** The columns of `IdempotencyKeys` that a claim reads. */
interface KeyRow {
  fingerprint: string;
  owner: string;
  answer: string | null;
  progress: string | null;
}

// A single statement, so that exactly one of several simultaneous requests gets the key. A request
// may adopt a key that has expired, or a key of the same request whose lease has expired without an
// answer; a lease that ends later than a new one could was taken before the clock was set back. A
// deleted user gets no key.
const CLAIM = `
  INSERT INTO IdempotencyKeys (id, user_id, fingerprint, owner, lease_until, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6
  WHERE ?2 IS NULL OR NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?2)
  ON CONFLICT(id) DO UPDATE SET
    fingerprint = excluded.fingerprint,
    owner = excluded.owner,
    lease_until = excluded.lease_until,
    expires_at = excluded.expires_at,
    answer = NULL,
    progress = CASE WHEN fingerprint = excluded.fingerprint AND expires_at > ?7 THEN progress END
  WHERE expires_at <= ?7
     OR (answer IS NULL AND (lease_until <= ?7 OR lease_until > ?5 + ${CLOCK_SKEW_MS}) AND fingerprint = excluded.fingerprint)`;

const FIND = "SELECT fingerprint, owner, answer, progress FROM IdempotencyKeys WHERE id = ?1";

// The fingerprint may have gained the fields of the body since the claim.
const KEEP = `
  UPDATE IdempotencyKeys SET answer = ?3, fingerprint = ?4
  WHERE id = ?1 AND owner = ?2 AND answer IS NULL`;

// A batch must not write under a key that another request has adopted: the owner becomes NULL,
// which violates the table's constraint and fails the whole batch. If the other request has
// released the key since, the key is free and is inserted again; otherwise the write would succeed
// without an answer. changes() refers to the preceding statement: a write that changed no row,
// because its base has changed, stores no answer.
const KEEP_OR_FAIL = `
  INSERT INTO IdempotencyKeys (id, user_id, fingerprint, owner, lease_until, expires_at, answer)
  SELECT ?1, ?2, ?3, ?4, 0, ?5, ?6 WHERE changes() > 0
  ON CONFLICT(id) DO UPDATE SET
    answer = excluded.answer,
    fingerprint = excluded.fingerprint,
    owner = CASE WHEN owner = excluded.owner AND answer IS NULL THEN owner END`;

const RENEW =
  "UPDATE IdempotencyKeys SET lease_until = ?3 WHERE id = ?1 AND owner = ?2 AND answer IS NULL";

const RELEASE =
  "DELETE FROM IdempotencyKeys WHERE id = ?1 AND owner = ?2 AND answer IS NULL AND progress IS NULL";

const RELEASE_WITH_PROGRESS =
  "UPDATE IdempotencyKeys SET lease_until = 0 WHERE id = ?1 AND owner = ?2 AND answer IS NULL";

// As in KEEP_OR_FAIL, the whole batch fails if another request has adopted the key.
const KEEP_PROGRESS = `
  UPDATE IdempotencyKeys SET progress = ?3, owner = CASE WHEN owner = ?2 AND answer IS NULL THEN owner END
  WHERE id = ?1 AND changes() > 0`;

const SWEEP = `
  DELETE FROM IdempotencyKeys WHERE id IN (
    SELECT id FROM IdempotencyKeys WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
  )`;

/**
 * The statements that a store appends to the batch of a write under a key, directly after the statement whose change count
 * shows whether the write happened. If it did, the answer is stored. If the key is no longer held, the batch fails. Empty
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

/** Like `answerStatements`, for the progress of a request with many batches. */
export function progressStatements(
  db: D1Database,
  guarded: GuardedProgress | undefined,
): D1PreparedStatement[] {
  if (guarded === undefined) return [];
  const { claim, progress } = guarded;
  return [db.prepare(KEEP_PROGRESS).bind(claim.id, claim.owner, progress)];
}

/** Idempotency keys in D1: claims and answers. */
export function d1IdempotencyKeys(db: D1Database, log: Log): OnceDeps["keys"] {
  const { read } = d1Errors(log);
  return {
    async claim({ id, userId, fingerprint, owner, expiresAt }, { now, leaseUntil }) {
      const claim = db
        .prepare(CLAIM)
        .bind(id, userId ?? null, fingerprint, owner, leaseUntil, expiresAt, now);
      const find = db.prepare(FIND).bind(id);
      // If D1 executes the claim after our timeout, its lease simply expires.
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
        // Already logged. No other request can adopt the key while D1 is unavailable.
        return true;
      }
    },
    async release({ id, owner }) {
      try {
        await db.batch([
          db.prepare(RELEASE).bind(id, owner),
          db.prepare(RELEASE_WITH_PROGRESS).bind(id, owner),
        ]);
      } catch (error) {
        // The lease expires anyway.
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
  if (row.owner === owner) {
    const progress = row.progress === null ? {} : { progress: row.progress };
    return { kind: "claimed", isTakeover: before?.answer === null, ...progress };
  }
  const { fingerprint, answer } = row;
  return answer === null
    ? { kind: "running", fingerprint }
    : { kind: "kept", fingerprint, kept: JSON.parse(answer) as KeptAnswer };
}

/**
 * Deletes at most `limit` keys that had expired at an instant (ms since the epoch), oldest first.
 * @returns the number of deleted keys
 */
export async function sweepIdempotencyKeys(
  db: D1Database,
  now: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(SWEEP).bind(now, limit).run();
  return meta.changes;
}
