import { describe, expect, it } from "vitest";
import { BooksTrackError, ConnectionError } from "../../../client/src/index.ts";
import { createAttempt, waitMsOf } from "./attempt.ts";

const problem = (fields: Partial<BooksTrackError>): BooksTrackError =>
  new BooksTrackError({
    code: "RATE_LIMIT_EXCEEDED",
    message: "Too many.",
    status: 429,
    retryable: true,
    requestId: undefined,
    retryAfterMs: undefined,
    details: {},
    ...fields,
  });

/** An attempt with pauses that the test ends. */
function attemptWithPauses() {
  const pauses: number[] = [];
  let end: (() => void) | undefined;
  const attempt = createAttempt({
    now: () => 1000,
    random: () => 0,
    pause: (ms, signal) =>
      new Promise((resolve, reject) => {
        pauses.push(ms);
        end = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      }),
  });
  return { attempt, pauses, endPause: () => end?.() };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("the pause before another attempt", () => {
  it("is as long as the service requests, and grows with lost connections", () => {
    expect(waitMsOf(problem({ retryAfterMs: 12_000 }), 1, () => 0)).toBe(12_000);
    const lost = new ConnectionError("lost");
    expect(waitMsOf(lost, 1, () => 1)).toBe(3000);
    expect(waitMsOf(lost, 3, () => 1)).toBe(9000);
    expect(waitMsOf(lost, 50, () => 1)).toBe(31_000);
  });

  it("is absent for a refusal, a bug, a pause of hours, and a service that never recovers", () => {
    expect(waitMsOf(problem({ retryable: false, status: 400 }), 1, () => 0)).toBeUndefined();
    expect(waitMsOf(new TypeError("bug"), 1, () => 0)).toBeUndefined();
    expect(waitMsOf(problem({ retryAfterMs: 3_600_000 }), 1, () => 0)).toBeUndefined();
    expect(waitMsOf(problem({ status: 503 }), 10, () => 0)).toBeUndefined();
  });
});

describe("an attempt", () => {
  it("counts down, tries again and succeeds", async () => {
    const { attempt, pauses, endPause } = attemptWithPauses();
    const error = problem({ retryAfterMs: 5000 });
    let calls = 0;
    const result = attempt.run(async () => {
      calls += 1;
      if (calls === 1) throw error;
      return "done";
    });
    await settled();
    expect(attempt.state.value).toEqual({ kind: "waiting", error, until: 6000 });
    expect(pauses).toEqual([5000]);
    endPause();
    expect(await result).toBe("done");
    expect(attempt.state.value).toEqual({ kind: "idle" });
  });

  it("retries immediately when the user does not want to wait", async () => {
    const { attempt } = attemptWithPauses();
    let calls = 0;
    const result = attempt.run(async () => {
      calls += 1;
      if (calls === 1) throw new ConnectionError("lost");
      return calls;
    });
    await settled();
    attempt.retryNow();
    expect(await result).toBe(2);
  });

  it("can be stopped while waiting and while working", async () => {
    const { attempt } = attemptWithPauses();
    const waiting = attempt.run(() => Promise.reject(new ConnectionError("lost")));
    await settled();
    attempt.stop();
    expect(await waiting).toBeUndefined();
    const working = attempt.run(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    );
    attempt.stop();
    expect(await working).toBeUndefined();
    expect(attempt.state.value).toEqual({ kind: "idle" });
  });

  it("keeps a refusal to show it", async () => {
    const { attempt } = attemptWithPauses();
    const error = problem({ retryable: false, status: 400, code: "INVALID_CSV" });
    expect(await attempt.run(() => Promise.reject(error))).toBeUndefined();
    expect(attempt.state.value).toEqual({ kind: "failed", error });
  });
});
