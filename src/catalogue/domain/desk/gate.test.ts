import { describe, expect, it } from "vitest";
import type { ProviderFailed } from "../provider.ts";
import { Gate } from "./gate.ts";

const START = Date.parse("2026-11-22T18:00:00Z");
const clock = { timeoutMs: 3_000, random: () => 0 };

const caller = (budgetMs: number, now = START) => ({
  spender: "live" as const,
  deadline: now + budgetMs,
});

function fail(gate: Gate, failure: Partial<ProviderFailed>, now: number): void {
  const permit = gate.begin("live", now);
  const failed: ProviderFailed = { kind: "failed", reason: "http_error", status: 503, ...failure };
  gate.end(permit, { kind: "failed", failure: failed }, { now, ...clock });
}

describe("Gate", () => {
  it("neither holds nor opens for image servers, and counts their calls", () => {
    const gate = new Gate({ perSecond: 8 }, undefined, START);
    for (const reason of ["access_denied", "rate_limited", "network", "http_error"] as const) {
      for (let call = 0; call < 2; call += 1) {
        const failure = { kind: "failed" as const, reason, retryAfterMs: 60_000 };
        const permit = gate.begin("live", START);
        gate.end(permit, { kind: "failed", failure }, { now: START, ...clock, isImage: true });
      }
    }
    expect(gate.refusal(caller(5_000), START)).toBeUndefined();
    expect(gate.denied).toBeUndefined();
    expect(gate.opensAt(START)).toBeGreaterThan(START);
    expect(gate.opensAt(START)).toBeLessThan(START + 5_000);
  });

  it("returns the longer wait when the breaker is open and the provider has requested a pause too", () => {
    const gate = new Gate({ perSecond: 10 }, undefined, START);
    for (let call = 0; call < 4; call += 1) fail(gate, {}, START);
    fail(gate, { retryAfterMs: 40_000 }, START);
    expect(gate.refusal(caller(5_000), START)).toEqual({
      kind: "failed",
      reason: "breaker_open",
      retryAfterMs: 40_000,
    });
    expect(gate.refusal(caller(50_000, START + 5_000), START + 5_000)).toBeUndefined();
    expect(gate.opensAt(START + 5_000)).toBe(START + 40_000);
  });

  it("queues callers whose deadline is after the pause and rejects the others", () => {
    const gate = new Gate({ perSecond: 10 }, undefined, START);
    fail(gate, { reason: "rate_limited", status: 429, retryAfterMs: 10_000 }, START);
    expect(gate.refusal(caller(10_001), START)).toBeUndefined();
    expect(gate.refusal(caller(10_000), START)).toMatchObject({
      reason: "rate_limited",
      retryAfterMs: 10_000,
    });
  });

  it("returns a record from which another gate can continue", () => {
    const limits = { perSecond: 2, perDay: 100 };
    const gate = new Gate(limits, undefined, START);
    for (let call = 0; call < 5; call += 1) fail(gate, { retryAfterMs: 700 }, START + call);
    const now = START + 10;
    const next = new Gate(limits, gate.record(now), now);
    expect(next.record(now)).toEqual(gate.record(now));
    expect(next.refusal(caller(5_000), now)).toEqual(gate.refusal(caller(5_000), now));
    expect(next.opensAt(now)).toBe(gate.opensAt(now));
    expect(next.quota(now)).toEqual({
      day: "2026-11-22",
      spent: 5,
      perDay: 100,
      by: { live: 5 },
    });
  });
});
