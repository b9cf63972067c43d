import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { findingOf, UNREACHABLE, type BookFinding } from "./books.ts";
import { MINUTE_MS } from "../../../platform/time.ts";

/** One provider call of 25 books per minute: 1.5 days for an import of 50,000 books, and 1 % of a provider's rate. */
const BOOKS_PER_RUN = 25;

/** A book that could not be looked up before its import ended. */
export interface DeferredBook {
  jobId: string;
  row: number;
  isbn: string;
  userId: string;
}

export interface EnrichDeferredDeps {
  deferred: {
    /** Claims some deferred books until `until`. Instants are ms since the epoch. */
    claim(now: number, until: number, limit: number): Promise<readonly DeferredBook[]>;
    settle(findings: readonly (BookFinding & { jobId: string })[]): Promise<void>;
  };
  /** @param payer the user whose questions it spends */
  resolve(isbn13: string, payer: string): Promise<Resolution>;
  now(): number;
}

/** Longer than a lookup at two providers of 10 s each, so that no two runs look up the same book. */
const CLAIM_MS = MINUTE_MS;

/**
 * Looks up some of the books that were deferred when their import ended. The rows are updated; the counts of the import stay
 * as they were at its end.
 * @returns the number of books looked up
 */
export async function enrichDeferred(deps: EnrichDeferredDeps): Promise<number> {
  const now = deps.now();
  const books = await deps.deferred.claim(now, now + CLAIM_MS, BOOKS_PER_RUN);
  if (books.length === 0) return 0;
  const findings = await Promise.all(
    books.map(async ({ jobId, row, isbn, userId }) => {
      const resolution = await deps.resolve(isbn, userId).catch(() => UNREACHABLE);
      return { jobId, ...findingOf(row, resolution, deps.now()) };
    }),
  );
  await deps.deferred.settle(findings);
  return books.length;
}
