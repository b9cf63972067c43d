import type { Caller } from "../../platform/identity.ts";
import type { ClassLimiter } from "../../rate-limits/domain/limiter.ts";

/** Asked before a lookup goes to a provider. */
export interface MissGate {
  /** @param isbn13 given if the question is for one edition: those that share its flight are not counted */
  admit(caller: Caller, isbn13?: string): Promise<Admission>;
  /** The same before a provider is asked anew for what is stored: counts callers with an account, too. */
  admitRefresh(caller: Caller, isbn13: string): Promise<Admission>;
}

export type Admission = { ok: true } | { ok: false; retryAfterSeconds: number };

/** ISBNs whose flight took off so lately that who asks now shares it. */
export interface RecentFlights {
  has(isbn13: string): boolean;
  /** Notes one; an earlier note of the same keeps its time. */
  add(isbn13: string): void;
}

/**
 * Counts the questions to providers of callers without an account, so that none of them can spend for everybody what
 * a provider allows in a day.
 * @param misses the limiter of that class; none admits everybody
 */
export function missGate(misses: ClassLimiter | undefined, flights: RecentFlights): MissGate {
  const count = async ({ key }: Caller, isbn13?: string): Promise<Admission> => {
    const shares = (): boolean => isbn13 !== undefined && flights.has(isbn13);
    if (misses === undefined || shares()) return { ok: true };
    const decision = misses.tryTake(key) ?? (await misses.take(key));
    if (decision.kind === "refused") {
      // While this caller waited for its token, another one's question for the same book may have left.
      return shares() ? { ok: true } : { ok: false, retryAfterSeconds: decision.resetSeconds };
    }
    if (isbn13 !== undefined) flights.add(isbn13);
    return { ok: true };
  };
  return {
    admit: async (caller, isbn13) => (caller.account ? { ok: true } : count(caller, isbn13)),
    admitRefresh: count,
  };
}
