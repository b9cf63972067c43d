import { LRUCache } from "lru-cache";
import { limiterObjects } from "../rate-limits/objects/limiter-objects.ts";
import type { Bucket } from "../rate-limits/domain/limiter.ts";
import { createLimiters, type Limiters } from "../rate-limits/domain/limiters.ts";
import { rateLimitsOf } from "../rate-limits/domain/policy.ts";
import { withTimeout } from "../platform/d1/with-timeout.ts";
import { defer, now, type Services } from "./services.ts";

/** Callers that an isolate remembers in each class: about 1 MB of its 128. */
const MAX_CALLERS = 5000;

/** The limits of all classes, over objects that all isolates share. */
export function limitersOf(env: Env, { config, log, metrics }: Services): Limiters {
  return createLimiters(rateLimitsOf(config.RATE_LIMITS), {
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
  });
}
