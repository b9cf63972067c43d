import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { abortAfter, isTimeout } from "../../platform/abort-after.ts";
import { DAY_MS, isRecent, MINUTE_MS, SECOND_MS } from "../../platform/time.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import { readText } from "../../platform/bounded-text.ts";
import type { IssuerFailure } from "../domain/external-identity.ts";

/** A caller waits for the keys, so an issuer that takes longer counts as unavailable. */
const BUDGET_MS = 3 * SECOND_MS;
/** Extra time in a caller's own timeout, which takes effect only if the fetch was lost. */
const GRACE_MS = SECOND_MS;
/** Large issuers publish some 20 keys of 0.5 KB. */
const MAX_KEYS_BYTES = 256 * 1024;
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

/** Dependencies of `issuerKeys`. */
export interface IssuerKeysDeps {
  fetch: typeof fetch;
  now(): number;
  /** Keeps a fetch alive when the request that started it ends, because others wait for it. */
  defer?(work: Promise<unknown>): void;
}

/**
 * One fetch at a time serves every caller of an isolate, however many tokens name unknown keys.
 * @param url where the issuer publishes its JSON Web Key Set (RFC 7517)
 */
export function issuerKeys(url: string, deps: IssuerKeysDeps): IssuerKeys {
  let cached: { keys: JWTVerifyGetKey; at: number } | undefined;
  let failure: { reason: IssuerFailure; at: number } | undefined;
  let flight: Promise<void> | undefined;

  async function fly(): Promise<void> {
    const answer = await fetchKeys(url, deps.fetch);
    const at = deps.now();
    if (typeof answer === "string") failure = { reason: answer, at };
    else [cached, failure] = [{ keys: answer, at }, undefined];
  }

  /**
   * Waits for the fetch in flight, or starts one. Each caller has its own timeout, because the
   * fetch's timer may end with the request that started it.
   */
  async function refetch(): Promise<void> {
    const shared = (flight ??= fly());
    deps.defer?.(shared);
    const outcome = await withTimeout(BUDGET_MS + GRACE_MS, shared);
    if (flight !== shared) return;
    flight = undefined;
    if (!outcome.ok) failure = { reason: "timeout", at: deps.now() };
  }

  return {
    async read(maxAgeMs) {
      if (cached && isRecent(cached.at, maxAgeMs, deps.now()))
        return { kind: "fresh", keys: cached.keys };
      if (!failure || !isRecent(failure.at, KEYS_REFETCH_MS, deps.now())) await refetch();
      if (!failure)
        return cached ? { kind: "fresh", keys: cached.keys } : { kind: "none", reason: "network" };
      const { reason } = failure;
      return cached && isRecent(cached.at, KEYS_USABLE_MS, deps.now())
        ? { kind: "last", keys: cached.keys, reason }
        : { kind: "none", reason };
    },
  };
}

async function fetchKeys(
  url: string,
  fetchKeySet: typeof fetch,
): Promise<JWTVerifyGetKey | IssuerFailure> {
  let text: string | undefined;
  try {
    const answer = await abortAfter(BUDGET_MS, async (signal) => {
      const response = await fetchKeySet(url, {
        headers: { Accept: "application/json" },
        // Keys are fetched only from the configured URL.
        redirect: "manual",
        signal,
      });
      const isGood = response.status === 200;
      return { isGood, text: isGood ? await readText(response, MAX_KEYS_BYTES) : undefined };
    });
    if (!answer.isGood) return "http_error";
    text = answer.text;
  } catch (error) {
    return isTimeout(error) ? "timeout" : "network";
  }
  if (text === undefined) return "bad_answer";
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch {
    return "bad_answer";
  }
}
