import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProviderFailed } from "../provider.ts";
import { backoffMs, healthOf, isTransient, isThrottled, outcomeOf } from "./outcome.ts";

const failed = (reason: ProviderFailed["reason"], more: Partial<ProviderFailed> = {}) =>
  ({ kind: "failed", reason, ...more }) satisfies ProviderFailed;

const outcome = (failure: ProviderFailed) => ({ kind: "failed", failure }) as const;

describe("outcomeOf", () => {
  it("is answered if there is an answer for at least one book, known or not", () => {
    expect(outcomeOf([failed("bad_answer"), { kind: "absent" }])).toEqual({ kind: "answered" });
  });

  it("is the first failure with the longest wait if nothing was answered", () => {
    const answers = [
      failed("http_error", { status: 503 }),
      failed("rate_limited", { retryAfterMs: 9_000 }),
      failed("rate_limited", { retryAfterMs: 2_000 }),
    ];
    expect(outcomeOf(answers)).toEqual(
      outcome(failed("http_error", { status: 503, retryAfterMs: 9_000 })),
    );
  });

  it("is a bad answer when there are no answers", () => {
    expect(outcomeOf([])).toEqual(outcome(failed("bad_answer")));
  });
});

describe("isTransient", () => {
  it("is true for 429, 502, 503, 504 and the network only", () => {
    const passing = [429, 502, 503, 504].map((status) => failed("http_error", { status }));
    for (const failure of [...passing, failed("network"), failed("rate_limited")]) {
      expect(isTransient(failure)).toBe(true);
    }
    const lasting = [400, 403, 404, 500, 501].map((status) => failed("http_error", { status }));
    const others = [failed("bad_answer"), failed("timeout"), failed("http_error")];
    for (const failure of [...lasting, ...others]) expect(isTransient(failure)).toBe(false);
  });
});

describe("healthOf", () => {
  it("is good for an answer, bad for a provider's failure, neutral for a wrong request", () => {
    expect(healthOf({ kind: "answered" }, 3_000, false)).toBe("good");
    const bad = [failed("network"), failed("bad_answer"), failed("timeout"), failed("http_error")];
    for (const failure of [...bad, failed("http_error", { status: 500 })]) {
      expect(healthOf(outcome(failure), 3_000, false)).toBe("bad");
    }
    const neutral = [
      failed("rate_limited"),
      failed("http_error", { status: 429 }),
      failed("http_error", { status: 404 }),
    ];
    for (const failure of neutral) expect(healthOf(outcome(failure), 3_000, false)).toBe("neutral");
  });

  it("does not count a call with almost no time as the provider's failure, unless it was the probe", () => {
    expect(healthOf(outcome(failed("timeout")), 400, false)).toBe("neutral");
    expect(healthOf(outcome(failed("timeout")), 400, true)).toBe("bad");
  });
});

describe("isThrottled", () => {
  it("recognises a rate limit by its reason or its status", () => {
    expect(isThrottled(failed("rate_limited"))).toBe(true);
    expect(isThrottled(failed("http_error", { status: 429 }))).toBe(true);
    expect(isThrottled(failed("http_error", { status: 503 }))).toBe(false);
  });
});

describe("backoffMs", () => {
  it("is random between zero and a pause that doubles, up to three seconds", () => {
    const most = () => 1 - Number.EPSILON;
    expect([1, 2, 3, 4, 5].map((attempts) => backoffMs(attempts, most))).toEqual([
      400, 800, 1_600, 3_000, 3_000,
    ]);
    expect(backoffMs(3, () => 0)).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const pause = backoffMs(attempts, () => random);
          expect(Number.isInteger(pause) && pause >= 0 && pause <= 3_000).toBe(true);
        },
      ),
    );
  });
});
