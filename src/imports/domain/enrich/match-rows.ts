import type { ReviewItem } from "../../../../contract/review-queue.ts";
import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { LEASE_MS } from "../../../platform/lease.ts";
import { isTerminal } from "../job/job.ts";
import { holding, type HoldDeps, type Lease } from "./hold.ts";
import type { StepOutcome } from "./step.ts";
import { findEdition, type EditionSources, type Finding } from "../match/find-edition.ts";
import { reason, type Reason } from "../job/reasons.ts";
import type { ParsedRow, MatchedBy } from "../job/row.ts";
import { shelveRows, type ImportPlace, type ShelvingPlan } from "../job/shelve-chunk.ts";
import { afterMatch, type WorkedJob } from "../job/transitions.ts";
import type { Move, ReadEntry } from "../job/work-on-job.ts";

/**
 * Rows that one step looks at; it stops sooner when its time is over. A queue whose consumer takes one batch after the
 * other, as the local one does, keeps every other job waiting meanwhile: with 20 rows for 20 s, with 5 for 5.
 */
const ROWS_PER_STEP = 5;
/** No row is begun later in a step. */
const LAST_START_MS = 5000;
/** Searches of one job: one a second. */
const BETWEEN_SEARCHES_MS = 1000;
/** Events of one job: five a second. */
const BETWEEN_ROWS_MS = 200;
/** Other writers at the same job are few. */
const ATTEMPTS = 5;

/** A row that waits for its edition. */
export interface WaitingRow {
  row: number;
  rowHash: string;
  title?: string;
  parsed: ParsedRow;
}

/** Rows that nobody else looks at while the lease holds. */
export interface RowClaim {
  jobId: string;
  owner: string;
  rows: readonly WaitingRow[];
}

/** A row's surroundings at one moment. */
export interface RowScene {
  job: WorkedJob;
  /** The item of the review queue that the row waits as; its reader may have settled it. */
  review: { id: string; isOpen: boolean } | undefined;
  /** Rows of the job that are the same, cell for cell, and wait with it. */
  duplicates: readonly number[];
  places: ReadonlyMap<string, ImportPlace>;
  read: readonly ReadEntry[];
}

/** What becomes of a waiting row. */
export interface RowSettlement extends Move {
  row: number;
  enrichment: "done" | "notFound";
  /** The row is shelved as this edition; else it waits on, with candidates. */
  matched?: { isbn: string; by: MatchedBy; score: number; plan: ShelvingPlan };
  duplicates: readonly number[];
  reviewId?: string;
  candidates: ReviewItem["candidates"];
  reason?: Reason;
  read: readonly ReadEntry[];
}

/** What matching rows needs of the world. Storage throws when D1 is away. */
export interface MatchRowsDeps extends HoldDeps {
  rows: {
    /** Takes pending rows without an ISBN, as `EnrichBooksDeps.books.claim` takes books. */
    claim(jobId: string, lease: Lease, limit: number): Promise<RowClaim | undefined>;
    /** Nothing when the row is no longer held, or the job no longer there. @param isbn the place to be read */
    read(claim: RowClaim, row: WaitingRow, isbn: string | undefined): Promise<RowScene | undefined>;
    /** Writes it whole, and ends the job when nothing is left; or, if the job has moved meanwhile, nothing. */
    settle(settlement: RowSettlement): Promise<boolean>;
    /** Gives back what is still held. `until`: the job rests until then, ms since the epoch. */
    release(claim: RowClaim, until?: number): Promise<void>;
  };
  editions: EditionSources;
  resolve(isbn13: string): Promise<Resolution>;
  pause(ms: number): Promise<void>;
  newId(): string;
}

/**
 * Looks for the editions of some rows without an ISBN, one after the other. A sure one is shelved as the file says; else
 * the row waits in the review queue with what was found. A row that could not be asked for stays pending.
 * @param announce tells listeners of what was written
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
  return holding(claim, () => matchHeld(claim, now + LAST_START_MS, deps, announce), deps);
}

/** @param lastStart ms since the epoch */
async function matchHeld(
  claim: RowClaim,
  lastStart: number,
  deps: MatchRowsDeps,
  announce: () => Promise<void>,
): Promise<StepOutcome> {
  for (const row of claim.rows) {
    const begun = deps.now();
    if (begun > lastStart) break;
    const finding = await findEdition(row.parsed, deps.editions, deps.resolve);
    if (finding.kind === "later") {
      await deps.rows.release(claim, deps.now() + finding.waitMs);
      return { kind: "again", afterMs: finding.waitMs };
    }
    if (await settle(claim, row, finding, deps)) await announce();
    // The lease is held meanwhile, so that nobody else asks for this job.
    const gap = finding.searched ? BETWEEN_SEARCHES_MS : BETWEEN_ROWS_MS;
    await deps.pause(Math.max(0, begun + gap - deps.now()));
  }
  await deps.rows.release(claim);
  return { kind: "again", afterMs: 0 };
}

/** Writes what was found of a row; starts again when the job has moved meanwhile. Says whether something was written. */
async function settle(
  claim: RowClaim,
  row: WaitingRow,
  finding: Exclude<Finding, { kind: "later" }>,
  deps: MatchRowsDeps,
): Promise<boolean> {
  const isbn = finding.kind === "sure" ? finding.isbn : undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const scene = await deps.rows.read(claim, row, isbn);
    if (scene === undefined || isTerminal(scene.job.state)) return false;
    const settlement = settlementOf(row, finding, scene, deps.now());
    if (await deps.rows.settle(settlement)) return true;
  }
  return false;
}

function settlementOf(
  row: WaitingRow,
  finding: Exclude<Finding, { kind: "later" }>,
  scene: RowScene,
  at: number,
): RowSettlement {
  const { job, review, read } = scene;
  const waits = { row: row.row, candidates: [], duplicates: [], read: [], job };
  // Its reader was faster: what he said stands.
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
      })),
      ...(isTie ? { reason: reason("AMBIGUOUS") } : {}),
      next: afterMatch(job, enrichment, at),
    };
  }
  const { isbn, by, score } = finding;
  const plan = shelveRows([{ ...row, verdict: "shelve", isbn }], scene.places, {
    jobId: job.jobId,
    mode: job.mode,
    dryRun: false,
    enrich: false,
    isRetry: false,
    now: at,
  });
  const next = afterMatch(job, "done", at, {
    outcome: plan.rows[0]?.outcome ?? "unchanged",
    duplicates: scene.duplicates.length,
    ...(row.title === undefined ? {} : { title: row.title }),
  });
  return {
    ...waits,
    enrichment: "done",
    matched: { isbn, by, score, plan },
    duplicates: scene.duplicates,
    reviewId: review.id,
    read,
    next,
  };
}
