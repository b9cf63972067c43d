/** Who an outside issuer says somebody is. Two issuers may use the same subject for different people. */
export interface OutsideIdentity {
  issuer: string;
  subject: string;
}

/** Why the keys of an issuer could not be had. */
export type IssuerFailure = "timeout" | "network" | "http_error" | "bad_answer";

/**
 * What became of an identity token. `unavailable`: its issuer's keys are not to be had now, so that nothing can be
 * said of it; `refused` has one meaning for all other reasons.
 */
export type OutsideVerdict =
  | { kind: "verified"; identity: OutsideIdentity }
  | { kind: "refused" }
  | { kind: "unavailable"; issuer: string; reason: IssuerFailure };

/** Checks signature, issuer, audience and dates of an identity token. Never throws. */
export type VerifyOutside = (identityToken: string) => Promise<OutsideVerdict>;
