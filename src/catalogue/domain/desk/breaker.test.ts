import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Breaker, COOL_DOWN_MAX_MS, type Health } from "./breaker.ts";

const START = 1_000_000;
const most = () => 1 - Number.EPSILON;

function calls(breaker: Breaker, healths: readonly Health[], everyMs = 100): number {
  let now = START;
  for (const health of healths) {
    now += everyMs;
    breaker.end({ probe: breaker.begin(), health }, now, most);
  }
  return now;
}

const repeat = (health: Health, times: number): Health[] => Array<Health>(times).fill(health);

describe("Breaker", () => {
  it("opens after five failures in a row, not after four", () => {
    const breaker = new Breaker(undefined, START);
    calls(breaker, repeat("bad", 4));
    expect(breaker.state).toBe("closed");
    calls(breaker, ["bad"]);
    expect(breaker.state).toBe("open");
  });

  it("opens when half of the last calls failed, even if never five in a row", () => {
    const breaker = new Breaker(undefined, START);
    calls(breaker, ["bad", "good", "bad", "good", "bad", "good", "bad", "good", "good"]);
    expect(breaker.state).toBe("closed");
    calls(breaker, ["bad"]);
    expect(breaker.state).toBe("open");
  });

  it("does not open on failures more than half a minute apart", () => {
    const breaker = new Breaker(undefined, START);
    calls(breaker, repeat("bad", 20), 30_000);
    expect(breaker.state).toBe("closed");
  });

  it("counts a neutral call neither as a failure nor as a success", () => {
    const breaker = new Breaker(undefined, START);
    calls(breaker, [...repeat("neutral", 50), ...repeat("bad", 4), ...repeat("neutral", 50)]);
    expect(breaker.state).toBe("closed");
    calls(breaker, ["bad"]);
    expect(breaker.state).toBe("open");
  });

  it("lets one probe through after the cool-down and refuses all other calls until it ends", () => {
    const breaker = new Breaker(undefined, START);
    const opened = calls(breaker, repeat("bad", 5));
    const coolDown = breaker.refusesForMs(opened);
    expect(coolDown).toBeGreaterThan(0);
    expect(breaker.refusesForMs(opened + coolDown - 1)).toBe(1);
    expect(breaker.refusesForMs(opened + coolDown)).toBe(0);
    expect(breaker.begin()).toBe(true);
    expect(breaker.state).toBe("half_open");
    expect(breaker.refusesForMs(opened + coolDown)).toBeGreaterThan(0);
  });

  it("closes when the probe gets a response, even a rate limit", () => {
    for (const health of ["good", "neutral"] as const) {
      const breaker = new Breaker(undefined, START);
      const opened = calls(breaker, repeat("bad", 5));
      breaker.end({ probe: breaker.begin(), health }, opened + 20_000, most);
      expect(breaker.state).toBe("closed");
      expect(breaker.refusesForMs(opened + 20_000)).toBe(0);
    }
  });

  it("waits longer after each failed probe, up to the cap", () => {
    const breaker = new Breaker(undefined, START);
    let now = calls(breaker, repeat("bad", 5));
    const coolDowns: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      const coolDown = breaker.refusesForMs(now);
      coolDowns.push(coolDown);
      now += coolDown;
      breaker.end({ probe: breaker.begin(), health: "bad" }, now, most);
    }
    expect(coolDowns).toEqual([2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it("ignores calls that started before it opened", () => {
    const breaker = new Breaker(undefined, START);
    const opened = calls(breaker, repeat("bad", 5));
    breaker.end({ probe: false, health: "good" }, opened + 1, most);
    expect(breaker.state).toBe("open");
    breaker.begin();
    breaker.end({ probe: false, health: "good" }, opened + 20_000, most);
    breaker.end({ probe: false, health: "bad" }, opened + 20_000, most);
    expect(breaker.state).toBe("half_open");
  });

  it("stays open after a restart with the same time for the probe, even if a probe was in progress", () => {
    const before = new Breaker(undefined, START);
    const opened = calls(before, repeat("bad", 5));
    const after = new Breaker(before.record(), opened + 500);
    expect(after.state).toBe("open");
    expect(after.refusesForMs(opened + 500)).toBe(before.refusesForMs(opened + 500));
    before.begin();
    const later = new Breaker(before.record(), opened + 20_000);
    expect(later.refusesForMs(opened + 20_000)).toBe(0);
    expect(later.begin()).toBe(true);
  });

  it("never refuses for longer than the cap, and never has two probes", () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 20_000 }),
      health: fc.constantFrom<Health>("good", "bad", "neutral"),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
      end: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const breaker = new Breaker(undefined, START);
        let now = START;
        let open: { probe: boolean }[] = [];
        for (const { waitMs, health, random, end } of steps) {
          now += waitMs;
          expect(breaker.refusesForMs(now)).toBeLessThanOrEqual(COOL_DOWN_MAX_MS);
          if (breaker.refusesForMs(now) === 0) open.push({ probe: breaker.begin() });
          expect(open.filter(({ probe }) => probe).length).toBeLessThanOrEqual(1);
          if (!end) continue;
          for (const { probe } of open) breaker.end({ probe, health }, now, () => random);
          open = [];
        }
      }),
    );
  });
});

it("does not stay open for hours after the clock was set back by two hours", () => {
  const now = 10_000_000;
  const breaker = new Breaker({ trips: 1, openUntil: now + 2000 }, now);
  const back = now - 7_200_000;
  expect(breaker.refusesForMs(back)).toBe(COOL_DOWN_MAX_MS);
  expect(breaker.refusesForMs(back + COOL_DOWN_MAX_MS)).toBe(0);
});
