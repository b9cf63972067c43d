import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import type { IssuerFailure, OutsideVerdict, VerifyOutside } from "../domain/outside-identity.ts";
import { ASK_AGAIN_MS, issuerKeys, KEYS_FRESH_MS, type IssuerKeys } from "./issuer-keys.ts";

/** Who may vouch for people, and for whom its tokens must be meant. */
export interface IssuerSettings {
  issuer: string;
  /** Where its JSON Web Key Set lies. */
  jwks: string;
  /** One of these must be the token's `aud`: a token that was made for another app proves nothing here. */
  audience: string | string[];
  /** The signature algorithms that are taken; public-key ones, as the keys are public. */
  algorithms: string[];
}

/** Clocks of issuers and phones differ by some seconds. */
const LEEWAY_SECONDS = 30;
/** OpenID Connect Core 1.0, section 2. */
const MAX_SUBJECT_LENGTH = 255;

interface Issuer extends IssuerSettings {
  keys: IssuerKeys;
}

/**
 * Checks identity tokens (OpenID Connect) of the issuers that this deployment trusts.
 * @param deps.fetch gets the issuers' keys, each question within 3 s
 */
export function identityIssuers(
  settings: readonly IssuerSettings[],
  deps: { fetch: typeof fetch; now(): number },
): VerifyOutside {
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

    // The issuer may have changed its keys since it was asked.
    const second = await issuer.keys.read(ASK_AGAIN_MS);
    if (second.kind !== "fresh") return unavailable(issuer, second.reason);
    const last = await check(token, issuer, second.keys, deps.now());
    return last.kind === "unknown_key" ? { kind: "refused" } : last;
  };
}

/** What a token says of its issuer, before anything of it is believed: it decides only whose keys are tried. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** Whether it is worth asking for keys. Other kinds of JWT of the same issuer are no identity tokens (RFC 8725 3.11). */
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
): Promise<Exclude<OutsideVerdict, { kind: "unavailable" }> | { kind: "unknown_key" }> {
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

function unavailable({ issuer }: Issuer, reason: IssuerFailure): OutsideVerdict {
  return { kind: "unavailable", issuer, reason };
}
