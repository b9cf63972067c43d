import { describe, expect, it } from "vitest";
import { DayQuota } from "./day-quota.ts";
import type { Spender } from "./day-shares.ts";

const NOON = Date.parse("2026-11-22T20:00:00Z");

function spendAll(quota: DayQuota, spender: Spender, now: number): number {
  let calls = 0;
  while (calls < 5_000 && quota.allows(spender, now)) {
    quota.spend(spender, now);
    calls += 1;
  }
  return calls;
}

describe("DayQuota", () => {
  it("gives each spender its share", () => {
    const quota = new DayQuota(1_000, undefined);
    expect(spendAll(quota, "anonymous", NOON)).toBe(250);
    expect(spendAll(quota, "live", NOON)).toBe(250);
    expect(spendAll(quota, "import", NOON)).toBe(400);
    expect(spendAll(quota, "refresh", NOON)).toBe(100);
    expect(quota.count(NOON)).toEqual({
      day: "2026-11-22",
      spent: 1_000,
      perDay: 1_000,
      by: { anonymous: 250, live: 250, import: 400, refresh: 100 },
    });
  });

  it("applies a count of an earlier release, without spenders, only to the total", () => {
    const quota = new DayQuota(1_000, { day: "2026-11-22", spent: 900 });
    expect(spendAll(quota, "live", NOON)).toBe(100);
  });

  it("has no limit without perDay, and counts nothing then", () => {
    const quota = new DayQuota(undefined, undefined);
    expect(spendAll(quota, "anonymous", NOON)).toBe(5_000);
    expect(quota.count(NOON)).toBeUndefined();
  });

  it("resets at midnight Pacific, which is 08:00 UTC in winter and 07:00 UTC in summer", () => {
    for (const midnight of ["2026-11-23T08:00:00Z", "2026-07-01T07:00:00Z"].map(Date.parse)) {
      const quota = new DayQuota(2, undefined);
      expect(spendAll(quota, "live", midnight - 1_000)).toBe(2);
      expect(quota.resetsInMs(midnight - 1_000)).toBe(1_000);
      expect(quota.allows("live", midnight - 1)).toBe(false);
      expect(quota.allows("live", midnight)).toBe(true);
      expect(quota.resetsInMs(midnight)).toBe(86_400_000);
    }
  });

  it("continues the count from before a restart on the same day, and drops it on the next", () => {
    const before = new DayQuota(10, undefined);
    for (let call = 0; call < 4; call += 1) before.spend("live", NOON);
    expect(spendAll(new DayQuota(10, before.count(NOON)), "live", NOON)).toBe(1);
    expect(spendAll(new DayQuota(10, before.count(NOON)), "live", NOON + 86_400_000)).toBe(5);
  });
});
