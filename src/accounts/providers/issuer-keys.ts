import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { IssuerFailure } from "../domain/outside-identity.ts";

/** A caller waits for the answer: an issuer that needs longer counts as away. */
const BUDGET_MS = 3000;
/** Keys that an issuer withdrew are believed for this long at most while it answers. */
export const KEYS_FRESH_MS = 10 * 60_000;
/** An issuer that is away does not lock people out: its last keys are believed for a day. */
const KEYS_USABLE_MS = 24 * 60 * 60_000;
/** Tokens that name an unknown key, and issuers that are away, cause no more than one question in this time. */
export const ASK_AGAIN_MS = 5000;

/** What is known of an issuer's keys: as fresh as was asked for; the last ones, as it is away; or nothing. */
export type KeysReading =
  | { kind: "fresh"; keys: JWTVerifyGetKey }
  | { kind: "last"; keys: JWTVerifyGetKey; reason: IssuerFailure }
  | { kind: "none"; reason: IssuerFailure };

/** The signing keys of one issuer, kept in the isolate's memory. */
export interface IssuerKeys {
  /** Keys that are no older than `maxAgeMs`, asked for again when they are. Never throws. */
  read(maxAgeMs: number): Promise<KeysReading>;
}

/** @param url where the issuer publishes its JSON Web Key Set (RFC 7517) */
export function issuerKeys(url: string, deps: { fetch: typeof fetch; now(): number }): IssuerKeys {
  let held: { keys: JWTVerifyGetKey; at: number } | undefined;
  let failure: { reason: IssuerFailure; at: number } | undefined;

  return {
    async read(maxAgeMs) {
      const now = deps.now();
      if (held && now - held.at < maxAgeMs) return { kind: "fresh", keys: held.keys };
      if (!failure || now - failure.at >= ASK_AGAIN_MS) {
        const answer = await fetchKeys(url, deps.fetch);
        if (typeof answer !== "string") {
          held = { keys: answer, at: now };
          failure = undefined;
          return { kind: "fresh", keys: answer };
        }
        failure = { reason: answer, at: now };
      }
      const { reason } = failure;
      return held && now - held.at < KEYS_USABLE_MS
        ? { kind: "last", keys: held.keys, reason }
        : { kind: "none", reason };
    },
  };
}

async function fetchKeys(
  url: string,
  fetchKeySet: typeof fetch,
): Promise<JWTVerifyGetKey | IssuerFailure> {
  let text: string;
  try {
    const response = await fetchKeySet(url, {
      headers: { Accept: "application/json" },
      // Keys come from the address in the configuration and from no other.
      redirect: "manual",
      signal: AbortSignal.timeout(BUDGET_MS),
    });
    if (response.status !== 200) return "http_error";
    text = await response.text();
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? "timeout" : "network";
  }
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch {
    return "bad_answer";
  }
}
