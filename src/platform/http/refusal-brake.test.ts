import { describe, expect, it } from "vitest";
import { FakeTime } from "../../../test/support/fake-time.ts";
import { HOLD_MS, refusalBrake } from "./refusal-brake.ts";

function brake() {
  const time = new FakeTime();
  const state = { sent: 0 };
  const holdBack = refusalBrake({
    now: time.now,
    sleep: (ms) => new Promise((resolve) => time.setTimer(ms, resolve)),
  });
  return {
    time,
    state,
    refuse(count: number) {
      for (let refusal = 0; refusal < count; refusal += 1) {
        void holdBack().then(() => (state.sent += 1));
      }
    },
  };
}

describe("refusals", () => {
  it("are sent immediately while there are few", async () => {
    const { time, state, refuse } = brake();
    for (let second = 1; second <= 5; second += 1) {
      refuse(20);
      await time.pass(1000);
      expect(state.sent).toBe(20 * second);
    }
  });

  it("are held for a second when there are many, and are sent one at a time", async () => {
    const { time, state, refuse } = brake();
    refuse(100);
    await time.pass(HOLD_MS - 1);
    expect(state.sent).toBe(20);
    await time.pass(1);
    expect(state.sent).toBe(21);
    await time.pass(100);
    expect(state.sent).toBe(41);
    await time.pass(HOLD_MS);
    expect(state.sent).toBe(100);
    expect(time.pending).toBe(0);
  });

  it("are sent immediately when a thousand are held, so that memory is bounded", async () => {
    const { time, state, refuse } = brake();
    refuse(1520);
    await time.pass(0);
    expect(state.sent).toBe(520);
    expect(time.pending).toBe(1000);
  });

  it("are sent immediately after the clock was set back", async () => {
    let now = 10_000_000;
    const holdBack = refusalBrake({
      now: () => now,
      sleep: () => Promise.reject(new Error("This refusal is held.")),
    });
    for (let refusal = 0; refusal < 20; refusal += 1) await holdBack();
    now -= 7_200_000;
    for (let refusal = 0; refusal < 20; refusal += 1) await holdBack();
    await expect(holdBack()).rejects.toThrow("held");
  });
});
