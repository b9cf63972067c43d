import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastEnd, takeTokens, type Windows } from "./window.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 2026-11-22 12:00:00.5 UTC */
const NOON = Date.UTC(2026, 10, 22, 12) + 500;

const search = (want: number, now: number, limit = 100) =>
  ({ rateClass: "search", want, limit, now }) as const;
const miss = (now: number, limit = 20) => ({ rateClass: "misses", want: 1, limit, now }) as const;

/** Takes one token at each instant and returns the last grant. */
function missAt(instants: readonly number[], limit?: number) {
  let windows: Windows = {};
  let grant;
  for (const now of instants) ({ windows, grant } = takeTokens(windows, miss(now, limit)));
  return { windows, grant };
}

describe("takeTokens", () => {
  it("starts a window with the first request", () => {
    const { grant } = takeTokens({}, search(10, NOON));
    expect(grant).toEqual({ granted: 10, remaining: 90, resetsAt: NOON + MINUTE });
  });

  it("grants only what is left until the window ends", () => {
    const first = takeTokens({}, search(95, NOON));
    const second = takeTokens(first.windows, search(10, NOON + 30_000));
    expect(second.grant).toEqual({ granted: 5, remaining: 0, resetsAt: NOON + MINUTE });
    const third = takeTokens(second.windows, search(1, NOON + MINUTE - 1));
    expect(third.grant).toEqual({ granted: 0, remaining: 0, resetsAt: NOON + MINUTE });
    const fourth = takeTokens(third.windows, search(1, NOON + MINUTE));
    expect(fourth.grant).toEqual({ granted: 1, remaining: 99, resetsAt: NOON + 2 * MINUTE });
  });

  it("counts each class separately", () => {
    const { windows } = takeTokens({}, search(100, NOON));
    const enrich = takeTokens(windows, { rateClass: "enrich", want: 1, limit: 60, now: NOON });
    expect(enrich.grant).toMatchObject({ granted: 1, remaining: 59 });
    expect(takeTokens(enrich.windows, search(1, NOON)).grant.granted).toBe(0);
  });

  it("applies a limit that is lowered within a window", () => {
    const { windows } = takeTokens({}, search(50, NOON));
    expect(takeTokens(windows, search(1, NOON, 20)).grant).toMatchObject({
      granted: 0,
      remaining: 0,
    });
  });

  it("reports the minute for misses while the day has more tokens left", () => {
    const { grant } = missAt(Array<number>(20).fill(NOON));
    expect(grant).toEqual({ granted: 1, remaining: 0, resetsAt: NOON + MINUTE });
  });

  it("rejects the 201st miss of a UTC day until midnight", () => {
    const midnight = Date.UTC(2026, 10, 23);
    const instants = Array.from({ length: 200 }, (_, index) => NOON + index * 10_000);
    const { windows, grant } = missAt(instants);
    expect(grant).toEqual({ granted: 1, remaining: 0, resetsAt: midnight });
    const later = takeTokens(windows, miss(NOON + DAY / 4));
    expect(later.grant).toEqual({ granted: 0, remaining: 0, resetsAt: midnight });
    expect(takeTokens(later.windows, miss(midnight)).grant).toMatchObject({
      granted: 1,
      remaining: 19,
    });
  });

  it("never grants more than the quota in a window nor less than is left", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.record({ want: fc.integer({ min: 1, max: 20 }), wait: fc.nat(40_000) })),
        (limit, steps) => {
          let windows: Windows = {};
          let now = NOON;
          const given = new Map<number, number>();
          for (const { want, wait } of steps) {
            now += wait;
            const taken = takeTokens(windows, search(want, now, limit));
            windows = taken.windows;
            const { granted, remaining, resetsAt } = taken.grant;
            const before = given.get(resetsAt) ?? 0;
            expect(granted).toBe(Math.min(want, limit - before));
            expect(remaining).toBe(limit - before - granted);
            expect(resetsAt - now).toBeGreaterThan(0);
            expect(resetsAt - now).toBeLessThanOrEqual(MINUTE);
            given.set(resetsAt, before + granted);
          }
        },
      ),
    );
  });
});

describe("callers who share a bucket", () => {
  it("have no limit with a window longer than a minute", () => {
    let windows: Windows = {};
    let granted = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      const request = { ...miss(NOON + minute * MINUTE), want: 20, isShared: true };
      const taken = takeTokens(windows, request);
      windows = taken.windows;
      granted += taken.grant.granted;
    }
    expect(granted).toBe(60 * 20);
    expect(lastEnd(windows)).toBe(NOON + 60 * MINUTE);
  });
});

describe("a clock that is set by two hours", () => {
  it.each([-2, 2])("does not keep a window full (%s h)", (hours) => {
    const full = takeTokens({}, search(100, NOON)).windows;
    const later = NOON + hours * 60 * MINUTE;
    expect(takeTokens(full, search(1, later)).grant).toEqual({
      granted: 1,
      remaining: 99,
      resetsAt: later + MINUTE,
    });
  });

  it("keeps counting the day", () => {
    const { windows } = takeTokens({}, { ...miss(NOON, 300), want: 200 });
    const back = takeTokens(windows, miss(NOON - 120 * MINUTE, 300));
    expect(back.grant.granted).toBe(0);
    expect(back.grant.resetsAt).toBe(Date.UTC(2026, 10, 23));
  });
});

describe("lastEnd", () => {
  it("returns the end of the window that ends last, across classes", () => {
    const { windows } = takeTokens(missAt([NOON]).windows, search(1, NOON));
    expect(lastEnd(windows)).toBe(Date.UTC(2026, 10, 23));
    expect(lastEnd({})).toBe(0);
  });
});
