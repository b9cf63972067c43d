import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { busiestSecond } from "../../../../test/support/desk-world.ts";
import { ARRIVAL_MS, CallWindow, SLOT_MS } from "./call-window.ts";

const START = 1_000_000;

describe("CallWindow", () => {
  it("allows a burst of perSecond when idle, and then nothing for more than a second", () => {
    const window = new CallWindow(3, [], START);
    for (let call = 0; call < 3; call += 1) {
      expect(window.opensAt(START)).toBe(START);
      window.take(START);
    }
    expect(window.opensAt(START)).toBe(START + ARRIVAL_MS + SLOT_MS);
  });

  it("starts the second at the answer if that comes before the latest arrival", () => {
    const window = new CallWindow(1, [], START);
    const slot = window.take(START);
    window.answered(slot, START + 50);
    expect(window.opensAt(START + 50)).toBe(START + 50 + SLOT_MS);
  });

  it("does not hold a slot longer if a response is slow", () => {
    const window = new CallWindow(1, [], START);
    const slot = window.take(START);
    const opensAt = window.opensAt(START + 1);
    window.answered(slot, START + ARRIVAL_MS + 700);
    expect(window.opensAt(START + ARRIVAL_MS + 700)).toBe(opensAt);
  });

  it("makes one call in two seconds at 0.5 per second, and two per second at 2.5", () => {
    const slow = new CallWindow(0.5, [], START);
    slow.answered(slow.take(START), START);
    expect(slow.opensAt(START)).toBe(START + 2 * SLOT_MS);
    const odd = new CallWindow(2.5, [], START);
    odd.take(START);
    expect(odd.opensAt(START)).toBe(START);
    odd.take(START);
    expect(odd.opensAt(START)).toBeGreaterThan(START + 1_000);
  });

  it("restores the slots taken before a restart, even if the limit has been lowered since", () => {
    const before = new CallWindow(3, [], START);
    for (let call = 0; call < 3; call += 1) before.take(START + call);
    const after = new CallWindow(2, before.freeAts(), START + 5);
    expect(after.opensAt(START + 5)).toBe(START + 1 + ARRIVAL_MS + SLOT_MS);
  });

  it("does not wait for hours if the clock was set back during a restart", () => {
    const window = new CallWindow(1, [START + 3_600_000], START);
    expect(window.opensAt(START)).toBe(START + ARRIVAL_MS + SLOT_MS);
  });

  it("never exceeds perSecond calls in a sliding second at the provider, however late they arrive", () => {
    const call = fc.record({
      pauseMs: fc.integer({ min: 0, max: 700 }),
      networkMs: fc.integer({ min: 0, max: ARRIVAL_MS }),
      latencyMs: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(call, { maxLength: 60 }), (n, calls) => {
        const window = new CallWindow(n, [], START);
        const answers: { at: number; slot: ReturnType<CallWindow["take"]> }[] = [];
        const arrivals: number[] = [];
        const answerUntil = (until: number) => {
          for (const { at, slot } of answers) if (at <= until) window.answered(slot, at);
        };
        let now = START;
        for (const { pauseMs, networkMs, latencyMs } of calls) {
          now += pauseMs;
          answerUntil(now);
          while (window.opensAt(now) > now) {
            now += 1;
            answerUntil(now);
          }
          arrivals.push(now + Math.min(networkMs, latencyMs));
          answers.push({ at: now + latencyMs, slot: window.take(now) });
        }
        expect(busiestSecond(arrivals)).toBeLessThanOrEqual(n);
      }),
    );
  });
});

it("does not wait for the clock to catch up after it was set back by two hours", () => {
  const window = new CallWindow(3, [], START);
  for (let calls = 0; calls < 3; calls += 1) window.take(START);
  const back = START - 7_200_000;
  expect(window.opensAt(back) - back).toBeLessThanOrEqual(ARRIVAL_MS + SLOT_MS);
  expect(window.opensAt(back + ARRIVAL_MS + SLOT_MS)).toBe(back + ARRIVAL_MS + SLOT_MS);
});
