import { expect, it } from "vitest";
import { isolateActivity } from "./activity.ts";

it("serves users for ten seconds after a response", () => {
  let now = 1_000_000;
  const activity = isolateActivity(() => now);
  expect(activity.isServing()).toBe(false);
  activity.served();
  expect(activity.isServing()).toBe(true);
  now += 9999;
  expect(activity.isServing()).toBe(true);
  now += 1;
  expect(activity.isServing()).toBe(false);
});

it("does not serve users for hours after the clock was set back", () => {
  let now = 10_000_000;
  const activity = isolateActivity(() => now);
  activity.served();
  now -= 7_200_000;
  expect(activity.isServing()).toBe(false);
});
