import { DomainError } from "../../platform/errors.ts";
import { AUTHENTICATED } from "../../platform/http/openapi-parts.ts";
import type { ExternalVerdict } from "../domain/external-identity.ts";

/** Matches the minimum interval between key fetches. */
const ISSUER_RETRY_SECONDS = 5;

/** Problems of every route of an account with a body. */
export const COMMON_PROBLEMS = [
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
] as const;

/** Problems of the routes that accept a proof of identity. PROVIDERS_UNAVAILABLE refers to an external issuer. */
export const PROOF_PROBLEMS = [
  "INVALID_REQUEST",
  ...AUTHENTICATED,
  "UNSUPPORTED_MEDIA_TYPE",
  "PROVIDERS_UNAVAILABLE",
] as const;

/** The error while an identity token cannot be checked. */
export function issuerUnavailable({
  issuer,
  reason,
}: Extract<ExternalVerdict, { kind: "unavailable" }>): DomainError {
  return new DomainError(
    "PROVIDERS_UNAVAILABLE",
    "The keys of the identity token's issuer are temporarily unavailable. Try again.",
    { details: { providers: { [issuer]: reason } }, retryAfterSeconds: ISSUER_RETRY_SECONDS },
  );
}
