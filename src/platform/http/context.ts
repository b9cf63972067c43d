import type { ProblemCode } from "../../../contract/problems.ts";
import type { Identity } from "../identity.ts";
import type { IdentifiedCaller } from "../identity.ts";

/** What middleware and the problem mapper leave in Hono's context. */
export interface App {
  Variables: {
    requestId: string;
    /** Set by a hot route whose answer holds `X-Request-Id` already: setting a header afterwards costs it a few percent. */
    namesRequest?: true;
    problem?: ProblemCode;
    /** Who calls; only on routes behind `requireUser`. */
    user: Identity;
    /** Who calls, with or without an account; only on routes behind `identifyCaller`. */
    caller: IdentifiedCaller;
  };
}
