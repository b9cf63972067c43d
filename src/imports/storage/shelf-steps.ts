import type { StatusCounts } from "../../library/domain/shelf-counts.ts";
import { countNextSql, slicesDueSql, takeSql } from "../../library/module.ts";
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
 * Takes the shelf for a step that writes entries. It follows the claim of the job and precedes every other statement of the
 * batch; the later statements ask for the job's token.
 * @param counts the change of the counts; undefined when they become unknown
 */
export function takeForStep(
  db: D1Database,
  { jobId, token, userId }: StepBatch,
  counts: StatusCounts | undefined,
): D1PreparedStatement {
  return db.prepare(TAKE).bind(jobId, token, userId, JSON.stringify(counts ?? {}));
}

const COUNT_NEXT = countNextSql({ user: "?3" }, IS_OURS);

/** Lets scheduled work count the shelf next, after a step that makes its counts unknown. */
export function countNext(
  db: D1Database,
  { jobId, token, userId }: StepBatch,
): D1PreparedStatement {
  return db.prepare(COUNT_NEXT).bind(jobId, token, userId);
}

const SLICES_DUE = slicesDueSql({ user: "?3", isbns: "?4" }, IS_OURS);

/** Marks the statistics of some entries due after a step that writes them. */
export function slicesDue(
  db: D1Database,
  { jobId, token, userId }: StepBatch,
  isbns: readonly string[],
): D1PreparedStatement {
  return db.prepare(SLICES_DUE).bind(jobId, token, userId, JSON.stringify(isbns));
}
