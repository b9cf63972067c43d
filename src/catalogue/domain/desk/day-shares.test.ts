import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/support/properties.ts";
import { mayCall, sharesOf, SPENDERS, type Spender } from "./day-shares.ts";

/** A day of a provider. `call` returns whether the spender was allowed. */
function day(perDay: number) {
  const by: Record<Spender, number> = { live: 0, anonymous: 0, refresh: 0, import: 0 };
  let spent = 0;
  const call = (spender: Spender, elapsed: number): boolean => {
    if (!mayCall(spender, { perDay, spent, by, elapsed })) return false;
    by[spender] += 1;
    spent += 1;
    return true;
  };
  return {
    by,
    spent: () => spent,
    call,
    /** Calls as often as it may. @returns the number of calls */
    all(spender: Spender, elapsed: number): number {
      let calls = 0;
      while (call(spender, elapsed)) calls += 1;
      return calls;
    },
  };
}

describe("the shares of a provider's daily quota", () => {
  it("are half for live scans, a tenth for refreshes and four tenths for imports", () => {
    expect(sharesOf(1000)).toEqual({ live: 500, anonymous: 250, refresh: 100, import: 400 });
    expect(sharesOf(1)).toEqual({ live: 1, anonymous: 0, refresh: 0, import: 0 });
    const google = day(1000);
    expect(google.all("import", 0.5)).toBe(400);
    expect(google.all("refresh", 0.5)).toBe(100);
    expect(google.all("anonymous", 0.5)).toBe(250);
    expect(google.all("live", 0.5)).toBe(250);
    expect(google.spent()).toBe(1000);
  });

  it("are not transferred before the last quarter of the day", () => {
    const google = day(1000);
    expect(google.all("import", 0.75)).toBe(400);
    expect(google.all("refresh", 0.75)).toBe(100);
  });

  it("are transferred evenly in the last quarter to refreshes and imports, and never back", () => {
    const google = day(1000);
    google.all("import", 0.5);
    // Half of the quarter is over: half of what live scans (500) and refreshes (100) have not spent.
    expect(google.all("import", 0.875)).toBe(300);
    expect(google.all("live", 0.9)).toBeGreaterThan(200);
    const evening = day(1000);
    expect(evening.all("live", 0.99)).toBe(500);
    expect(evening.all("import", 1)).toBe(500);
  });

  it("reserve the share of live scans before the last quarter, whatever the others do", () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom(...SPENDERS), fc.integer({ min: 0, max: 100 })),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), steps, (perDay, calls) => {
        const given = day(perDay);
        const shares = sharesOf(perDay);
        const times = calls.map(([, at]) => at / 100).sort((one, other) => one - other);
        for (const [index, [spender]] of calls.entries()) {
          const elapsed = times[index] ?? 0;
          given.call(spender, elapsed);
          expect(given.spent()).toBeLessThanOrEqual(perDay);
          expect(given.by.live + given.by.anonymous).toBeLessThanOrEqual(shares.live);
          expect(given.by.anonymous).toBeLessThanOrEqual(shares.anonymous);
          if (elapsed > 0.75) continue;
          expect(given.by.refresh).toBeLessThanOrEqual(shares.refresh);
          expect(given.by.import).toBeLessThanOrEqual(shares.import);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});
