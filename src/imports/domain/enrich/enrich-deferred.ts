import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { findingOf, UNREACHABLE, type BookFinding } from "./enrich-books.ts";
import { MINUTE_MS } from "../../../platform/time.ts";

/** One call of 25 a minute: of an import's 50,000 books that is a day and a half, and of a provider's rate a hundredth. */
const BOOKS_PER_RUN = 25;

/** A book that its import could not ask for in time. */
export interface DeferredBook {
  jobId: string;
  row: number;
  isbn: string;
}

export interface EnrichDeferredDeps {
  deferred: {
    /** Takes some of them for a while. Instants are ms since the epoch. */
    claim(now: number, until: number, limit: number): Promise<readonly DeferredBook[]>;
    settle(findings: readonly (BookFinding & { jobId: string })[]): Promise<void>;
  };
  resolve(isbn13: string): Promise<Resolution>;
  now(): number;
}

/** Each of two providers gets 10 s, so no two runs ask for the same book. */
const CLAIM_MS = MINUTE_MS;

/**
 * Asks for some of the books that were left over when their import ended. The rows learn what was found; the numbers of
 * an import stay what they were when it ended.
 * @returns how many were asked for
 */
export async function enrichDeferred(deps: EnrichDeferredDeps): Promise<number> {
  const now = deps.now();
  const books = await deps.deferred.claim(now, now + CLAIM_MS, BOOKS_PER_RUN);
  if (books.length === 0) return 0;
  const findings = await Promise.all(
    books.map(async ({ jobId, row, isbn }) => {
      const resolution = await deps.resolve(isbn).catch(() => UNREACHABLE);
      return { jobId, ...findingOf(row, resolution, deps.now()) };
    }),
  );
  await deps.deferred.settle(findings);
  return books.length;
}
