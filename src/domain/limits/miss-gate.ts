import type { Caller } from "../catalogue/lookup.ts";
import type { ClassLimiter } from "./limiter.ts";

/** Asked before a lookup goes to a provider. */
export interface MissGate {
  admit(caller: Caller): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
}

/**
 * Counts the questions to providers of callers without an account, so that none of them can spend for everybody what
 * a provider allows in a day.
 * @param misses the limiter of that class; none admits everybody
 */
export function missGate(misses: ClassLimiter | undefined): MissGate {
  return {
    async admit(caller) {
      if (misses === undefined || caller.account) return { ok: true };
      const decision = misses.tryTake(caller.key) ?? (await misses.take(caller.key));
      return decision.kind === "refused"
        ? { ok: false, retryAfterSeconds: decision.resetSeconds }
        : { ok: true };
    },
  };
}
