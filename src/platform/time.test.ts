import { describe, expect, it } from "vitest";
import { HOUR_MS, isAhead, isoTime, isRecent, MINUTE_MS, SECOND_MS } from "./time.ts";

it("formats an instant in UTC, and returns undefined for an unknown one", () => {
  const unknown: number | undefined = [0].at(1);
  expect(isoTime(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(isoTime(unknown)).toBeUndefined();
});

describe("after the clock was set", () => {
  const NOW = Date.UTC(2026, 10, 22, 12);

  it("an instant is recent for the given time, unless the clock was set back before it", () => {
    expect(isRecent(NOW, MINUTE_MS, NOW + MINUTE_MS - 1)).toBe(true);
    expect(isRecent(NOW, MINUTE_MS, NOW + MINUTE_MS)).toBe(false);
    // The clocks of two isolates differ.
    expect(isRecent(NOW, MINUTE_MS, NOW - 10 * SECOND_MS)).toBe(true);
    for (const hours of [-2, 2])
      expect(isRecent(NOW, MINUTE_MS, NOW + hours * HOUR_MS)).toBe(false);
  });

  it("an instant is in the future, unless it is further ahead than possible", () => {
    const until = NOW + MINUTE_MS;
    expect(isAhead(until, MINUTE_MS, NOW)).toBe(true);
    expect(isAhead(until, MINUTE_MS, NOW - 10 * SECOND_MS)).toBe(true);
    expect(isAhead(until, MINUTE_MS, until)).toBe(false);
    for (const hours of [-2, 2])
      expect(isAhead(until, MINUTE_MS, NOW + hours * HOUR_MS)).toBe(false);
  });
});
