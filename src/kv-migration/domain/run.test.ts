import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addTally, speedOf, tallyOf, transitionOf, type KeyTally } from "./run.ts";

const keys = fc.array(
  fc.record({
    outcome: fc.constantFrom<KeyTally["outcome"]>("migrated", "unchanged", "skipped", "failed"),
    shape: fc.constantFrom("flat", "works"),
    reason: fc.constantFrom("empty", "not_json"),
  }),
);

describe("the counts of a run", () => {
  it("add up for any distribution of keys over pages", () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        const { counts, shapes, reasons } = addTally(tallyOf(one), tallyOf(other));
        expect(counts.migrated + counts.unchanged + counts.skipped + counts.failed).toBe(
          counts.listed,
        );
        expect({ counts, shapes, reasons }).toEqual(tallyOf([...one, ...other]));
      }),
    );
  });

  it("are rejected when they do not", () => {
    const page = tallyOf([{ outcome: "migrated" }]);
    const broken = { ...page, counts: { ...page.counts, listed: 2 } };
    expect(() => addTally(page, broken)).toThrow("do not add up");
  });
});

describe("the speed of a run", () => {
  const counts = { listed: 200, migrated: 200, unchanged: 0, skipped: 0, failed: 0 };

  it("is that of its work", () => {
    expect(speedOf({ counts, activeMs: 4000, status: "running" }, 1000)).toEqual({
      keysPerSecond: 50,
      etaSeconds: 16,
    });
  });

  it("has no estimate of the end when the number of keys is unknown", () => {
    expect(speedOf({ counts, activeMs: 4000, status: "running" }, undefined)).toEqual({
      keysPerSecond: 50,
    });
    expect(speedOf({ counts, activeMs: 0, status: "running" }, 1000)).toEqual({});
    expect(speedOf({ counts, activeMs: 4000, status: "completed" }, 1000).etaSeconds).toBe(0);
  });
});

it("does not resume a run that has ended", () => {
  for (const action of ["pause", "resume", "cancel"] as const) {
    expect(transitionOf(action).from).not.toContain("completed");
    expect(transitionOf(action).from).not.toContain("cancelled");
  }
});
