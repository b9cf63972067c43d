import { LRUCache } from "lru-cache";
import type { RecentFlights } from "../domain/miss-gate.ts";

/** A flight is shared for at least this long from its start: even a failure is served for 5 s. */
const MIN_SHARED_MS = 5000;
/** Far more than the providers answer in that time. */
const MAX_FLIGHTS = 1000;

/** The ISBNs that this isolate has recently requested from the providers. */
export function recentFlights(now: () => number): RecentFlights {
  const flights = new LRUCache<string, true>({
    max: MAX_FLIGHTS,
    ttl: MIN_SHARED_MS,
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
