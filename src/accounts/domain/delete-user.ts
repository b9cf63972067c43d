import { DAY_MS, MINUTE_MS } from "../../platform/time.ts";

/**
 * Delay until the data is deleted a second time. A revoked token is cached for 30 s, and every request that it started
 * has ended by then.
 */
export const LAST_WRITES_MS = 10 * MINUTE_MS;
/** No work of a deleted user can resume later than this: a queue retains a message for at most 14 days. */
export const TOMBSTONE_RETENTION_MS = 30 * DAY_MS;
/** Deletions that one run finishes. The rest follows a minute later. */
const FINISHED_BATCH_SIZE = 50;

/**
 * Deletes one capability's data of a user: rows, Durable Objects. Bounded and idempotent; a user without data is not an
 * error. @returns whether nothing is left
 */
export type PurgeUser = (userId: string) => Promise<boolean>;

/** Dependencies of `deleteUser` and `finishDeletions`. */
export interface DeleteUserDeps {
  tombstones: {
    /**
     * Replaces the account, its tokens and its external identities by a tombstone, in one transaction.
     * @throws DomainError DATABASE_UNAVAILABLE, and then nothing has changed
     */
    replaceAccount(userId: string, deletedAt: number): Promise<void>;
    /** Users deleted at or before an instant whose data has not been deleted a second time, oldest first. */
    findUnpurged(until: number, limit: number): Promise<string[]>;
    markPurged(userId: string, at: number): Promise<void>;
  };
  /** Removes the user's tokens from this isolate's cache. */
  forget(userId: string): void;
  /** The purges of all capabilities, in order: running work is stopped before its tables are emptied. */
  purges: readonly PurgeUser[];
  /** Called when a purge failed; `finishDeletions` repeats it. */
  failed(error: unknown): void;
  now(): number;
}

/**
 * Deletes a user and all their data. After the first step none of their tokens is valid and nothing can be written for
 * them. `finishDeletions` deletes what a failure or a crash leaves behind.
 */
export async function deleteUser(userId: string, deps: DeleteUserDeps): Promise<void> {
  await deps.tombstones.replaceAccount(userId, deps.now());
  deps.forget(userId);
  try {
    await purge(userId, deps);
  } catch (error) {
    deps.failed(error);
  }
}

/**
 * Deletes data a second time that was written while users were being deleted, one user after the other. Bounded: it ends
 * at the first user of whom something is left, which the next run deletes. Idempotent.
 * @returns the number of finished deletions
 */
export async function finishDeletions(deps: DeleteUserDeps): Promise<number> {
  const userIds = await deps.tombstones.findUnpurged(
    deps.now() - LAST_WRITES_MS,
    FINISHED_BATCH_SIZE,
  );
  let finished = 0;
  for (const userId of userIds) {
    if (!(await purge(userId, deps))) break;
    await deps.tombstones.markPurged(userId, deps.now());
    finished += 1;
  }
  return finished;
}

/** @returns whether nothing of the user is left */
async function purge(userId: string, { purges }: DeleteUserDeps): Promise<boolean> {
  for (const purgeUser of purges) if (!(await purgeUser(userId))) return false;
  return true;
}
