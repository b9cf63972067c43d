import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import type { Charge } from "../../../quotas/domain/charge.ts";
import type { Refusal } from "../../../quotas/domain/refusal.ts";
import type { WorkDue } from "../../../quotas/domain/work-charges.ts";
import { isTerminal, type JobState } from "./job.ts";
import {
  committed,
  discarded,
  retentionOf,
  retried,
  stopped,
  undoing,
  type RetryCounts,
  type WorkedJob,
} from "./transitions.ts";
import type { Move } from "./work-on-job.ts";

/** An action of the user on their import. */
export type JobAction = "commit" | "cancel" | "retry" | "undo";

/** Builds the response to a change before it is written; undefined when the request has no idempotency key. */
export type KeepJobAnswer = (next: WorkedJob) => GuardedAnswer | undefined;

/** Ports of `actOnJob`. Every port may throw DomainError DATABASE_UNAVAILABLE. */
export interface ActionDeps {
  jobs: {
    /** Finds a job of this user. A job that is still uploading is not visible. */
    find(userId: string, jobId: string): Promise<WorkedJob | undefined>;
    /** Writes the move and its response atomically. Returns `false` and writes nothing if the job has changed since it was read. */
    /** Counts the charges in the same transaction, and writes nothing if they no longer fit. */
    move(
      move: Move,
      answer: GuardedAnswer | undefined,
      charges?: readonly Charge[],
    ): Promise<boolean>;
    /** Moves the rows of a job that an earlier release staged to chunks. */
    restage(jobId: string): Promise<void>;
    /** Counts the rows that `retry` would process again. */
    countForRetry(job: WorkedJob): Promise<RetryCounts>;
    /** Counts a user's running imports, with the limit (undefined for none). */
    countRunning(userId: string): Promise<{ used: number; limit: number | undefined }>;
  };
  /** The charges for work on rows, to be counted with the move, or why the work is refused now. */
  chargesOf(owner: { userId: string; network: string | undefined }, due: WorkDue): Promise<Charged>;
  /** Sets the job's alarm if none is set, so that the job resumes after a crash that follows the write. */
  watch(jobId: string): Promise<void>;
  /** Starts work on the job immediately. */
  wake(jobId: string): Promise<void>;
  /** Deletes the file of a preview that was committed or cancelled. Never throws. */
  dropFile(jobId: string): Promise<void>;
  /** Notifies listeners of new events. */
  announce(jobId: string): Promise<void>;
  now(): number;
}

export type Charged =
  | { kind: "charges"; charges: readonly Charge[] }
  | { kind: "refused"; refusal: Refusal };

export type ActionOutcome =
  | { kind: "done"; job: WorkedJob }
  | { kind: "not_found" }
  /** The job's state does not allow the action, or the job has expired. */
  | { kind: "refused"; state: JobState; isExpired: boolean }
  /**
   * The user has the maximum number of running imports, or the budget of the service is used up.
   */
  | { kind: "full"; refusal: Refusal }
  | { kind: "contended" };

/** Maximum number of writes, each retried because the job changed in the meantime. */
const ATTEMPTS = 10;

/**
 * Commits, cancels, retries or undoes an import. A repeated action continues where it was
 * interrupted.
 */
export async function actOnJob(
  input: {
    userId: string;
    jobId: string;
    action: JobAction;
    /** Whether `undo` first cancels a running job. */
    cancelsFirst?: boolean;
    keepAnswer: KeepJobAnswer;
    /** The hashed network that the request comes from; undefined when it is unknown. */
    network?: string | undefined;
  },
  deps: ActionDeps,
): Promise<ActionOutcome> {
  const { userId, jobId, action, cancelsFirst = false, keepAnswer, network } = input;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const job = await deps.jobs.find(userId, jobId);
    if (!job) return { kind: "not_found" };
    if (job.stagedIn === "rows") {
      await deps.jobs.restage(jobId);
      continue;
    }
    const at = deps.now();
    const isExpired = at - (job.completedAt ?? at) >= retentionOf(job);
    if (action === "undo" && cancelsFirst && isAllowed("cancel", job) && !job.dryRun) {
      const next = stopped(job, "cancelled", at);
      // The undo that follows is a separate transition. If it is not reached, the job is cancelled, and can be undone.
      await deps.watch(jobId);
      if (await deps.jobs.move({ job, next }, undefined)) await deps.announce(jobId);
      continue;
    }
    if (!isAllowed(action, job) || isExpired) {
      return { kind: "refused", state: job.state, isExpired };
    }
    if (action === "commit" || action === "retry") {
      const refusal = await refusalOf(userId, deps);
      if (refusal) return { kind: "full", refusal };
    }
    const counts = action === "retry" ? await deps.jobs.countForRetry(job) : undefined;
    const next = moved(action, job, at, counts);
    const due = dueOf(action, job, next, counts);
    const charged = due && (await deps.chargesOf({ userId, network }, due));
    if (charged?.kind === "refused") return { kind: "full", refusal: charged.refusal };
    await deps.watch(jobId);
    if (await deps.jobs.move({ job, next }, keepAnswer(next), charged?.charges)) {
      if (action === "cancel") await deps.announce(jobId);
      if (job.dryRun && (action === "commit" || action === "cancel")) await deps.dropFile(jobId);
      await deps.wake(jobId);
      return { kind: "done", job: next };
    }
  }
  return { kind: "contended" };
}

/**
 * What an action is charged for. A retry looks up every pending book again, regardless of its row's
 * outcome.
 */
function dueOf(
  action: JobAction,
  job: WorkedJob,
  next: WorkedJob,
  counts: RetryCounts | undefined,
): WorkDue | undefined {
  if (action === "commit") return { work: action, rows: job.totalRows };
  if (counts === undefined) return undefined;
  const rows = counts.needsReview + counts.invalid;
  return { work: "retry", rows, books: next.enrichment.pending };
}

/** Why the user may not run another import now; undefined if they may. */
export async function refusalOf(
  userId: string,
  { jobs }: Pick<ActionDeps, "jobs">,
): Promise<Refusal | undefined> {
  const { used, limit = Infinity } = await jobs.countRunning(userId);
  return used < limit ? undefined : { kind: "limit", quota: "openImports", limit, used };
}

function isAllowed(action: JobAction, { state, dryRun }: WorkedJob): boolean {
  switch (action) {
    case "commit":
      return state === "previewed";
    case "cancel":
      return state === "queued" || state === "processing" || state === "previewed";
    case "retry":
      return isTerminal(state) && state !== "previewed" && state !== "undone";
    case "undo":
      return isTerminal(state) && state !== "previewed" && state !== "undone" && !dryRun;
  }
}

const NOTHING_TO_RETRY: RetryCounts = {
  needsReview: 0,
  invalid: 0,
  waiting: { done: 0, pending: 0, notFound: 0, deferred: 0 },
};

/** @param counts the rows of a retry */
function moved(
  action: JobAction,
  job: WorkedJob,
  at: number,
  counts: RetryCounts = NOTHING_TO_RETRY,
): WorkedJob {
  switch (action) {
    case "commit":
      return committed(job, at);
    case "cancel":
      return job.state === "previewed" ? discarded(job, at) : stopped(job, "cancelled", at);
    case "retry":
      return retried(job, counts, at);
    case "undo":
      return undoing(job, at);
  }
}
