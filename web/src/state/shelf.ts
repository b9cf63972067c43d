import { session } from "./api.ts";
import { online } from "./connection.ts";
import { createShelf } from "./library.ts";

/** The shelf of this device's account. The engine is loaded when there is an account: a first visit does not wait for it. */
export const shelf = createShelf({
  session,
  online,
  open: async (account, hooks) => (await import("./engine.ts")).openEngine(account, hooks),
});
