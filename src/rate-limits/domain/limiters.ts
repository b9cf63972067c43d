import type { LimiterDeps, PeekableLimiter } from "./limiter.ts";
import { createLimiter } from "./limiter.ts";
import {
  guessPolicyOf,
  policyOf,
  RATE_CLASSES,
  type GuessClass,
  type RateClass,
  type RateLimits,
} from "./policy.ts";

/** An isolate's limiters. A class without a limit has none. */
export type Limiters = Readonly<Partial<Record<RateClass, PeekableLimiter>>>;

/** Creates a limiter for each class that has a limit. Each has its own cache of callers. */
export function createLimiters(
  limits: RateLimits,
  deps: Omit<LimiterDeps, "buckets"> & { memory(): LimiterDeps["buckets"] },
): Limiters {
  return Object.fromEntries(
    RATE_CLASSES.filter((rateClass) => limits[rateClass] > 0).map((rateClass) => [
      rateClass,
      createLimiter(policyOf(rateClass, limits[rateClass]), { ...deps, buckets: deps.memory() }),
    ]),
  );
}

/** An isolate's limiters of guesses. */
export type GuessLimiters = Readonly<Record<GuessClass, PeekableLimiter>>;

/** Creates the limiters of guesses, which always apply. */
export function createGuessLimiters(
  deps: Omit<LimiterDeps, "buckets"> & { memory(): LimiterDeps["buckets"] },
): GuessLimiters {
  const limiter = (rateClass: GuessClass): PeekableLimiter =>
    createLimiter(guessPolicyOf(rateClass), { ...deps, buckets: deps.memory() });
  return { pairings: limiter("pairings"), "shared-pairings": limiter("shared-pairings") };
}
