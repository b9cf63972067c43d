import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../test/support/properties.ts";
import { dateOf, dayOf, isBefore, NO_DATE, partsOf } from "./partial-date.ts";

describe("a date in three fields", () => {
  it("is a day, a month or a year, or none", () => {
    expect(dateOf({ day: "9", month: "3", year: "2024" })).toEqual({ date: "2024-03-09" });
    expect(dateOf({ day: "", month: "03", year: " 2024 " })).toEqual({ date: "2024-03" });
    expect(dateOf({ day: "", month: "", year: "2024" })).toEqual({ date: "2024" });
    expect(dateOf(NO_DATE)).toEqual({});
  });

  it("reports the invalid field", () => {
    expect(dateOf({ day: "30", month: "2", year: "2024" })).toEqual({ fault: "day" });
    expect(dateOf({ day: "29", month: "2", year: "2023" })).toEqual({ fault: "day" });
    expect(dateOf({ day: "1", month: "13", year: "2023" })).toEqual({ fault: "month" });
    expect(dateOf({ day: "1", month: "", year: "2023" })).toEqual({ fault: "month" });
    expect(dateOf({ day: "", month: "3", year: "" })).toEqual({ fault: "year" });
    expect(dateOf({ day: "", month: "", year: "24" })).toEqual({ fault: "year" });
  });
});

it("accepts exactly the days of the calendar, and returns them unchanged", () => {
  const part = (min: number, max: number) => fc.integer({ min, max }).map(String);
  fc.assert(
    fc.property(part(1000, 9999), part(0, 13), part(0, 32), (year, month, day) => {
      const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
      const exists =
        at.getUTCMonth() === Number(month) - 1 &&
        at.getUTCDate() === Number(day) &&
        at.getUTCFullYear() === Number(year);
      const read = dateOf({ day, month, year });
      expect("date" in read ? partsOf(read.date) : undefined).toEqual(
        exists ? { day, month, year } : undefined,
      );
    }),
    { numRuns: runs(300) },
  );
});

it("compares dates to the precision that both have", () => {
  expect(isBefore("2024-02", "2024-03-09")).toBe(true);
  expect(isBefore("2024", "2024-03-09")).toBe(false);
  expect(isBefore("2024-03-09", "2024-03")).toBe(false);
});

it("returns the date of the device", () => {
  expect(dayOf(new Date(2024, 2, 9, 23, 59))).toBe("2024-03-09");
});
