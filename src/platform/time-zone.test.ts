import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayIn, dayStart, timeZoneNamed } from "./time-zone.ts";

const startOf = (timeZone: string, day: string): string =>
  new Date(dayStart(timeZone, Date.parse(day))).toISOString();

it.each([
  ["Europe/Berlin", "Europe/Berlin"],
  ["eUROPE/berlin", "Europe/Berlin"],
  ["utc", "UTC"],
  ["Europe/Kyiv", "Europe/Kyiv"],
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["Etc/GMT+12", "Etc/GMT+12"],
  ["+02:00", undefined],
  ["Mars/Olympus", undefined],
  ["", undefined],
])("the time zone %j is %j", (name, spelled) => {
  expect(timeZoneNamed(name)).toBe(spelled);
});

describe("the start of a day", () => {
  it.each([
    ["UTC", "2026-03-01", "2026-03-01T00:00:00.000Z"],
    ["Europe/Berlin", "2026-03-01", "2026-02-28T23:00:00.000Z"],
    ["Europe/Berlin", "2026-07-01", "2026-06-30T22:00:00.000Z"],
    ["Asia/Kathmandu", "2026-07-01", "2026-06-30T18:15:00.000Z"],
    ["Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"],
    ["Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000Z"],
    // The clocks are put forward at midnight.
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00.000Z"],
    // Samoa left this day out.
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"],
  ])("in %s of %s is %s", (timeZone, day, instant) => {
    expect(startOf(timeZone, day)).toBe(instant);
  });

  it("is its first second everywhere", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const days = fc.integer({ min: 0, max: 25_000 }).map((number) => number * 86_400_000);
    fc.assert(
      fc.property(zones, days, (timeZone, utc) => {
        const start = dayStart(timeZone, utc);
        const day = dayIn("UTC", utc);
        expect(dayIn(timeZone, start) >= day).toBe(true);
        expect(dayIn(timeZone, start - 1000) < day).toBe(true);
      }),
    );
  });
});
