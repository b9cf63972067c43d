import { LRUCache } from "lru-cache";
import type { RecentFlights } from "../domain/miss-gate.ts";

/** A flight serves at least this long after it took off: even a failure is kept for 5 s. */
const SHARED_MS = 5000;
/** Far more than the providers answer in that time. */
const MAX_FLIGHTS = 1000;

/** The ISBNs that this isolate has lately asked the providers for. */
export function recentFlights(now: () => number): RecentFlights {
  const flights = new LRUCache<string, true>({
    max: MAX_FLIGHTS,
    ttl: SHARED_MS,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    has: (isbn13) => flights.has(isbn13),
    add(isbn13) {
      if (!flights.has(isbn13)) flights.set(isbn13, true);
    },
  };
}
