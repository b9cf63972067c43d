import type { ProblemCode } from "../../contract/problems.ts";

/** What middleware and the problem mapper leave in Hono's context. */
export interface App {
  Variables: { requestId: string; problem?: ProblemCode };
}
