import type { Scope } from "../../contract/accounts.ts";

/** The user that a verified token belongs to, and the token's scopes. */
export interface Identity {
  userId: string;
  tokenId: string;
  scopes: readonly Scope[];
}

/**
 * The key shared by all callers with an unknown address, which is every caller if no proxy sends
 * the address. Limits with a window longer than a minute do not apply to it, so that one caller
 * cannot lock out the others for long.
 */
export const LOCAL_CALLER = "local";

/** A caller. Half of a provider's daily quota is reserved for callers with an account. */
export interface Caller {
  key: string;
  account: boolean;
}

/** A caller identified by account if it has one. */
export interface IdentifiedCaller extends Caller {
  readonly userId?: string;
}
