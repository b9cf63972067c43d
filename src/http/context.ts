import type { ProblemCode } from "../../contract/problems.ts";
import type { Identity } from "../domain/accounts/identity.ts";
import type { IdentifiedCaller } from "./caller.ts";

/** What middleware and the problem mapper leave in Hono's context. */
export interface App {
  Variables: {
    requestId: string;
    problem?: ProblemCode;
    /** Who calls; only on routes behind `requireUser`. */
    user: Identity;
    /** Who calls, with or without an account; only on routes behind `identifyCaller`. */
    caller: IdentifiedCaller;
  };
}
