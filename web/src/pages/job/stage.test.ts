import { expect, it } from "vitest";
import { hasRest, leftOf, lookupsOf, silentSeconds, stageOf } from "./stage.ts";

it("distinguishes previews, imports and undos", () => {
  expect(
    [
      { status: "queued", dryRun: true },
      { status: "previewed", dryRun: true },
      { status: "processing", dryRun: false },
      { status: "processing", dryRun: false, undoing: true },
      { status: "completed", dryRun: false },
    ].map((job) => stageOf(job as Parameters<typeof stageOf>[0])),
  ).toEqual(["previewing", "preview", "running", "undoing", "completed"]);
});

it("counts lookups by result, and none before the first one", () => {
  const of = (done: number, notFound: number, deferred: number, pending: number) =>
    lookupsOf({ enrichment: { done, notFound, deferred, pending } });
  expect(of(0, 0, 0, 0)).toBeUndefined();
  expect(of(5, 2, 1, 4)).toEqual({ done: 8, total: 12 });
});

it("shows the remaining time in steps, and in minutes if it is long", () => {
  expect(leftOf(undefined)).toBeUndefined();
  expect([0, 7, 42, 200].map(leftOf)).toEqual([
    { unit: "seconds", count: 5 },
    { unit: "seconds", count: 10 },
    { unit: "seconds", count: 45 },
    { unit: "minutes", count: 3 },
  ]);
});

it("does not mention a short silence", () => {
  expect(silentSeconds(1000, 15_999)).toBeUndefined();
  expect(silentSeconds(1000, 16_000)).toBe(15);
});

it("leaves nothing to retry once every row is on the shelf and every book is looked up", () => {
  const outcomes = {
    created: 5,
    updated: 2,
    unchanged: 1,
    needsReview: 0,
    invalid: 0,
    notProcessed: 0,
  };
  const enrichment = { done: 8, notFound: 0, deferred: 0, pending: 0 };
  expect(hasRest({ outcomes, enrichment })).toBe(false);
  for (const outcome of ["needsReview", "invalid", "notProcessed"]) {
    expect(hasRest({ outcomes: { ...outcomes, [outcome]: 1 }, enrichment })).toBe(true);
  }
  for (const result of ["notFound", "deferred", "pending"]) {
    expect(hasRest({ outcomes, enrichment: { ...enrichment, [result]: 1 } })).toBe(true);
  }
});
