import type { StepOutcome } from "./step.ts";
import { enrichBooks, type EnrichBooksDeps } from "./enrich-books.ts";
import { matchRows, type MatchRowsDeps } from "./match-rows.ts";

export interface EnrichJobDeps extends EnrichBooksDeps, MatchRowsDeps {
  /** Tells whoever listens to the job that events were written. Never throws: they are read from D1 anyway. */
  announce(jobId: string): Promise<void>;
}

/**
 * One step of a job's second phase: some books are asked for or, when none is left that can be, some rows without an
 * ISBN are looked for. When nothing can be done now it is `idle`: the job is over, somebody else is at work, or what is
 * left waits for its time; then the job's watchdog nudges again.
 */
export async function enrichJob(jobId: string, deps: EnrichJobDeps): Promise<StepOutcome> {
  const step = await enrichBooks(jobId, deps);
  if (step.moved) await deps.announce(jobId);
  if (step.next.kind === "again") return step.next;
  return matchRows(jobId, deps, () => deps.announce(jobId));
}
