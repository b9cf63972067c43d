const MINUTE_MS = 60_000;
/**
 * When everything is deleted once more: a revoked token is remembered for 30 s, and whatever began under it has ended
 * by then.
 */
export const LAST_WRITES_MS = 10 * MINUTE_MS;
/** Nothing that ran for a user can wake up later than this: a queue keeps a message for 14 days at most. */
export const TOMBSTONE_RETENTION_MS = 30 * 86_400_000;
/** Deletions that one run finishes; the rest waits a minute. */
const FINISHED_BATCH_SIZE = 50;

/**
 * Deletes what one capability holds of users: a table's rows, a Durable Object. Doing it twice does no harm, and users
 * who have nothing there are no error.
 */
export type PurgeUsers = (userIds: readonly string[]) => Promise<void>;

/** What deleting a user needs of the world. */
export interface DeleteUserDeps {
  tombstones: {
    /**
     * In one transaction: tokens, outside identities and the account go, a tombstone comes.
     * @throws DomainError DATABASE_UNAVAILABLE, and then nothing has happened
     */
    bury(userId: string, deletedAt: number): Promise<void>;
    /** Users deleted at or before an instant whose data was not deleted a second time yet, oldest first. */
    unpurged(until: number, limit: number): Promise<string[]>;
    purged(userIds: readonly string[], at: number): Promise<void>;
  };
  /** Makes this isolate forget the user's tokens at once. */
  forget(userId: string): void;
  /** Of every capability, in order: what still runs is stopped before the tables that it works on are emptied. */
  purges: readonly PurgeUsers[];
  /** Told when a purge failed; `finishDeletions` takes it up. */
  failed(error: unknown): void;
  now(): number;
}

/**
 * Deletes everything of a user. From the first step on no token of his is valid and nothing of his may be written; what
 * a failure or a crash leaves behind, `finishDeletions` deletes.
 */
export async function deleteUser(userId: string, deps: DeleteUserDeps): Promise<void> {
  await deps.tombstones.bury(userId, deps.now());
  deps.forget(userId);
  try {
    await purge([userId], deps);
  } catch (error) {
    deps.failed(error);
  }
}

/**
 * Deletes once more whatever came in while users were being deleted. Bounded, and does no harm when it runs twice.
 * @returns how many deletions were finished
 */
export async function finishDeletions(deps: DeleteUserDeps): Promise<number> {
  const userIds = await deps.tombstones.unpurged(deps.now() - LAST_WRITES_MS, FINISHED_BATCH_SIZE);
  if (userIds.length === 0) return 0;
  await purge(userIds, deps);
  await deps.tombstones.purged(userIds, deps.now());
  return userIds.length;
}

async function purge(userIds: readonly string[], { purges }: DeleteUserDeps): Promise<void> {
  for (const purgeUsers of purges) await purgeUsers(userIds);
}
