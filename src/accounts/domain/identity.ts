import type { Identity } from "../../platform/identity.ts";
import type { Scope } from "../../../contract/accounts.ts";

/** What became of a token that was presented. `refused` has one meaning for all reasons: callers are told no more. */
export type TokenVerdict = { kind: "valid"; identity: Identity } | { kind: "refused" };

/** Whether every one of `wanted` is among `granted`. */
export function holdsAll(granted: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every((scope) => granted.includes(scope));
}
