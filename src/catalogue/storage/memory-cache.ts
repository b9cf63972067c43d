import { MINUTE_MS } from "../../platform/time.ts";
import { LRUCache } from "lru-cache";
import type { HeldAnswer } from "../domain/lookup.ts";

/** An answer is served from the isolate's memory for a minute. */
const RETENTION_MS = MINUTE_MS;
/** About 3 KB per book with its serialised form: well inside an isolate's 128 MB. */
const MAX_BOOKS = 4000;

/** The fastest tier: this isolate's answers of the last minute, with least recently used eviction. */
export function memoryCache(now: () => number): {
  get(isbn13: string): HeldAnswer | undefined;
  put(isbn13: string, answer: HeldAnswer): void;
  drop(isbn13: string): void;
} {
  const answers = new LRUCache<string, HeldAnswer>({
    max: MAX_BOOKS,
    ttl: RETENTION_MS,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    get: (isbn13) => answers.get(isbn13),
    put: (isbn13, answer) => void answers.set(isbn13, answer),
    drop: (isbn13) => void answers.delete(isbn13),
  };
}
