import type { Scope } from "../../contract/accounts.ts";

/** Who a verified token speaks for, and what it may do. */
export interface Identity {
  userId: string;
  tokenId: string;
  scopes: readonly Scope[];
}

/** Who asks; `account` callers may use the half of a provider's day that is kept for them. */
export interface Caller {
  key: string;
  account: boolean;
}

/** Who calls, by account if there is one. */
export interface IdentifiedCaller extends Caller {
  readonly userId?: string;
}
