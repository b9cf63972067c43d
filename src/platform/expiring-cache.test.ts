import { describe, expect, it } from "vitest";
import { expiringCache } from "./expiring-cache.ts";
import { HOUR_MS, MINUTE_MS } from "./time.ts";

const START = Date.UTC(2026, 4, 3);

describe("an expiring cache", () => {
  it("keeps a value for its lifetime, and the value stored last", () => {
    let now = START;
    const cache = expiringCache<string>(10, MINUTE_MS, () => now);
    cache.put("a", "one");
    cache.put("a", "two");
    now += MINUTE_MS;
    expect(cache.get("a")).toBe("two");
    now += 1;
    expect(cache.get("a")).toBeUndefined();
    cache.put("a", "three");
    cache.drop("a");
    expect(cache.get("a")).toBeUndefined();
  });

  it("evicts the least recently used value", () => {
    const cache = expiringCache<number>(2, MINUTE_MS, () => START);
    cache.put("a", 1);
    cache.put("b", 2);
    cache.get("a");
    cache.put("c", 3);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
  });

  it.each([-26, -2, 2, 26])(
    "does not keep a value longer when the clock is set by %i hours",
    (hours) => {
      let now = START;
      const cache = expiringCache<string>(10, MINUTE_MS, () => now);
      cache.put("a", "one");
      now += hours * HOUR_MS;
      expect(cache.get("a")).toBeUndefined();
    },
  );
});
