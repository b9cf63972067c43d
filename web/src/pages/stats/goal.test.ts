import { describe, expect, it } from "vitest";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { goalLines, goalOf, shareOfYear, todayIn } from "./goal.ts";

const stats = (more: Partial<LibraryStats> = {}): LibraryStats =>
  ({
    year: 2024,
    byYear: [{ year: 2024, books: 9, readings: 10, pages: 3000 }],
    period: {
      progress: {
        byDay: [
          { date: "2023-12-31", pages: 5, minutes: 7, records: 1 },
          { date: "2024-01-01", pages: 5, minutes: 30, records: 1 },
        ],
      },
    },
    ...more,
  }) as LibraryStats;

describe("a goal", () => {
  it("uses the service's expectation while the target is the same", () => {
    const goal = {
      year: 2024,
      target: { books: 20 },
      done: { books: 10, pages: 3000, minutes: 30 },
      expected: { books: 9.8 },
      ahead: { books: 0.2 },
    };
    const today = "2024-07-01";
    const shown = { stats: stats({ goal }), targets: { books: 20 }, today };
    expect(goalLines(2024, shown)).toEqual([
      { part: "books", target: 20, done: 10, expected: 9.8, ahead: 0.2 },
    ]);
    expect(goalLines(2024, { ...shown, targets: { books: 40, pages: 6000 } })).toEqual([
      { part: "books", target: 40, done: 10, expected: 20, ahead: -10 },
      { part: "pages", target: 6000, done: 3000, expected: 3000, ahead: 0 },
    ]);
  });

  it("counts progress if the service has no goal yet", () => {
    expect(
      goalLines(2024, { stats: stats(), targets: { minutes: 60 }, today: "2025-03-01" }),
    ).toEqual([{ part: "minutes", target: 60, done: 30, expected: 60, ahead: undefined }]);
  });

  it("has no progress without statistics or with those of another year", () => {
    const shown = { targets: { books: 5 }, today: "2023-01-01" };
    expect(goalLines(2024, { ...shown, stats: undefined })[0]?.done).toBe(0);
    expect(goalLines(2025, { ...shown, stats: stats() })[0]?.done).toBe(0);
  });
});

it("computes the share of a year that has passed by a day", () => {
  expect(
    [
      [2024, "2024-01-01"],
      [2024, "2024-12-31"],
      [2024, "2023-12-31"],
      [2024, "2025-01-01"],
    ].map(([year, today]) => shareOfYear(Number(year), String(today))),
  ).toEqual([1 / 366, 1, 0, 1]);
});

it("computes the day in the time zone of the account, or in UTC if the device does not know the zone", () => {
  const newYear = Date.UTC(2024, 11, 31, 23, 30);
  expect([todayIn("Europe/Berlin", newYear), todayIn("Mars/Base", newYear)]).toEqual([
    "2025-01-01",
    "2024-12-31",
  ]);
});

describe("the form", () => {
  it("reads numbers with separators, and omits empty fields", () => {
    expect(goalOf({ books: " 24 ", pages: "12.000", minutes: "1 000,000" })).toEqual({
      targets: { books: 24, pages: 12_000, minutes: 1_000_000 },
    });
    expect(goalOf({ books: "", pages: "100", minutes: "" })).toEqual({ targets: { pages: 100 } });
  });

  it("refuses by field what the service would refuse", () => {
    expect(goalOf({ books: "1.5", pages: "0", minutes: "10000001" })).toEqual({
      faults: { books: "notANumber", pages: "notANumber", minutes: "tooLarge" },
    });
    expect(goalOf({ books: " ", pages: "", minutes: "" })).toEqual({
      faults: { books: "missing" },
    });
  });
});
