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
 * Deletes one capability's data of some users: rows, Durable Objects. Bounded and idempotent. Users without data are not an
 * error. @returns whether nothing is left
 */
export type PurgeUsers = (userIds: readonly string[]) => Promise<boolean>;

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
    markPurged(userIds: readonly string[], at: number): Promise<void>;
  };
  /** Removes the user's tokens from this isolate's cache. */
  forget(userId: string): void;
  /** The purges of all capabilities, in order: running work is stopped before its tables are emptied. */
  purges: readonly PurgeUsers[];
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
    await purge([userId], deps);
  } catch (error) {
    deps.failed(error);
  }
}

/**
 * Deletes data that was written while users were being deleted, and data that was too much for one purge. Bounded and
 * idempotent. Users stay unpurged until nothing of theirs is left.
 * @returns the number of finished deletions
 */
export async function finishDeletions(deps: DeleteUserDeps): Promise<number> {
  const userIds = await deps.tombstones.findUnpurged(
    deps.now() - LAST_WRITES_MS,
    FINISHED_BATCH_SIZE,
  );
  if (userIds.length === 0) return 0;
  if (!(await purge(userIds, deps))) return 0;
  await deps.tombstones.markPurged(userIds, deps.now());
  return userIds.length;
}

/** Runs the purges in order. @returns whether nothing is left */
async function purge(userIds: readonly string[], { purges }: DeleteUserDeps): Promise<boolean> {
  for (const purgeUsers of purges) {
    if (!(await purgeUsers(userIds))) return false;
  }
  return true;
}
