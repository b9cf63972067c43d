import { holding, type HoldDeps, type Lease } from "./hold.ts";
import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { LEASE_MS } from "../../../platform/lease.ts";
import type { StepOutcome } from "./step.ts";
import { HOUR_MS, MINUTE_MS } from "../../../platform/time.ts";

/**
 * Two whole calls of 25. More at once would keep a live scan waiting behind what they write: with 100 a scan took up to
 * 7 s on two loaded cores, with 50 up to 3, and the import was no slower.
 */
export const BOOKS_PER_STEP = 50;
/** A flight answers with the same failure for 5 s. */
const MIN_WAIT_MS = 5000;
/** A provider that asks for more, or whose day is spent, is looked after each hour. */
const MAX_WAIT_MS = HOUR_MS;
/** If no book at all could be asked for, the job rests: a provider that is back is noticed within this. */
const MAX_REST_MS = MINUTE_MS;
/** An object that could not be reached is a moment's trouble of the platform. */
export const UNREACHABLE: Resolution = { kind: "unavailable", providers: {}, retryAfterSeconds: 5 };

/** A book of a job that the catalogue lacks, on the first row that names it. */
export interface ClaimedBook {
  row: number;
  isbn: string;
}

/** Books of a job that nobody else asks for while the lease holds. */
export interface BookClaim {
  jobId: string;
  attempt: number;
  owner: string;
  books: readonly ClaimedBook[];
}

/** What was learnt of a book; one that could not be asked for waits until `until`, ms since the epoch. */
export type BookFinding =
  | { row: number; said: "done" | "notFound" }
  | { row: number; said: "pending"; until: number };

/** What needs to be written of a step, in one transaction. */
export interface BookFindings {
  findings: readonly BookFinding[];
  /** The job rests until then, ms since the epoch. */
  restUntil?: number;
  at: number;
  /** Unique to the write. */
  token: string;
}

/** What asking for books needs of the world. Storage throws when D1 is away. */
export interface EnrichBooksDeps extends HoldDeps {
  books: {
    /** Takes pending books of a job that is in its second phase, unless somebody holds some: then none. */
    claim(jobId: string, lease: Lease, limit: number): Promise<BookClaim | undefined>;
    /**
     * Writes what was learnt of those books that are still held, with the job's numbers and events, and ends the job
     * when nothing is left. Says whether an event was written.
     */
    settle(claim: BookClaim, findings: BookFindings): Promise<boolean>;
  };
  /** Asks the providers, in the lane that lets scans go first, and stores what they say. */
  resolve(isbn13: string): Promise<Resolution>;
  newId(): string;
}

/**
 * Asks for some of a job's books, all at the same time, so that they travel together. A book that could not be asked for
 * stays pending: a closed provider or a spent quota is no answer, and no attempt.
 */
export async function enrichBooks(
  jobId: string,
  deps: EnrichBooksDeps,
): Promise<{ moved: boolean; next: StepOutcome }> {
  const now = deps.now();
  const lease = { owner: deps.newId(), now, until: now + LEASE_MS };
  const claim = await deps.books.claim(jobId, lease, BOOKS_PER_STEP);
  if (claim === undefined) return { moved: false, next: { kind: "idle" } };

  const resolutions = await holding(
    claim,
    () => Promise.all(claim.books.map(({ isbn }) => deps.resolve(isbn).catch(() => UNREACHABLE))),
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

/** What a resolution says of the book of a row. */
export function findingOf(row: number, resolution: Resolution, at: number): BookFinding {
  if (resolution.kind === "found") return { row, said: "done" };
  if (resolution.kind === "absent") return { row, said: "notFound" };
  const waitMs = Math.max(MIN_WAIT_MS, resolution.retryAfterSeconds * 1000);
  return { row, said: "pending", until: at + Math.min(MAX_WAIT_MS, waitMs) };
}
