import type { StatusCounts } from "../../library/domain/shelf-counts.ts";
import { takeSql } from "../../library/module.ts";
import { IS_OURS } from "./advance.ts";

/** The batch of a claimed step. */
export interface StepBatch {
  jobId: string;
  /** Unique to the step. */
  token: string;
  userId: string;
}

const TAKE = takeSql({ user: "?3", token: "?2", counts: "?4" }, IS_OURS);

/**
 * Takes the shelf for a step that writes entries. It follows the claim of the job and precedes all
 * other statements of the batch, which check the job's token.
 * @param counts the change of the counts; undefined when they become unknown
 */
export function takeForStep(
  db: D1Database,
  { jobId, token, userId }: StepBatch,
  counts: StatusCounts | undefined,
): D1PreparedStatement {
  return db.prepare(TAKE).bind(jobId, token, userId, JSON.stringify(counts ?? {}));
}
