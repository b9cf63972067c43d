import { expect, test } from "vitest";
import { PLAN_STAGES, stepsOf } from "./stages.ts";

test("converts a ramp to steps around its line", () => {
  expect(stepsOf(PLAN_STAGES)).toEqual([
    { seconds: 10, users: 8 },
    { seconds: 10, users: 25 },
    { seconds: 10, users: 42 },
    { seconds: 20, users: 58 },
    { seconds: 20, users: 75 },
    { seconds: 20, users: 92 },
    { seconds: 10, users: 83 },
    { seconds: 10, users: 50 },
    { seconds: 10, users: 17 },
  ]);
});

test("a shortened run has the same users for less time", () => {
  const short = stepsOf(PLAN_STAGES, 12);
  expect(short.map(({ users }) => users)).toEqual(stepsOf(PLAN_STAGES).map(({ users }) => users));
  expect(short.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(12);
});
