import { describe, expect, it } from "vitest";
import type { ClassLimiter, Decision } from "../../rate-limits/domain/limiter.ts";
import { missGate, type RecentFlights } from "./miss-gate.ts";
import { policyOf } from "../../rate-limits/domain/policy.ts";

const policy = policyOf("misses", 20);
const admitted: Decision = { kind: "admitted", policy, remaining: 3, resetSeconds: 42 };
const refused: Decision = { kind: "refused", policy, remaining: 0, resetSeconds: 42 };

const anonymous = { key: "203.0.113.7", account: false };
const reader = { key: "user:1", account: true };

/** A limiter with the same decision for every caller, made synchronously (`tryTake`) or only by `take`. */
function limiter(decision: Decision, synchronous: boolean): ClassLimiter & { asked: string[] } {
  const asked: string[] = [];
  return {
    policy,
    asked,
    tryTake(caller) {
      asked.push(caller);
      return synchronous ? decision : undefined;
    },
    take: async () => decision,
  };
}

const noFlights: RecentFlights = { has: () => false, add: () => {} };

describe("missGate", () => {
  it.each([true, false])(
    "admits and refuses callers without an account (synchronously: %s)",
    async (synchronous) => {
      expect(await missGate(limiter(admitted, synchronous), noFlights).admit(anonymous)).toEqual({
        ok: true,
      });
      expect(await missGate(limiter(refused, synchronous), noFlights).admit(anonymous)).toEqual({
        ok: false,
        retryAfterSeconds: 42,
      });
    },
  );

  it("admits a lookup when the limiter cannot decide", async () => {
    expect(await missGate(limiter({ kind: "open" }, false), noFlights).admit(anonymous)).toEqual({
      ok: true,
    });
  });

  it("neither counts nor refuses callers with an account", async () => {
    const strict = limiter(refused, true);
    expect(await missGate(strict, noFlights).admit(reader)).toEqual({ ok: true });
    expect(strict.asked).toEqual([]);
  });

  it("admits every caller if there is no limit", async () => {
    expect(await missGate(undefined, noFlights).admit(anonymous)).toEqual({ ok: true });
  });

  it("counts only one of the callers that share a flight, and refuses none of them", async () => {
    const asked = new Set<string>();
    let tokens = 1;
    const take = (): Decision => (tokens-- > 0 ? admitted : refused);
    const gate = missGate({ policy, tryTake: () => undefined, take: async () => take() }, asked);
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, () => gate.admit(anonymous, "1")),
    );
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
    expect(await gate.admit(anonymous, "1")).toEqual({ ok: true });
    expect(await gate.admit(anonymous, "2")).toEqual({ ok: false, retryAfterSeconds: 42 });
    expect(asked).toEqual(new Set(["1"]));
  });
});

describe("admitRefresh", () => {
  it("counts and refuses callers with an account too", async () => {
    const strict = limiter(refused, true);
    expect(await missGate(strict, noFlights).admitRefresh(reader, "9780441172719")).toEqual({
      ok: false,
      retryAfterSeconds: 42,
    });
    expect(strict.asked).toEqual([reader.key]);
  });
});
