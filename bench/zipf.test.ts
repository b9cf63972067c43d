import { expect, it } from "vitest";
import { seededRandom } from "../test/tools/stand-in/random.ts";
import { zipf } from "./zipf.ts";

it("draws each rank in proportion to its reciprocal", () => {
  const draw = zipf(100, seededRandom(5));
  const counts = Array.from({ length: 100 }, () => 0);
  const total = 200_000;
  for (let turn = 0; turn < total; turn += 1) counts[draw()]! += 1;
  const harmonic = counts.reduce((sum, _count, rank) => sum + 1 / (rank + 1), 0);
  for (const rank of [0, 1, 9]) {
    const share = 1 / ((rank + 1) * harmonic);
    expect(Math.abs(counts[rank]! / total / share - 1)).toBeLessThan(0.05);
  }
  expect(counts[99]).toBeGreaterThan(0);
});

it("stays in range at both ends of the random numbers", () => {
  expect(zipf(10, () => 0)()).toBe(0);
  expect(zipf(10, () => 1 - Number.EPSILON)()).toBe(9);
  expect(zipf(1, () => 0.5)()).toBe(0);
});
