/** The kinds of requests that are counted, each by itself. */
export const RATE_CLASSES = [
  "search",
  "enrich",
  "imports",
  "accounts",
  "library",
  "jobs",
  "admin",
  "misses",
] as const;

export type RateClass = (typeof RATE_CLASSES)[number];

/** Requests a minute by class; 0 sets no limit. */
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
};

/** The limits of a deployment: the defaults, and over them what it sets itself. */
export function rateLimitsOf(overrides: {
  readonly [Class in RateClass]?: number | undefined;
}): RateLimits {
  const limits: Record<RateClass, number> = { ...DEFAULT_RATE_LIMITS };
  for (const rateClass of RATE_CLASSES)
    limits[rateClass] = overrides[rateClass] ?? limits[rateClass];
  return limits;
}

/** How many requests, in a window of what length. */
export interface Quota {
  readonly tokens: number;
  readonly windowMs: number;
  /** A window begins with the first request that it counts, or with the UTC clock when it is aligned. */
  readonly aligned: boolean;
}

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** Questions to a provider that a caller without an account may cause in a UTC day. */
const MISSES_A_DAY = 200;

/**
 * What bounds a class, all of it at once. A day is aligned because the name under which an address is counted changes
 * at midnight; a minute begins when it is needed, so that its end is the same moment for whoever asks.
 * @param limit requests a minute
 */
export function quotasOf(rateClass: RateClass, limit: number): readonly Quota[] {
  const minute: Quota = { tokens: limit, windowMs: MINUTE_MS, aligned: false };
  if (rateClass !== "misses") return [minute];
  return [minute, { tokens: MISSES_A_DAY, windowMs: DAY_MS, aligned: true }];
}

/** How a class is limited, as an isolate goes about it. */
export interface Policy {
  readonly rateClass: RateClass;
  /** Requests a window; at least 1. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Tokens that an isolate takes at a time. */
  readonly block: number;
  /** Whether the first request of a window may pass before anyone was asked. */
  readonly credit: boolean;
}

/** @param limit requests a minute; at least 1 */
export function policyOf(rateClass: RateClass, limit: number): Policy {
  return {
    rateClass,
    limit,
    windowSeconds: MINUTE_MS / 1000,
    // A token that an isolate holds and does not use is lost with its window: for a day's quota that is too dear, and
    // a question to a provider takes so long that one more to an object does not count.
    block: rateClass === "misses" ? 1 : Math.max(1, Math.floor(limit / 10)),
    credit: rateClass === "search",
  };
}
