import { MINUTE_MS } from "../../platform/time.ts";
import { expiringCache, type ExpiringCache } from "../../platform/expiring-cache.ts";
import type { HeldAnswer } from "../domain/lookup.ts";

/** An answer is served from the isolate's memory for a minute. */
const RETENTION_MS = MINUTE_MS;
/**
 * About 3 KB per book including its serialised form, which fits easily into an isolate's 128 MB.
 */
const MAX_BOOKS = 4000;

/** The fastest tier: this isolate's answers of the last minute, with least recently used eviction. */
export function memoryCache(now: () => number): ExpiringCache<HeldAnswer> {
  return expiringCache(MAX_BOOKS, RETENTION_MS, now);
}
