import { describe, expect, it } from "vitest";
import type { ClassLimiter, Decision } from "./limiter.ts";
import { missGate } from "./miss-gate.ts";
import { policyOf } from "./policy.ts";

const policy = policyOf("misses", 20);
const admitted: Decision = { kind: "admitted", policy, remaining: 3, resetSeconds: 42 };
const refused: Decision = { kind: "refused", policy, remaining: 0, resetSeconds: 42 };

const anonymous = { key: "203.0.113.7", account: false };
const reader = { key: "user:1", account: true };

/** A limiter that says the same to everybody, at once or only when it is asked. */
function limiter(decision: Decision, atOnce: boolean): ClassLimiter & { asked: string[] } {
  const asked: string[] = [];
  return {
    policy,
    asked,
    tryTake(caller) {
      asked.push(caller);
      return atOnce ? decision : undefined;
    },
    take: async () => decision,
  };
}

describe("missGate", () => {
  it.each([true, false])(
    "admits and refuses callers without an account (at once: %s)",
    async (atOnce) => {
      expect(await missGate(limiter(admitted, atOnce)).admit(anonymous)).toEqual({ ok: true });
      expect(await missGate(limiter(refused, atOnce)).admit(anonymous)).toEqual({
        ok: false,
        retryAfterSeconds: 42,
      });
    },
  );

  it("lets a lookup pass when the limiter cannot say", async () => {
    expect(await missGate(limiter({ kind: "open" }, false)).admit(anonymous)).toEqual({ ok: true });
  });

  it("neither counts nor refuses callers with an account", async () => {
    const strict = limiter(refused, true);
    expect(await missGate(strict).admit(reader)).toEqual({ ok: true });
    expect(strict.asked).toEqual([]);
  });

  it("admits everybody when there is no limit", async () => {
    expect(await missGate(undefined).admit(anonymous)).toEqual({ ok: true });
  });
});
