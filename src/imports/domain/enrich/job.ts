import type { StepOutcome } from "./step.ts";
import { enrichBooks, type EnrichBooksDeps } from "./books.ts";
import { matchRows, type MatchRowsDeps } from "./match-rows.ts";

export interface EnrichJobDeps extends EnrichBooksDeps, MatchRowsDeps {
  /** Notifies listeners that events were written. Never throws: listeners also read the events from D1. */
  announce(jobId: string): Promise<void>;
}

/**
 * Runs one step of a job's enrichment phase: looks up some books or, when no book can be looked up now, matches some rows
 * without an ISBN. Returns `idle` when nothing can be done now: the job has ended, another worker has a claim, or the rest
 * is waiting for its retry time. The job's alarm wakes it again later.
 */
export async function enrichJob(jobId: string, deps: EnrichJobDeps): Promise<StepOutcome> {
  const step = await enrichBooks(jobId, deps);
  if (step.moved) await deps.announce(jobId);
  if (step.next.kind === "again") return step.next;
  return matchRows(jobId, deps, () => deps.announce(jobId));
}
