import { expect, it } from "vitest";
import { median, percentile } from "./statistics.ts";

it("computes medians and percentiles of unsorted values", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(percentile([10, 0, 20, 30, 40], 90)).toBe(36);
  expect(percentile([7], 99)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});
