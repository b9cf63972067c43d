import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../platform/time.ts";

/**
 * Delay until the data is deleted a second time. A revoked token is cached for 30 s, and every request that it started
 * has ended by then.
 */
export const LAST_WRITES_MS = 10 * MINUTE_MS;
/** No work of a deleted user can resume later than this: a queue retains a message for at most 14 days. */
export const TOMBSTONE_RETENTION_MS = 30 * DAY_MS;
/** Deletions that one run works on. The rest follows a minute later. */
const FINISHED_BATCH_SIZE = 50;
/** Purges of one run after which something may be left of a user. Each deletes some 20,000 rows. */
const MAX_UNFINISHED_PURGES = 10;
/** A purge that takes longer has failed: it waits for a Durable Object that does not answer. */
const PURGE_BUDGET_MS = 30 * SECOND_MS;
/** A deletion's response waits this long for the first purge, which takes a moment for most users. */
const FIRST_PURGE_BUDGET_MS = 5 * SECOND_MS;
/** Longest delay before a failed deletion is repeated: everything is to be gone within an hour. */
export const MAX_RETRY_MS = 30 * MINUTE_MS;

/**
 * Deletes one capability's data of a user: rows, Durable Objects. Bounded and idempotent; a user without data is not an
 * error. @returns whether nothing is left
 */
export type PurgeUser = (userId: string) => Promise<boolean>;

/** A deletion whose data is to be deleted, and how often that has failed. */
export interface UnpurgedUser {
  userId: string;
  attempts: number;
}

/** Dependencies of `deleteUser` and `finishDeletions`. */
export interface DeleteUserDeps {
  tombstones: {
    /**
     * Replaces the account, its tokens and its external identities by a tombstone, in one transaction.
     * @throws DomainError DATABASE_UNAVAILABLE, and then nothing has changed
     */
    replaceAccount(userId: string, deletedAt: number): Promise<void>;
    /** Does the same unless the account has been used or is no longer empty. @returns whether it was replaced */
    replaceIdleAccount(userId: string, deletedAt: number, unusedSince: number): Promise<boolean>;
    /**
     * Users deleted at or before `until` whose data has not been deleted a second time, unless they are to be retried later;
     * those that have waited longest for their deletion or their turn first. An instant after `now` was written before the clock was set back, and counts as past.
     */
    findUnpurged(times: { until: number; now: number }, limit: number): Promise<UnpurgedUser[]>;
    /** Puts a user behind those that have not had their turn. @param at ms since the epoch */
    requeue(userId: string, at: number): Promise<void>;
    /** Records a failed attempt. @param retryAt ms since the epoch */
    postpone(userId: string, retryAt: number): Promise<void>;
    markPurged(userId: string, at: number): Promise<void>;
  };
  /** Removes the user's tokens from this isolate's cache. */
  forget(userId: string): void;
  /** The purges of all capabilities, in order: running work is stopped before its tables are emptied. */
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
 * Deletes the account of a user who has not come back, unless they do in the meantime.
 * @param unusedSince since when it has not been used, ms since the epoch
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
 * Deletes data a second time that was written while users were being deleted. Users are purged one after the other, and a
 * large library in turn with the others, in the next run too. A user whose purge fails is postponed and does not delay the others. Bounded and idempotent.
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

/** A minute after the first failed attempt, doubled after each further one. */
export function retryDelayMs(attempts: number): number {
  return Math.min(MAX_RETRY_MS, MINUTE_MS * 2 ** Math.min(attempts - 1, 16));
}

/** @returns whether nothing of the user is left */
async function purge(userId: string, { purges }: DeleteUserDeps): Promise<boolean> {
  for (const purgeUser of purges) if (!(await purgeUser(userId))) return false;
  return true;
}
