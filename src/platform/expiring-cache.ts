import { LRUCache } from "lru-cache";
import { isRecent } from "./time.ts";

/** Values that an isolate keeps for a limited time. */
export interface ExpiringCache<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  drop(key: string): void;
}

/**
 * A cache with least recently used eviction. A value is kept for at most `ttlMs`, even if the clock
 * is set back meanwhile.
 * @param max maximum number of values
 */
export function expiringCache<Value>(
  max: number,
  ttlMs: number,
  now: () => number,
): ExpiringCache<Value> {
  const held = new LRUCache<string, { value: Value; at: number }>({ max });
  return {
    get(key) {
      const found = held.get(key);
      if (found === undefined) return undefined;
      if (isRecent(found.at, ttlMs + 1, now())) return found.value;
      held.delete(key);
      return undefined;
    },
    put: (key, value) => void held.set(key, { value, at: now() }),
    drop: (key) => void held.delete(key),
  };
}
