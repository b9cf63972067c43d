import { expect, it } from "vitest";
import { isolateActivity } from "./activity.ts";

it("counts as serving users for ten seconds after a response", () => {
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

it("counts as serving others than an account only if their responses are recent", () => {
  let now = 1_000_000;
  const activity = isolateActivity(() => now);
  activity.served("ann");
  activity.served("ann");
  expect([activity.isServing("ann"), activity.isServing("ben")]).toEqual([false, true]);
  now += 4000;
  activity.served("ben");
  activity.served("ann");
  expect([activity.isServing("ann"), activity.isServing("ben")]).toEqual([true, true]);
  now += 9000;
  activity.served("ann");
  expect(activity.isServing("ann")).toBe(true);
  now += 1000;
  expect([activity.isServing("ann"), activity.isServing()]).toEqual([false, true]);
  activity.served();
  expect(activity.isServing("ann")).toBe(true);
});

it("does not count as serving users for hours after the clock was set back", () => {
  let now = 10_000_000;
  const activity = isolateActivity(() => now);
  activity.served();
  now -= 7_200_000;
  expect(activity.isServing()).toBe(false);
});
