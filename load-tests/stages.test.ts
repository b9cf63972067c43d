import { expect, test } from "vitest";
import { PLAN_STAGES, stepsOf } from "./stages.ts";

test("a ramp becomes steps around its line", () => {
  expect(stepsOf(PLAN_STAGES)).toEqual([
    { seconds: 10, readers: 8 },
    { seconds: 10, readers: 25 },
    { seconds: 10, readers: 42 },
    { seconds: 20, readers: 58 },
    { seconds: 20, readers: 75 },
    { seconds: 20, readers: 92 },
    { seconds: 10, readers: 83 },
    { seconds: 10, readers: 50 },
    { seconds: 10, readers: 17 },
  ]);
});

test("a shortened run has the same readers for less time", () => {
  const short = stepsOf(PLAN_STAGES, 12);
  expect(short.map(({ readers }) => readers)).toEqual(
    stepsOf(PLAN_STAGES).map(({ readers }) => readers),
  );
  expect(short.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(12);
});
