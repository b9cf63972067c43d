import { expect, it } from "vitest";
import { flatness, type Life } from "./memory.ts";

/** A life with a sample each 5 s. */
const life = (seconds: number, megabytesAt: (second: number) => number): Life => ({
  startedAt: 0,
  samples: Array.from({ length: seconds / 5 }, (_, n) => ({
    at: n * 5000,
    megabytes: megabytesAt(n * 5),
  })),
});

it("does not judge a short life", () => {
  expect(flatness(life(400, () => 200))).toEqual({ kind: "too short" });
  expect(flatness({ startedAt: 0, samples: [] })).toEqual({ kind: "too short" });
});

it("lets the warm-up grow, and what comes after swing", () => {
  const warmed = life(600, (second) => (second < 300 ? second : 300 + (second % 20)));
  expect(flatness(warmed)).toMatchObject({ kind: "flat" });
});

it("sees a leak", () => {
  expect(flatness(life(600, (second) => 200 + second))).toMatchObject({ kind: "grows" });
});
