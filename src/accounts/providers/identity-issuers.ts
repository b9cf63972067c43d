import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import type {
  IssuerFailure,
  ExternalVerdict,
  VerifyIdentityToken,
} from "../domain/external-identity.ts";
import {
  issuerKeys,
  KEYS_FRESH_MS,
  KEYS_REFETCH_MS,
  type IssuerKeys,
  type IssuerKeysDeps,
} from "./issuer-keys.ts";

/** A trusted issuer of identity tokens. */
export interface IssuerSettings {
  issuer: string;
  /** URL of its JSON Web Key Set. */
  jwks: string;
  /** One of these must be in the token's `aud`: a token issued for another app is not accepted. */
  audience: string | string[];
  /** The accepted signature algorithms; only public-key ones, because the keys are public. */
  algorithms: string[];
}

/** The clocks of issuers and phones differ by a few seconds. */
const LEEWAY_SECONDS = 30;
/** OpenID Connect Core 1.0, section 2. */
const MAX_SUBJECT_LENGTH = 255;

interface Issuer extends IssuerSettings {
  keys: IssuerKeys;
}

/**
 * Verifies identity tokens (OpenID Connect) of the issuers that this deployment trusts.
 * @param deps.fetch fetches the issuers' keys; each call is limited to 3 s
 */
export function identityIssuers(
  settings: readonly IssuerSettings[],
  deps: IssuerKeysDeps,
): VerifyIdentityToken {
  const issuers = new Map<string, Issuer>(
    settings.map((issuer) => [issuer.issuer, { ...issuer, keys: issuerKeys(issuer.jwks, deps) }]),
  );

  return async (token) => {
    const issuer = issuers.get(claimedIssuer(token) ?? "");
    if (!issuer || !mayBeGood(token, issuer)) return { kind: "refused" };
    const first = await issuer.keys.read(KEYS_FRESH_MS);
    if (first.kind === "none") return unavailable(issuer, first.reason);
    const verdict = await check(token, issuer, first.keys, deps.now());
    if (verdict.kind !== "unknown_key") return verdict;

    // The issuer may have rotated its keys since the last fetch.
    const second = await issuer.keys.read(KEYS_REFETCH_MS);
    if (second.kind !== "fresh") return unavailable(issuer, second.reason);
    const last = await check(token, issuer, second.keys, deps.now());
    return last.kind === "unknown_key" ? { kind: "refused" } : last;
  };
}

/** The unverified `iss` of a token. It only selects the keys to try. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * Whether the token could be valid, so that fetching keys is worthwhile. Other kinds of JWT from
 * the same issuer are not identity tokens (RFC 8725 3.11).
 */
function mayBeGood(token: string, { algorithms }: Issuer): boolean {
  try {
    const { alg, typ } = decodeProtectedHeader(token);
    return algorithms.includes(alg ?? "none") && (typ === undefined || typ.toUpperCase() === "JWT");
  } catch {
    return false;
  }
}

async function check(
  token: string,
  { issuer, audience, algorithms }: Issuer,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<Exclude<ExternalVerdict, { kind: "unavailable" }> | { kind: "unknown_key" }> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ["sub", "exp"],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(now),
    });
    const subject: unknown = payload.sub;
    return typeof subject === "string" && subject !== "" && subject.length <= MAX_SUBJECT_LENGTH
      ? { kind: "verified", identity: { issuer, subject } }
      : { kind: "refused" };
  } catch (error) {
    return { kind: error instanceof errors.JWKSNoMatchingKey ? "unknown_key" : "refused" };
  }
}

function unavailable({ issuer }: Issuer, reason: IssuerFailure): ExternalVerdict {
  return { kind: "unavailable", issuer, reason };
}
