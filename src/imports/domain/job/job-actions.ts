import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import { isTerminal, type JobState } from "./job.ts";
import {
  committed,
  ended,
  RETENTION_MS,
  retried,
  undoing,
  type Again,
  type WorkedJob,
} from "./transitions.ts";
import type { Move, RowsMove } from "./work-on-job.ts";

/** What a reader can do to his import. */
export type JobAction = "commit" | "cancel" | "retry" | "undo";

/** Makes the answer to a change that is about to happen; nothing when the request has no idempotency key. */
export type KeepJobAnswer = (next: WorkedJob) => GuardedAnswer | undefined;

/** What acting on jobs needs of the world. Every port may throw DomainError DATABASE_UNAVAILABLE. */
export interface ActionDeps {
  jobs: {
    /** A job of this user; one that is still being uploaded is nobody's. */
    find(userId: string, jobId: string): Promise<WorkedJob | undefined>;
    /** Writes the move whole with its answer, or, when the job is not where it was read, nothing. */
    move(move: Move, rows: RowsMove, answer: GuardedAnswer | undefined): Promise<boolean>;
    /** What `retry` would try again. */
    countAgain(job: WorkedJob): Promise<Again>;
  };
  /** Sets the job's alarm, should there be none, so that a crash behind the write is no standstill. */
  watch(jobId: string): Promise<void>;
  /** Has the job worked at now. */
  wake(jobId: string): Promise<void>;
  /** Tells listeners of what was written. */
  announce(jobId: string): Promise<void>;
  now(): number;
}

export type ActionOutcome =
  | { kind: "done"; job: WorkedJob }
  | { kind: "not_found" }
  /** It is not in a state for that. */
  | { kind: "refused"; state: JobState; isExpired: boolean }
  | { kind: "contended" };

/** How often a write starts again because the job moved meanwhile. */
const ATTEMPTS = 10;

/** Commits, cancels, retries or undoes an import. */
export async function actOnJob(
  input: { userId: string; jobId: string; action: JobAction; keepAnswer: KeepJobAnswer },
  deps: ActionDeps,
): Promise<ActionOutcome> {
  const { userId, jobId, action, keepAnswer } = input;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const job = await deps.jobs.find(userId, jobId);
    if (!job) return { kind: "not_found" };
    const at = deps.now();
    const isExpired = at - (job.completedAt ?? at) >= RETENTION_MS;
    if (!isAllowed(action, job) || (isExpired && action !== "cancel")) {
      return { kind: "refused", state: job.state, isExpired };
    }
    const [next, rows] = await moveOf(action, job, at, deps);
    if (action !== "cancel") await deps.watch(jobId);
    if (await deps.jobs.move({ job, next }, rows, keepAnswer(next))) {
      await (action === "cancel" ? deps.announce(jobId) : deps.wake(jobId));
      return { kind: "done", job: next };
    }
  }
  return { kind: "contended" };
}

function isAllowed(action: JobAction, { state, dryRun }: WorkedJob): boolean {
  switch (action) {
    case "commit":
      return state === "previewed";
    case "cancel":
      return state === "queued" || state === "processing";
    case "retry":
      return isTerminal(state) && state !== "previewed" && state !== "undone";
    case "undo":
      return isTerminal(state) && state !== "previewed" && state !== "undone" && !dryRun;
  }
}

async function moveOf(
  action: JobAction,
  job: WorkedJob,
  at: number,
  { jobs }: ActionDeps,
): Promise<[WorkedJob, RowsMove]> {
  switch (action) {
    case "commit":
      return [committed(job, at), "forget"];
    case "cancel":
      return [ended(job, "cancelled", at), "end"];
    case "retry":
      return [retried(job, await jobs.countAgain(job), at), "again"];
    case "undo":
      return [undoing(job, at), "none"];
  }
}
