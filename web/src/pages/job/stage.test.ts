import { expect, it } from "vitest";
import { leftOf, lookupsOf, silentSeconds, stageOf } from "./stage.ts";

it("tells a preview from an import, and an undo from both", () => {
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

it("counts lookups of every result, and none before there are any", () => {
  const of = (done: number, notFound: number, deferred: number, pending: number) =>
    lookupsOf({ enrichment: { done, notFound, deferred, pending } });
  expect(of(0, 0, 0, 0)).toBeUndefined();
  expect(of(5, 2, 1, 4)).toEqual({ done: 8, total: 12 });
});

it("tells the time left in steps, and in minutes when it is long", () => {
  expect(leftOf(undefined)).toBeUndefined();
  expect([0, 7, 42, 200].map(leftOf)).toEqual([
    { unit: "seconds", count: 5 },
    { unit: "seconds", count: 10 },
    { unit: "seconds", count: 45 },
    { unit: "minutes", count: 3 },
  ]);
});

it("is silent about a short silence", () => {
  expect(silentSeconds(1000, 15_999)).toBeUndefined();
  expect(silentSeconds(1000, 16_000)).toBe(15);
});
