import type { WorkDue } from "../../../quotas/domain/work-charges.ts";
import type { ReadingOptions } from "../reading/assumptions.ts";
import { readAgain, type ReadAgainDeps, type ReadAgainOutcome } from "../upload/read-again.ts";
import {
  actOnJob,
  refusalOf,
  type ActionDeps,
  type ActionOutcome,
  type KeepJobAnswer,
} from "./actions.ts";
import { retentionOf } from "./transitions.ts";

/** Ports of `commitPreview`. */
export interface CommitDeps extends ActionDeps {
  again: Omit<ReadAgainDeps, "chargesOf">;
}

export type CommitOutcome =
  | ActionOutcome
  | Extract<ReadAgainOutcome, { kind: "file_gone" | "not_usable" | "full" }>;

/** Maximum number of readings, each repeated because the job changed in the meantime. */
const ATTEMPTS = 3;

/**
 * Commits a preview. With options, the file is read again under the same id: the options replace
 * detected values and choices of the upload; everything else is read as in the preview.
 */
export async function commitPreview(
  input: {
    userId: string;
    jobId: string;
    options: ReadingOptions;
    keepAnswer: KeepJobAnswer;
    /** The hashed network that the request comes from; undefined when it is unknown. */
    network?: string | undefined;
  },
  deps: CommitDeps,
): Promise<CommitOutcome> {
  const { userId, jobId, options, keepAnswer, network } = input;
  const isChanged = Object.values(options).some((value) => value !== undefined);
  if (!isChanged) return actOnJob({ userId, jobId, action: "commit", keepAnswer, network }, deps);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const job = await deps.jobs.find(userId, jobId);
    if (!job) return { kind: "not_found" };
    const at = deps.now();
    const isExpired = at - (job.completedAt ?? at) >= retentionOf(job);
    if (job.state !== "previewed" || isExpired)
      return { kind: "refused", state: job.state, isExpired };
    const full = await refusalOf(userId, deps);
    if (full) return { kind: "full", refusal: full };
    // Checked before the file is read, which takes a while; the charges of the reading depend on
    // its rows.
    const chargesOf = (due: WorkDue) => deps.chargesOf({ userId, network }, due);
    const charged = await chargesOf({ work: "commit", rows: job.totalRows });
    if (charged.kind === "refused") return { kind: "full", refusal: charged.refusal };
    await deps.watch(jobId);
    const before = { ...job.readingOptions, ...(job.encoding ? { encoding: job.encoding } : {}) };
    const outcome = await readAgain(
      { job, options: { ...before, ...options }, keepAnswer },
      { ...deps.again, chargesOf },
    );
    if (outcome.kind === "contended") continue;
    if (outcome.kind !== "committed") return outcome;
    await deps.dropFile(jobId);
    await deps.wake(jobId);
    return { kind: "done", job: outcome.job };
  }
  return { kind: "contended" };
}
