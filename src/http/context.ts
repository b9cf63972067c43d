import type { Identity } from "../domain/accounts/identity.ts";

/** What middleware leaves for handlers in Hono's context. */
export interface App {
  Variables: {
    requestId: string;
    /** Who calls; only on routes behind `requireUser`. */
    user: Identity;
  };
}
