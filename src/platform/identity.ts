import type { Scope } from "../../contract/accounts.ts";

/** The user that a verified token belongs to, and the token's scopes. */
export interface Identity {
  userId: string;
  tokenId: string;
  scopes: readonly Scope[];
}

/**
 * The key that callers share whose address is unknown: all of them, where no proxy names it. A limit with a window longer
 * than a minute does not apply to it, so that one of them cannot lock out the others for long.
 */
export const LOCAL_CALLER = "local";

/** A caller. Half of a provider's daily quota is reserved for callers with an account. */
export interface Caller {
  key: string;
  account: boolean;
}

/** A caller that is identified by account where there is one. */
export interface IdentifiedCaller extends Caller {
  readonly userId?: string;
}
