import { LRUCache } from "lru-cache";
import { withTimeout } from "../platform/d1/with-timeout.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { Bucket } from "./domain/limiter.ts";
import {
  createGuessLimiters,
  createLimiters,
  type GuessLimiters,
  type Limiters,
} from "./domain/limiters.ts";
import { rateLimitsOf } from "./domain/policy.ts";
import { limiterObjects } from "./objects/limiter-objects.ts";

export { failedLogins, type FailedLogins } from "./http/failed-logins.ts";
export { limitedGuesses, type LimitedGuesses } from "./http/guesses.ts";
export {
  rateLimit,
  rateLimited,
  rateLimitHeaders,
  refuse,
  type HeaderFields,
} from "./http/rate-limit.ts";

/** Callers that an isolate remembers per class: about 1 MB of its 128. */
const MAX_CALLERS = 5000;

/** Interface of the module for the modules above it. */
export interface RateLimitsModule extends Module {
  /** The limiter of each class; a class without a limit has none. */
  limiters: Limiters;
  /** The limiters of guesses, which are not configurable. */
  guesses: GuessLimiters;
}

/** Limits per caller and class, shared by all isolates through Durable Objects. */
export function rateLimitsModule({
  env,
  config,
  log,
  metrics,
  now,
  defer,
}: Platform): RateLimitsModule {
  const deps: Parameters<typeof createGuessLimiters>[0] = {
    memory: () => new LRUCache<string, Bucket>({ max: MAX_CALLERS }),
    takeTokens: limiterObjects({
      limiter: (name) => env.RATE_LIMITERS.getByName(name),
      salt: (day) => env.DAILY_SALTS.getByName(day).read(),
    }),
    withTimeout,
    defer,
    now,
    objectFailed: (rateClass, error) => log.error("rate_limiter_failed", { rateClass, error }),
    failedOpen: (rateClass) => metrics.count("rate_limiter_failed_open", { class: rateClass }),
  };
  return {
    limiters: createLimiters(rateLimitsOf(config.RATE_LIMITS), deps),
    guesses: createGuessLimiters(deps),
  };
}
