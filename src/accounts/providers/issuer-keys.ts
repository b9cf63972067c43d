import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { abortAfter, isTimeout } from "../../platform/abort-after.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../platform/time.ts";
import type { IssuerFailure } from "../domain/external-identity.ts";

/** A caller waits for the keys: an issuer that needs longer counts as unavailable. */
const BUDGET_MS = 3 * SECOND_MS;
/** While the issuer is available, keys that it has withdrawn are trusted for at most this long. */
export const KEYS_FRESH_MS = 10 * MINUTE_MS;
/** While the issuer is unavailable, its last keys are trusted for a day, so that its users are not locked out. */
const KEYS_USABLE_MS = DAY_MS;
/** Minimum interval between fetches, also for tokens with an unknown key and for an unavailable issuer. */
export const KEYS_REFETCH_MS = 5 * SECOND_MS;

/** An issuer's keys: as fresh as requested; the last known ones, because the issuer is unavailable; or none. */
export type KeysReading =
  | { kind: "fresh"; keys: JWTVerifyGetKey }
  | { kind: "last"; keys: JWTVerifyGetKey; reason: IssuerFailure }
  | { kind: "none"; reason: IssuerFailure };

/** The signing keys of one issuer, cached in the isolate's memory. */
export interface IssuerKeys {
  /** Returns keys that are at most `maxAgeMs` old and fetches them if necessary. Never throws. */
  read(maxAgeMs: number): Promise<KeysReading>;
}

/** @param url where the issuer publishes its JSON Web Key Set (RFC 7517) */
export function issuerKeys(url: string, deps: { fetch: typeof fetch; now(): number }): IssuerKeys {
  let cached: { keys: JWTVerifyGetKey; at: number } | undefined;
  let failure: { reason: IssuerFailure; at: number } | undefined;

  return {
    async read(maxAgeMs) {
      const now = deps.now();
      if (cached && now - cached.at < maxAgeMs) return { kind: "fresh", keys: cached.keys };
      if (!failure || now - failure.at >= KEYS_REFETCH_MS) {
        const answer = await fetchKeys(url, deps.fetch);
        if (typeof answer !== "string") {
          cached = { keys: answer, at: now };
          failure = undefined;
          return { kind: "fresh", keys: answer };
        }
        failure = { reason: answer, at: now };
      }
      const { reason } = failure;
      return cached && now - cached.at < KEYS_USABLE_MS
        ? { kind: "last", keys: cached.keys, reason }
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
    const body = await abortAfter(BUDGET_MS, async (signal) => {
      const response = await fetchKeySet(url, {
        headers: { Accept: "application/json" },
        // Keys are fetched only from the configured URL.
        redirect: "manual",
        signal,
      });
      return response.status === 200 ? response.text() : undefined;
    });
    if (body === undefined) return "http_error";
    text = body;
  } catch (error) {
    return isTimeout(error) ? "timeout" : "network";
  }
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch {
    return "bad_answer";
  }
}
