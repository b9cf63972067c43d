import { DAY_MS } from "../../platform/time.ts";

/** Minimum interval between two checks of an account. */
const RECHECK_MS = 30 * DAY_MS;
/** Accounts checked per run; the next run follows a minute later. */
const CHECKED_BATCH_SIZE = 20;

export interface IdleAccountsDeps {
  /** Takes accounts that are due to be checked, and returns those that are empty and idle. Instants are ms since the epoch. */
  takeIdle(span: {
    checkedBefore: number;
    unusedSince: number;
    now: number;
    limit: number;
  }): Promise<string[]>;
  /** Deletes an account unless it has been used or filled since it was taken. @returns whether it was deleted */
  deleteIfIdle(userId: string, unusedSince: number): Promise<boolean>;
  now(): number;
}

/**
 * Deletes accounts that are empty and have not been used for some days. An account with a book, a book in the trash, a waiting
 * row, an external identity or a valid token is never deleted. Bounded.
 * @param days 0 keeps every account
 * @returns the number of deleted accounts
 */
export async function deleteIdleAccounts(days: number, deps: IdleAccountsDeps): Promise<number> {
  if (days === 0) return 0;
  const now = deps.now();
  const unusedSince = now - days * DAY_MS;
  const userIds = await deps.takeIdle({
    checkedBefore: now - RECHECK_MS,
    unusedSince,
    now,
    limit: CHECKED_BATCH_SIZE,
  });
  let deleted = 0;
  for (const userId of userIds) if (await deps.deleteIfIdle(userId, unusedSince)) deleted += 1;
  return deleted;
}
