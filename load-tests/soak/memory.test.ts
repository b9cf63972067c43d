import { expect, it } from "vitest";
import { flatness, type Life } from "./memory.ts";

/** A run with a sample every 5 s. */
const life = (seconds: number, megabytesAt: (second: number) => number): Life => ({
  startedAt: 0,
  samples: Array.from({ length: seconds / 5 }, (_, n) => ({
    at: n * 5000,
    megabytes: megabytesAt(n * 5),
  })),
});

it("gives no verdict for a short run", () => {
  expect(flatness(life(400, () => 200))).toEqual({ kind: "too short" });
  expect(flatness({ startedAt: 0, samples: [] })).toEqual({ kind: "too short" });
});

it("ignores growth during the warm-up and fluctuations after it", () => {
  const warmed = life(600, (second) => (second < 300 ? second : 300 + (second % 20)));
  expect(flatness(warmed)).toMatchObject({ kind: "flat" });
});

it("detects a leak", () => {
  expect(flatness(life(600, (second) => 200 + second))).toMatchObject({ kind: "grows" });
});
