import { session, withApi } from "./api.ts";
import { createShelf } from "./library.ts";

/** The shelf of this device's account. */
export const shelf = createShelf({
  hasAccount: () => session.account.value !== undefined,
  withLibrary: (send) => withApi((_api, library) => send(library)),
});
