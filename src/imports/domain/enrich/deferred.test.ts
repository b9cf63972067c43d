import { describe, expect, it } from "vitest";
import { inTurns } from "./deferred.ts";

describe("turns", () => {
  it("take the first of each list, then the second of each, and so on", () => {
    expect(inTurns([["a1", "a2", "a3"], ["b1"], ["c1", "c2"]], 5)).toEqual([
      "a1",
      "b1",
      "c1",
      "a2",
      "c2",
    ]);
  });

  it("distribute the unused share of a short list, and end with the longest", () => {
    expect(inTurns([["a1"], ["b1", "b2", "b3"]], 25)).toEqual(["a1", "b1", "b2", "b3"]);
    expect(inTurns([], 25)).toEqual([]);
  });
});
