import type { Identity } from "../../platform/identity.ts";
import type { Scope } from "../../../contract/accounts.ts";

/** Result of verifying a token. `refused` covers all reasons, so that callers learn no more. */
export type TokenVerdict = { kind: "valid"; identity: Identity } | { kind: "refused" };

/** Whether `granted` includes all of `wanted`. */
export function holdsAll(granted: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every((scope) => granted.includes(scope));
}
