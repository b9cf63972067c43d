import { describe, expect, it } from "vitest";
import { Hold } from "./hold.ts";

const START = 1_000_000;
const most = () => 1 - Number.EPSILON;

describe("Hold", () => {
  it("lasts as long as the provider requested, and a shorter request does not shorten it", () => {
    const hold = new Hold(undefined);
    hold.obey(30_000, START);
    hold.obey(1_000, START + 5_000);
    expect(hold.until).toBe(START + 30_000);
  });

  it("lasts at most a day", () => {
    const hold = new Hold(undefined);
    hold.obey(Number.MAX_SAFE_INTEGER, START);
    expect(hold.until).toBe(START + 86_400_000);
  });

  it("backs off longer each time the provider gives no delay, up to a minute", () => {
    const hold = new Hold(undefined);
    const pauses: number[] = [];
    for (let strike = 0; strike < 8; strike += 1) {
      const now = START + strike * 100_000;
      hold.backOff(now, most);
      pauses.push(hold.until - now);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it("waits longer after each refusal of this service, up to an hour, even after a restart", () => {
    let hold = new Hold(undefined);
    const pauses = Array.from({ length: 11 }, (_, index) => {
      const now = START + index * 10_000_000;
      hold.deny(403, now);
      const pause = hold.until - now;
      hold = new Hold(hold.record());
      return pause / 1_000;
    });
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
    expect(hold.denied).toEqual({ since: START, times: 11, status: 403 });
    hold.forgive();
    expect(hold.denied).toBeUndefined();
  });

  it("starts over once the provider has answered", () => {
    const hold = new Hold(undefined);
    for (let strike = 0; strike < 5; strike += 1) hold.backOff(START, most);
    hold.forgive();
    hold.backOff(START + 100_000, most);
    expect(hold.until).toBe(START + 101_000);
  });

  it("continues after a restart", () => {
    const before = new Hold(undefined);
    before.backOff(START, most);
    before.obey(30_000, START);
    const after = new Hold(before.record());
    expect(after.until).toBe(START + 30_000);
    after.backOff(START + 40_000, most);
    expect(after.until).toBe(START + 42_000);
  });
});
