import type { Caller } from "../../platform/identity.ts";
import type { ClassLimiter } from "../../rate-limits/domain/limiter.ts";

/** Checked before a lookup goes to a provider. */
export interface MissGate {
  /** @param isbn13 the edition, if the question is for one: callers that share its flight are not counted */
  admit(caller: Caller, isbn13?: string): Promise<Admission>;
  /** Checked before a stored book is refreshed from a provider. Callers with an account are counted too. */
  admitRefresh(caller: Caller, isbn13: string): Promise<Admission>;
}

export type Admission = { ok: true } | { ok: false; retryAfterSeconds: number };

/** ISBNs whose flight started so recently that another caller shares it. */
export interface RecentFlights {
  has(isbn13: string): boolean;
  /** Adds one; an existing entry keeps its time. */
  add(isbn13: string): void;
}

/**
 * Counts lookups at providers by callers without an account, so that none of them can use up a provider's daily quota.
 * @param misses the limiter of that class; if undefined, every caller is admitted
 */
export function missGate(misses: ClassLimiter | undefined, flights: RecentFlights): MissGate {
  const count = async ({ key }: Caller, isbn13?: string): Promise<Admission> => {
    const shares = (): boolean => isbn13 !== undefined && flights.has(isbn13);
    if (misses === undefined || shares()) return { ok: true };
    const decision = misses.tryTake(key) ?? (await misses.take(key));
    if (decision.kind === "refused") {
      // While this caller waited for its token, another caller may have started a flight for the same book.
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
