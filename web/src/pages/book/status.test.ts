import { describe, expect, it } from "vitest";
import { openReading, statusChange, statusUndone } from "./status.ts";

const DAY = "2026-11-29";

describe("a change of status", () => {
  it("begins a reading, unless one is open", () => {
    expect(statusChange([], "reading", DAY)).toEqual({
      set: { status: "reading" },
      addReadings: [{ startedAt: DAY }],
    });
    expect(statusChange([{ id: "1", startedAt: "2026-11" }], "reading", DAY)).toEqual({
      set: { status: "reading" },
    });
  });

  it("ends the open reading, never before it began", () => {
    expect(statusChange([{ id: "1", startedAt: "2026-11" }], "completed", DAY)).toEqual({
      set: { status: "completed" },
      changeReadings: [{ id: "1", finishedAt: DAY }],
    });
    expect(statusChange([{ id: "1", startedAt: "2026-11-30" }], "completed", DAY)).toMatchObject({
      changeReadings: [{ id: "1", finishedAt: "2026-11-30" }],
    });
  });

  it("adds a reading to a book that was never read, and none to one that was", () => {
    expect(statusChange([], "completed", DAY).addReadings).toEqual([{ finishedAt: DAY }]);
    expect(statusChange([{ id: "1", finishedAt: "2020" }], "completed", DAY)).toEqual({
      set: { status: "completed" },
    });
  });

  it("touches no reading otherwise, and can be none", () => {
    expect(statusChange([{ id: "1", startedAt: "2026" }], "paused", DAY)).toEqual({
      set: { status: "paused" },
    });
    expect(statusChange([], undefined, DAY)).toEqual({ set: { status: null } });
  });

  it("can be taken back with what it did to the readings", () => {
    const before = { status: "reading" as const, readings: [{ id: "1", startedAt: "2026" }] };
    expect(
      statusUndone(before, [
        { id: "1", startedAt: "2026", finishedAt: DAY },
        { id: "2", startedAt: DAY },
      ]),
    ).toEqual({
      set: { status: "reading" },
      removeReadings: ["2"],
      changeReadings: [{ id: "1", finishedAt: null }],
    });
  });
});

it("takes the last reading that has begun and not ended as the open one", () => {
  const readings = [{ id: "1", startedAt: "2020" }, { id: "2", startedAt: "2021" }, { id: "3" }];
  expect(openReading(readings)?.id).toBe("2");
});
