import { session } from "./api.ts";
import { online } from "./connection.ts";
import { createShelf } from "./library.ts";
import { readStored, removeStored, writeStored } from "./stored.ts";

const UNOWNED = "bookstrack.unowned";

/**
 * The shelf of this device's account. The engine is loaded only when there is data, so that a first
 * visit does not wait for it.
 */
export const shelf = createShelf({
  session,
  online,
  unowned: {
    read: () => readStored(UNOWNED) === true,
    write: (isKept) => (isKept ? void writeStored(UNOWNED, true) : removeStored(UNOWNED)),
  },
  open: async (account, hooks) => (await import("./engine.ts")).openEngine(account, hooks),
});
