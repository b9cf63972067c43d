import { withLease, type LeasedWorkDeps, type Lease } from "./hold.ts";
import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { LEASE_MS } from "../../../platform/lease.ts";
import type { StepOutcome } from "./step.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../platform/time.ts";

/**
 * Two full provider calls of 25 books. A larger step would delay live scans behind its writes: on
 * two loaded cores a scan took up to 7 s with 100 books and up to 3 s with 50, and the import was
 * no faster.
 */
export const BOOKS_PER_STEP = 50;
/** A flight repeats the same failure for 5 s, so an earlier retry is useless. */
const MIN_WAIT_MS = 5000;
/**
 * Upper bound if a provider requests a longer wait or its daily quota is used up: it is retried
 * every hour.
 */
export const MAX_WAIT_MS = HOUR_MS;
/**
 * Upper bound for a book that waits for a provider's next day: the longest day, on which summer
 * time ends.
 */
export const MAX_DEFERRED_MS = DAY_MS + HOUR_MS;
/** Maximum pause of a job after a step without a single answer: a provider that recovers is noticed within this time. */
export const MAX_REST_MS = MINUTE_MS;
/** Result for a Durable Object that could not be reached, which is a transient failure of the platform. */
export const UNREACHABLE: Resolution = { kind: "unavailable", providers: {}, retryAfterSeconds: 5 };

/** A book that the catalogue lacks, represented by the first row of the job that refers to it. */
export interface ClaimedBook {
  row: number;
  isbn: string;
}

/** Books of a job that this worker has claimed exclusively while the lease is valid. */
export interface BookClaim {
  jobId: string;
  userId: string;
  attempt: number;
  owner: string;
  books: readonly ClaimedBook[];
}

/**
 * The result of looking up one book. A `pending` book is retried after `until`, ms since the epoch.
 * A `deferred` book is looked up after `until` by a scheduled task, because today's provider
 * queries are used up; the import does not wait for it.
 */
export type BookFinding =
  | { row: number; said: "done" | "notFound" }
  | { row: number; said: "pending" | "deferred"; until: number };

/** The results of a step, written in one transaction. */
export interface BookFindings {
  findings: readonly BookFinding[];
  /** When the job may claim books again, ms since the epoch. */
  restUntil?: number;
  at: number;
  /** Unique to the write. */
  token: string;
}

/** Ports of `enrichBooks`. Storage ports throw when D1 is unavailable. */
export interface EnrichBooksDeps extends LeasedWorkDeps {
  books: {
    /** Claims pending books of a job in the enrichment phase; undefined when there are none or another worker has a claim. */
    claim(jobId: string, lease: Lease, limit: number): Promise<BookClaim | undefined>;
    /**
     * Writes the findings of the books that are still claimed, together with the job's counts and event, and ends the job
     * when no book is left. @returns whether an event was written
     */
    settle(claim: BookClaim, findings: BookFindings): Promise<boolean>;
  };
  /**
   * Looks a book up at the providers in the import lane, which yields to scans, and stores the
   * result.
   * @param payer the user whose quota of provider queries is used
   */
  resolve(isbn13: string, payer: string): Promise<Resolution>;
  newId(): string;
}

/**
 * Looks up some of a job's books concurrently, so that they share provider calls. A book that could not be looked up stays
 * pending: an unavailable provider or a spent quota counts neither as an answer nor as an attempt.
 */
export async function enrichBooks(
  jobId: string,
  deps: EnrichBooksDeps,
): Promise<{ moved: boolean; next: StepOutcome }> {
  const now = deps.now();
  const lease = { owner: deps.newId(), now, until: now + LEASE_MS };
  const claim = await deps.books.claim(jobId, lease, BOOKS_PER_STEP);
  if (claim === undefined) return { moved: false, next: { kind: "idle" } };

  const resolutions = await withLease(
    claim,
    () =>
      Promise.all(
        claim.books.map(({ isbn }) => deps.resolve(isbn, claim.userId).catch(() => UNREACHABLE)),
      ),
    deps,
  );
  const at = deps.now();
  const findings = claim.books.map(({ row }, index) =>
    findingOf(row, resolutions[index] ?? UNREACHABLE, at),
  );
  const waits = findings.map((finding) => (finding.said === "pending" ? finding.until - at : 0));
  const restMs = Math.min(MAX_REST_MS, ...waits);
  const moved = await deps.books.settle(claim, {
    findings,
    at,
    token: deps.newId(),
    ...(restMs > 0 ? { restUntil: at + restMs } : {}),
  });
  return { moved, next: { kind: "again", afterMs: restMs } };
}

/** Translates a resolution into the finding for the book of a row. */
export function findingOf(row: number, resolution: Resolution, at: number): BookFinding {
  if (resolution.kind === "found") return { row, said: "done" };
  if (resolution.kind === "absent") {
    const { partial } = resolution;
    if (partial === undefined) return { row, said: "notFound" };
    return deferred(row, partial.retryAfterSeconds, at);
  }
  if (isDaySpent(resolution)) {
    return deferred(row, resolution.retryAfterSeconds, at);
  }
  const waitMs = Math.max(MIN_WAIT_MS, resolution.retryAfterSeconds * 1000);
  return { row, said: "pending", until: at + Math.min(MAX_WAIT_MS, waitMs) };
}

function deferred(row: number, retryAfterSeconds: number, at: number): BookFinding {
  return { row, said: "deferred", until: at + Math.min(MAX_DEFERRED_MS, retryAfterSeconds * 1000) };
}

/** Whether no provider could be queried because the daily quota of each is used up. */
function isDaySpent({ providers }: Extract<Resolution, { kind: "unavailable" }>): boolean {
  const answers = Object.values(providers);
  return answers.length > 0 && answers.every((answer) => answer === "quota_exhausted");
}
