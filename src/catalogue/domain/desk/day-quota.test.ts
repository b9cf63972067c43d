import { describe, expect, it } from "vitest";
import { DayQuota } from "./day-quota.ts";

const NOON = Date.parse("2026-11-22T20:00:00Z");

function spendAll(quota: DayQuota, account: boolean, now: number): number {
  let calls = 0;
  while (calls < 5_000 && quota.allows(account, now)) {
    quota.spend(now);
    calls += 1;
  }
  return calls;
}

describe("DayQuota", () => {
  it("gives callers without a token half, and callers with one the rest", () => {
    const quota = new DayQuota(1_000, undefined);
    expect(spendAll(quota, false, NOON)).toBe(500);
    expect(spendAll(quota, true, NOON)).toBe(500);
    expect(quota.allows(true, NOON)).toBe(false);
  });

  it("reserves the larger half for callers with a token when the quota is odd", () => {
    expect(spendAll(new DayQuota(3, undefined), false, NOON)).toBe(1);
    expect(spendAll(new DayQuota(1, undefined), false, NOON)).toBe(0);
    expect(spendAll(new DayQuota(1, undefined), true, NOON)).toBe(1);
  });

  it("has no limit without perDay, and counts nothing then", () => {
    const quota = new DayQuota(undefined, undefined);
    expect(spendAll(quota, false, NOON)).toBe(5_000);
    expect(quota.count(NOON)).toBeUndefined();
  });

  it("resets at midnight Pacific, which is 08:00 UTC in winter and 07:00 UTC in summer", () => {
    for (const midnight of ["2026-11-23T08:00:00Z", "2026-07-01T07:00:00Z"].map(Date.parse)) {
      const quota = new DayQuota(2, undefined);
      expect(spendAll(quota, true, midnight - 1_000)).toBe(2);
      expect(quota.resetsInMs(midnight - 1_000)).toBe(1_000);
      expect(quota.allows(true, midnight - 1)).toBe(false);
      expect(quota.allows(true, midnight)).toBe(true);
      expect(quota.resetsInMs(midnight)).toBe(86_400_000);
    }
  });

  it("continues the count from before a restart on the same day, and drops it on the next", () => {
    const before = new DayQuota(10, undefined);
    for (let call = 0; call < 4; call += 1) before.spend(NOON);
    expect(spendAll(new DayQuota(10, before.count(NOON)), true, NOON)).toBe(6);
    expect(spendAll(new DayQuota(10, before.count(NOON)), true, NOON + 86_400_000)).toBe(10);
  });
});
