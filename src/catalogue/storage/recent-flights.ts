import { expiringCache } from "../../platform/expiring-cache.ts";
import type { RecentFlights } from "../domain/miss-gate.ts";

/** A flight is shared for at least this long from its start: even a failure is served for 5 s. */
const MIN_SHARED_MS = 5000;
/** Far more than the providers answer in that time. */
const MAX_FLIGHTS = 1000;

/** The ISBNs that this isolate has recently requested from the providers. */
export function recentFlights(now: () => number): RecentFlights {
  const flights = expiringCache<true>(MAX_FLIGHTS, MIN_SHARED_MS, now);
  const has = (isbn13: string): boolean => flights.get(isbn13) ?? false;
  return {
    has,
    add(isbn13) {
      if (!has(isbn13)) flights.put(isbn13, true);
    },
  };
}
