import type { Caller } from "../catalogue/lookup.ts";
import type { ClassLimiter } from "./limiter.ts";

/** Asked before a lookup goes to a provider. */
export interface MissGate {
  admit(caller: Caller): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
  /** The same before a provider is asked anew for what is stored: counts callers with an account, too. */
  admitRefresh(caller: Caller): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
}

/**
 * Counts the questions to providers of callers without an account, so that none of them can spend for everybody what
 * a provider allows in a day.
 * @param misses the limiter of that class; none admits everybody
 */
export function missGate(misses: ClassLimiter | undefined): MissGate {
  const count: MissGate["admitRefresh"] = async ({ key }) => {
    if (misses === undefined) return { ok: true };
    const decision = misses.tryTake(key) ?? (await misses.take(key));
    return decision.kind === "refused"
      ? { ok: false, retryAfterSeconds: decision.resetSeconds }
      : { ok: true };
  };
  return {
    admit: async (caller) => (caller.account ? { ok: true } : count(caller)),
    admitRefresh: count,
  };
}
