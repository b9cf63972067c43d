/** A user's identity at an external issuer. Two issuers may use the same subject for different people. */
export interface ExternalIdentity {
  issuer: string;
  subject: string;
}

/** Why the keys of an issuer could not be fetched. */
export type IssuerFailure = "timeout" | "network" | "http_error" | "bad_answer";

/**
 * Result of verifying an identity token. `unavailable`: the issuer's keys cannot be fetched, so the token cannot be
 * checked. `refused` covers all other reasons.
 */
export type ExternalVerdict =
  | { kind: "verified"; identity: ExternalIdentity }
  | { kind: "refused" }
  | { kind: "unavailable"; issuer: string; reason: IssuerFailure };

/** Verifies signature, issuer, audience and dates of an identity token. Never throws. */
export type VerifyIdentityToken = (identityToken: string) => Promise<ExternalVerdict>;
