import type { ReviewItem } from "../../../../contract/review-queue.ts";
import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { defined } from "../../../platform/defined.ts";
import { LEASE_MS } from "../../../platform/lease.ts";
import { isTerminal } from "../job/job.ts";
import { withLease, type LeasedWorkDeps, type Lease } from "./hold.ts";
import type { StepOutcome } from "./step.ts";
import { findEdition, type EditionSources, type Finding } from "../match/find-edition.ts";
import { reason, type Reason } from "../job/reasons.ts";
import type { ParsedRow, MatchedBy } from "../job/row.ts";
import { shelveRows } from "../job/shelve-chunk.ts";
import type { ImportPlace, Room } from "../job/shelf-state.ts";
import type { ShelvingPlan } from "../job/shelving-plan.ts";
import { afterMatch, type WorkedJob } from "../job/transitions.ts";
import type { Move, ReadEntry } from "../job/work-on-job.ts";

/**
 * Maximum rows per step; a step also has a time limit. A queue with a consumer that processes one
 * batch at a time, such as the local one, delays every other job meanwhile: by 20 s with 20 rows,
 * by 5 s with 5.
 */
const ROWS_PER_STEP = 5;
/** A step starts no further row after this time. */
const LAST_START_MS = 5000;
/** Limits a job to one search per second. */
const BETWEEN_SEARCHES_MS = 1000;
/** Limits a job to five events per second. */
const BETWEEN_ROWS_MS = 200;
/** Maximum writes of one row; a job has few concurrent writers. */
const ATTEMPTS = 5;

/** A row whose edition is to be found. */
export interface WaitingRow {
  row: number;
  rowHash: string;
  /** See `SourceKeys`. */
  sourceKey?: string;
  textKey?: string;
  title?: string;
  parsed: ParsedRow;
}

/** Rows that this worker has claimed exclusively while the lease is valid. */
export interface RowClaim {
  jobId: string;
  userId: string;
  owner: string;
  rows: readonly WaitingRow[];
}

/** The state around a row when it is settled. */
export interface RowContext {
  job: WorkedJob;
  /** The row's item in the review queue; the user may have settled it. */
  review: { id: string; isOpen: boolean } | undefined;
  /** Rows of the job with identical cells that share its item in the review queue. */
  duplicates: readonly number[];
  places: ReadonlyMap<string, ImportPlace>;
  read: readonly ReadEntry[];
  /** The room that is left. */
  room: Room;
}

/** The write that settles a waiting row. */
export interface RowSettlement extends Move {
  row: number;
  enrichment: "done" | "notFound";
  /** The edition to shelve the row as. If absent, the row stays in review with `candidates`. */
  matched?: { isbn: string; by: MatchedBy; score: number; plan: ShelvingPlan };
  duplicates: readonly number[];
  reviewId?: string;
  candidates: ReviewItem["candidates"];
  reason?: Reason;
  read: readonly ReadEntry[];
}

/** Ports of `matchRows`. Storage ports throw when D1 is unavailable. */
export interface MatchRowsDeps extends LeasedWorkDeps {
  rows: {
    /** Claims pending rows without an ISBN, like `EnrichBooksDeps.books.claim` claims books. */
    claim(jobId: string, lease: Lease, limit: number): Promise<RowClaim | undefined>;
    /** Returns undefined when the row is no longer claimed or the job was deleted. @param isbn the place on the shelf to read */
    read(
      claim: RowClaim,
      row: WaitingRow,
      isbn: string | undefined,
    ): Promise<RowContext | undefined>;
    /**
     * Writes the settlement atomically, and ends the job when nothing is left. Returns `false` and writes nothing if the job
     * has changed since it was read.
     */
    settle(settlement: RowSettlement): Promise<boolean>;
    /** Releases the rows that are still claimed. @param until when the job may claim rows again, ms since the epoch */
    release(claim: RowClaim, until?: number): Promise<void>;
  };
  /** The sources of editions. @param payer the user whose quota of provider queries is used */
  editions(payer: string): EditionSources;
  /** @param payer the user whose quota of provider queries is used */
  resolve(isbn13: string, payer: string): Promise<Resolution>;
  pause(ms: number): Promise<void>;
  newId(): string;
}

/**
 * Searches the editions of some rows without an ISBN, one after the other. If the edition is certain, the row is shelved;
 * otherwise it stays in review with the candidates. A row whose search was not possible stays pending.
 * @param announce notifies listeners of new events
 */
