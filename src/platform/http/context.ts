import type { ProblemCode } from "../../../contract/problems.ts";
import type { Identity } from "../identity.ts";
import type { IdentifiedCaller } from "../identity.ts";

/** The variables that middleware and the problem mapper set in Hono's context. */
export interface App {
  Variables: {
    requestId: string;
    /**
     * Set by a hot route that already sent the common response headers; setting them later costs a
     * few percent of throughput.
     */
    namesRequest?: true;
    problem?: ProblemCode;
    /** The value that an operator's action has set, for the log. */
    valueSet?: unknown;
    /** The authenticated user; only on routes behind `requireUser`. */
    user: Identity;
    /** The caller, with or without an account; only on routes behind `identifyCaller`. */
    caller: IdentifiedCaller;
  };
}
