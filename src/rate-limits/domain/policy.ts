import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../platform/time.ts";

/** The classes of requests. Each is counted separately. */
export const RATE_CLASSES = [
  "search",
  "enrich",
  "imports",
  "accounts",
  "library",
  "jobs",
  "admin",
  "misses",
  "covers",
] as const;

export type RateClass = (typeof RATE_CLASSES)[number];

/**
 * Limits on failed guesses at pairing codes, independent of `RATE_LIMITS`: one per address, and one
 * for all callers with an unknown address, which must not lock each other out for long.
 */
export const GUESS_LIMITS = {
  pairings: { limit: 10, windowMs: HOUR_MS },
  "shared-pairings": { limit: 30, windowMs: MINUTE_MS },
} as const;

export type GuessClass = keyof typeof GUESS_LIMITS;

/** Everything that is counted by caller. */
export type CountedClass = RateClass | GuessClass;

/** Requests per minute by class; 0 means no limit. */
export type RateLimits = Readonly<Record<RateClass, number>>;

const DEFAULT_RATE_LIMITS: RateLimits = {
  search: 100,
  enrich: 60,
  imports: 10,
  accounts: 10,
  library: 300,
  jobs: 300,
  admin: 30,
  misses: 20,
  covers: 600,
};

/** The limits of a deployment: the defaults with its overrides. */
export function rateLimitsOf(overrides: {
  readonly [Class in RateClass]?: number | undefined;
}): RateLimits {
  const limits: Record<RateClass, number> = { ...DEFAULT_RATE_LIMITS };
  for (const rateClass of RATE_CLASSES)
    limits[rateClass] = overrides[rateClass] ?? limits[rateClass];
  return limits;
}

/** A number of requests per window. */
export interface Quota {
  readonly tokens: number;
  readonly windowMs: number;
  /** An aligned window starts with the UTC clock; any other starts with the first request that it counts. */
  readonly aligned: boolean;
}

/** Provider queries that a caller without an account may cause per UTC day. */
const MISSES_PER_DAY = 200;

/**
 * The quotas of a class; all apply simultaneously. Callers that share a bucket have only the quota
 * per minute. The day is aligned because the name under which an address is counted changes at
 * midnight. The minute starts with its first request.
 * @param limit requests per minute, or guesses per window
 */
export function quotasOf(
  rateClass: CountedClass,
  limit: number,
  isShared = false,
): readonly Quota[] {
  if (isGuessClass(rateClass)) {
    return [{ tokens: limit, windowMs: GUESS_LIMITS[rateClass].windowMs, aligned: false }];
  }
  const minute: Quota = { tokens: limit, windowMs: MINUTE_MS, aligned: false };
  if (rateClass !== "misses" || isShared) return [minute];
  return [minute, { tokens: MISSES_PER_DAY, windowMs: DAY_MS, aligned: true }];
}

/** How an isolate enforces the limit of a class. */
export interface Policy {
  readonly rateClass: CountedClass;
  /** Requests per window; at least 1. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Tokens that an isolate takes per call. */
  readonly block: number;
  /** How many of the first requests of a window pass before the Durable Object has responded. */
  readonly credit: number;
  /** Whether the Durable Object is only called for the request after these. A caller who makes no more costs no Durable Object. */
  readonly isLazy: boolean;
}

/** @param limit requests per minute; at least 1 */
export function policyOf(rateClass: RateClass, limit: number): Policy {
  const tenth = Math.max(1, Math.floor(limit / 10));
  // Only failures count as `admin`, and each may come from another address.
  const isLazy = rateClass === "admin";
  return {
    rateClass,
    limit,
    windowSeconds: MINUTE_MS / SECOND_MS,
    // Tokens that an isolate has taken but not used are lost with the window. For a daily quota that costs too much, and a
    // provider query takes so long that one more call to a Durable Object does not matter.
    block: rateClass === "misses" ? 1 : tenth,
    credit: isLazy ? tenth : rateClass === "search" ? 1 : 0,
    isLazy,
  };
}

/** The policy of a class of guesses. */
export function guessPolicyOf(rateClass: GuessClass): Policy {
  const { limit, windowMs } = GUESS_LIMITS[rateClass];
  // Each guess takes a token from the Durable Object, so that the limit is exact across isolates.
  return {
    rateClass,
    limit,
    windowSeconds: windowMs / SECOND_MS,
    block: 1,
    credit: 0,
    isLazy: false,
  };
}

function isGuessClass(rateClass: CountedClass): rateClass is GuessClass {
  return rateClass in GUESS_LIMITS;
}
