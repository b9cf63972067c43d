import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { findingOf, UNREACHABLE, type BookFinding } from "./books.ts";
import { MINUTE_MS } from "../../../platform/time.ts";

/** One provider call of 25 books per minute: 1.5 days for an import of 50,000 books, and 1 % of a provider's rate. */
export const BOOKS_PER_RUN = 25;

/** A book that could not be looked up before its import ended. */
export interface DeferredBook {
  jobId: string;
  row: number;
  isbn: string;
  userId: string;
}

export interface EnrichDeferredDeps {
  deferred: {
    /**
     * Lists due books of up to `limit` users, longest waiting first, with enough of each user for a
     * run of `limit` books. Users are in the order of their ids, starting at `from` and wrapping
     * around. `now` is in ms since the epoch.
     */
    due(now: number, from: string, limit: number): Promise<readonly (readonly DeferredBook[])[]>;
    /** Claims the books that are still due, until `until`. Instants are ms since the epoch. */
    claim(
      books: readonly DeferredBook[],
      now: number,
      until: number,
    ): Promise<readonly DeferredBook[]>;
    settle(findings: readonly (BookFinding & { jobId: string })[]): Promise<void>;
  };
  /** @param payer the user whose quota of provider queries is used */
  resolve(isbn13: string, payer: string): Promise<Resolution>;
  now(): number;
  /** A random user id at which a run begins, so that every user gets a turn. */
  anyUserId(): string;
}

/** Longer than a lookup at two providers of 10 s each, so that no two runs look up the same book. */
const CLAIM_MS = MINUTE_MS;

/**
 * Looks up some of the books that were deferred when their import ended, equally many of each user,
 * so that a user with few does not wait for one with thousands. The rows are updated; the counts of
 * the ended import are not.
 * @returns the number of books looked up
 */
export async function enrichDeferred(deps: EnrichDeferredDeps): Promise<number> {
  const now = deps.now();
  const due = inTurns(await deps.deferred.due(now, deps.anyUserId(), BOOKS_PER_RUN), BOOKS_PER_RUN);
  if (due.length === 0) return 0;
  const books = await deps.deferred.claim(due, now, now + CLAIM_MS);
  const findings = await Promise.all(
    books.map(async ({ jobId, row, isbn, userId }) => {
      const resolution = await deps.resolve(isbn, userId).catch(() => UNREACHABLE);
      return { jobId, ...findingOf(row, resolution, deps.now()) };
    }),
  );
  await deps.deferred.settle(findings);
  return books.length;
}

/** Takes the first item of each list, then the second of each, and so on, up to a limit. */
export function inTurns<Item>(lists: readonly (readonly Item[])[], limit: number): Item[] {
  const taken: Item[] = [];
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let turn = 0; turn < longest && taken.length < limit; turn += 1) {
    taken.push(...lists.flatMap((list) => list.slice(turn, turn + 1)));
  }
  return taken.slice(0, limit);
}
