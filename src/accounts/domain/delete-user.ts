import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../platform/time.ts";

/**
 * Delay until the data is deleted a second time. A revoked token is cached for 30 s, and every request that it started
 * has ended by then.
 */
export const LAST_WRITES_MS = 10 * MINUTE_MS;
/** No work of a deleted user can resume later than this: a queue retains a message for at most 14 days. */
export const TOMBSTONE_RETENTION_MS = 30 * DAY_MS;
/** Maximum number of deletions per run; the next run follows a minute later. */
const FINISHED_BATCH_SIZE = 50;
/**
 * Maximum number of purges per run that leave something to delete. Each deletes about 20,000 rows.
 */
const MAX_UNFINISHED_PURGES = 10;
/**
 * A purge that takes longer counts as failed: it is waiting for a Durable Object that does not
 * answer.
 */
const PURGE_BUDGET_MS = 30 * SECOND_MS;
/** How long the response to a deletion waits for the first purge, which is quick for most users. */
const FIRST_PURGE_BUDGET_MS = 5 * SECOND_MS;
/** Maximum delay before a failed deletion is retried: all data must be gone within an hour. */
export const MAX_RETRY_MS = 30 * MINUTE_MS;

/**
 * Deletes a user's data of one module: rows, Durable Objects. Bounded and idempotent; a user
 * without data is not an error.
 * @returns whether everything is deleted
 */
export type PurgeUser = (userId: string) => Promise<boolean>;

/** A deleted user with data left to delete, and the number of failed attempts. */
export interface UnpurgedUser {
  userId: string;
  attempts: number;
}

/** Dependencies of `deleteUser` and `finishDeletions`. */
export interface DeleteUserDeps {
  tombstones: {
    /**
     * Replaces the account, its tokens and its external identities by a tombstone, in one
     * transaction.
     * @throws DomainError DATABASE_UNAVAILABLE, in which case nothing has changed
     */
    replaceAccount(userId: string, deletedAt: number): Promise<void>;
    /** Does the same unless the account has been used or is no longer empty. @returns whether it was replaced */
    replaceIdleAccount(userId: string, deletedAt: number, unusedSince: number): Promise<boolean>;
    /**
     * Users deleted at or before `until` whose data has not been deleted a second time, unless
     * their retry is not due yet; those that have waited longest come first. An instant after `now`
     * was written before the clock was set back, and counts as past.
     */
    findUnpurged(times: { until: number; now: number }, limit: number): Promise<UnpurgedUser[]>;
    /** Moves a user to the end of the queue. @param at ms since the epoch */
    requeue(userId: string, at: number): Promise<void>;
    /** Records a failed attempt. @param retryAt ms since the epoch */
    postpone(userId: string, retryAt: number): Promise<void>;
    markPurged(userId: string, at: number): Promise<void>;
  };
  /** Removes the user's tokens from this isolate's cache. */
  forget(userId: string): void;
  /** The purges of all modules, in order: running work is stopped before its tables are emptied. */
  purges: readonly PurgeUser[];
  /** Called when a purge failed; `finishDeletions` repeats it. */
  failed(error: unknown): void;
  withTimeout<Value>(
    budgetMs: number,
    work: Promise<Value>,
  ): Promise<{ ok: true; value: Value } | { ok: false; error: unknown }>;
  /** Keeps the worker alive for work that continues after the response. */
  defer(work: Promise<unknown>): void;
  now(): number;
}

/**
 * Deletes a user and all their data. After the first step none of their tokens is valid and nothing can be written for
 * them. `finishDeletions` deletes what a failure, a crash or a very large library leaves behind.
 */
export async function deleteUser(userId: string, deps: DeleteUserDeps): Promise<void> {
  await deps.tombstones.replaceAccount(userId, deps.now());
  await purgeFirst(userId, deps);
}

/**
 * Deletes an idle account, unless it is used in the meantime.
 * @param unusedSince start of the unused period, ms since the epoch
 * @returns whether it was deleted
 */
export async function deleteIdleUser(
  userId: string,
  unusedSince: number,
  deps: DeleteUserDeps,
): Promise<boolean> {
  const isDeleted = await deps.tombstones.replaceIdleAccount(userId, deps.now(), unusedSince);
  if (isDeleted) await purgeFirst(userId, deps);
  return isDeleted;
}

async function purgeFirst(userId: string, deps: DeleteUserDeps): Promise<void> {
  deps.forget(userId);
  const purging = purge(userId, deps).catch(deps.failed);
  deps.defer(purging);
  await deps.withTimeout(FIRST_PURGE_BUDGET_MS, purging);
}

/**
 * Deletes again, to remove data that was written while users were being deleted. Users are purged
 * one after another; a large library takes turns with the others, across runs if necessary. A user
 * whose purge fails is postponed and does not delay the others. Bounded and idempotent.
 * @returns the number of finished deletions
 */
export async function finishDeletions(deps: DeleteUserDeps): Promise<number> {
  const now = deps.now();
  const times = { until: now - LAST_WRITES_MS, now };
  const queue = await deps.tombstones.findUnpurged(times, FINISHED_BATCH_SIZE);
  let finished = 0;
  let unfinished = 0;
  for (let user = queue.shift(); user !== undefined; user = queue.shift()) {
    const outcome = await deps.withTimeout(PURGE_BUDGET_MS, purge(user.userId, deps));
    if (!outcome.ok) {
      deps.failed(outcome.error);
      await deps.tombstones.postpone(user.userId, deps.now() + retryDelayMs(user.attempts + 1));
    } else if (outcome.value) {
      await deps.tombstones.markPurged(user.userId, deps.now());
      finished += 1;
    } else {
      unfinished += 1;
      await deps.tombstones.requeue(user.userId, deps.now());
      if (unfinished === MAX_UNFINISHED_PURGES) break;
      queue.push(user);
    }
  }
  return finished;
}

/** One minute after the first failed attempt, doubled after each further one. */
export function retryDelayMs(attempts: number): number {
  return Math.min(MAX_RETRY_MS, MINUTE_MS * 2 ** Math.min(attempts - 1, 16));
}

/** @returns whether all data of the user is deleted */
async function purge(userId: string, { purges }: DeleteUserDeps): Promise<boolean> {
  for (const purgeUser of purges) if (!(await purgeUser(userId))) return false;
  return true;
}