export async function matchRows(
  jobId: string,
  deps: MatchRowsDeps,
  announce: () => Promise<void>,
): Promise<StepOutcome> {
  const now = deps.now();
  const lease = { owner: deps.newId(), now, until: now + LEASE_MS };
  const claim = await deps.rows.claim(jobId, lease, ROWS_PER_STEP);
  if (claim === undefined) return { kind: "idle" };
  return withLease(claim, () => matchClaimed(claim, now + LAST_START_MS, deps, announce), deps);
}

/** @param lastStart ms since the epoch */
async function matchClaimed(
  claim: RowClaim,
  lastStart: number,
  deps: MatchRowsDeps,
  announce: () => Promise<void>,
): Promise<StepOutcome> {
  for (const row of claim.rows) {
    const begun = deps.now();
    if (begun > lastStart) break;
    const finding = await findEdition(row.parsed, deps.editions(claim.userId), (isbn13) =>
      deps.resolve(isbn13, claim.userId),
    );
    if (finding.kind === "later") {
      await deps.rows.release(claim, deps.now() + finding.waitMs);
      return { kind: "again", afterMs: finding.waitMs };
    }
    if (await settle(claim, row, finding, deps)) await announce();
    // The lease stays valid during the pause, so that no other worker searches for this job.
    const gap = finding.searched ? BETWEEN_SEARCHES_MS : BETWEEN_ROWS_MS;
    await deps.pause(Math.max(0, begun + gap - deps.now()));
  }
  await deps.rows.release(claim);
  return { kind: "again", afterMs: 0 };
}

/** Writes the finding of a row; retries when the job has changed in the meantime. @returns whether it was written */
async function settle(
  claim: RowClaim,
  row: WaitingRow,
  finding: Exclude<Finding, { kind: "later" }>,
  deps: MatchRowsDeps,
): Promise<boolean> {
  const isbn = finding.kind === "sure" ? finding.isbn : undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const context = await deps.rows.read(claim, row, isbn);
    if (context === undefined || isTerminal(context.job.state)) return false;
    const settlement = settlementOf(row, finding, context, deps.now());
    if (await deps.rows.settle(settlement)) return true;
  }
  return false;
}

function settlementOf(
  row: WaitingRow,
  finding: Exclude<Finding, { kind: "later" }>,
  context: RowContext,
  at: number,
): RowSettlement {
  const { job, review, read } = context;
  const waits = { row: row.row, candidates: [], duplicates: [], read: [], job };
  // The user has already settled the item, and their choice takes precedence.
  if (!review?.isOpen) return { ...waits, enrichment: "done", next: afterMatch(job, "done", at) };
  if (finding.kind === "unsure") {
    const { candidates, isTie } = finding;
    const enrichment = candidates.length > 0 ? "done" : "notFound";
    return {
      ...waits,
      enrichment,
      reviewId: review.id,
      candidates: candidates.map(({ book, score }) => ({
        isbn: book.isbn,
        title: book.title,
        authors: [...book.authors],
        score,
        ...defined({
          coverUrl: book.coverUrl,
          publicationYear: book.publicationYear,
          publisher: book.publisher,
        }),
      })),
      ...(isTie ? { reason: reason("AMBIGUOUS") } : {}),
      next: afterMatch(job, enrichment, at),
    };
  }
  const { isbn, by, score } = finding;
  const plan = shelveRows([{ ...row, verdict: "shelve", isbn }], context.places, {
    jobId: job.jobId,
    format: job.format,
    mode: job.mode,
    dryRun: false,
    enrich: false,
    withoutIsbn: job.withoutIsbn,
    isRetry: false,
    room: context.room,
    now: at,
  });
  const [shelved] = plan.rows;
  if (shelved?.outcome === "invalid") {
    const { title = isbn } = row;
    const { authors = [] } = row.parsed.book;
    const candidates = [{ isbn, title, authors: [...authors], score }];
    const kept = { ...waits, reviewId: review.id, candidates, next: afterMatch(job, "done", at) };
    return { ...kept, enrichment: "done", ...defined({ reason: shelved.reason }) };
  }
  const next = afterMatch(job, "done", at, {
    outcome: shelved?.outcome ?? "unchanged",
    duplicates: context.duplicates.length,
    ...defined({ title: row.title }),
  });
  return {
    ...waits,
    enrichment: "done",
    matched: { isbn, by, score, plan },
    duplicates: context.duplicates,
    reviewId: review.id,
    read,
    next,
  };
}
