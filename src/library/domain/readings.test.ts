import { describe, expect, it } from "vitest";
import { lastFinished, readingsAfterMove } from "./readings.ts";

const TODAY = "2026-01-02";

describe("readingsAfterMove", () => {
  it.each([
    ["begins a first reading", [], "reading", [{ startedAt: TODAY }]],
    [
      "begins a re-read",
      [{ finishedAt: "2020" }],
      "reading",
      [{ finishedAt: "2020" }, { startedAt: TODAY }],
    ],
    ["takes a reading without dates for a past one", [{}], "reading", [{}, { startedAt: TODAY }]],
    [
      "ends nothing before it was begun",
      [{ startedAt: "2026-01-03" }],
      "completed",
      [{ startedAt: "2026-01-03", finishedAt: "2026-01-03" }],
    ],
    ["leaves a date that is there", [{ startedAt: "2020" }], "reading", [{ startedAt: "2020" }]],
    [
      "ends the open reading",
      [{ startedAt: "2020" }],
      "completed",
      [{ startedAt: "2020", finishedAt: TODAY }],
    ],
    [
      "ends the last open reading",
      [{ startedAt: "2019" }, { startedAt: "2020" }, { finishedAt: "2018" }],
      "completed",
      [{ startedAt: "2019" }, { startedAt: "2020", finishedAt: TODAY }, { finishedAt: "2018" }],
    ],
    ["notes the end of what never began", [], "completed", [{ finishedAt: TODAY }]],
    [
      "leaves an end that is there",
      [{ finishedAt: "2020" }],
      "completed",
      [{ finishedAt: "2020" }],
    ],
    [
      "leaves dates when a book is paused",
      [{ startedAt: "2020" }],
      "paused",
      [{ startedAt: "2020" }],
    ],
    ["leaves dates when it has no status any more", [{}], undefined, [{}]],
  ] as const)("%s", (_what, before, status, after) => {
    expect(readingsAfterMove(before, status, TODAY)).toEqual(after);
  });
});

describe("dates", () => {
  it("compare as partial dates", () => {
    expect(lastFinished([])).toBeUndefined();
    expect(lastFinished([{ startedAt: "2030" }])).toBeUndefined();
    expect(lastFinished([{ finishedAt: "2020-05" }, { finishedAt: "2020" }, {}])).toBe("2020-05");
  });
});
