import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choiceOf, daysOf, pathOf, queryOf, yearChoices, type Choice } from "./period.ts";

const THIS_YEAR = 2026;

describe("the period in the URL", () => {
  it("is this year by default, and if it is invalid", () => {
    for (const query of [
      {},
      { year: "x" },
      { year: "20245" },
      { from: "2024-02-30", to: "2024" },
    ]) {
      expect(choiceOf(query, THIS_YEAR)).toEqual({ kind: "year", year: THIS_YEAR });
    }
  });

  it("round-trips", () => {
    const year = fc.integer({ min: 1900, max: 2199 });
    const choice: fc.Arbitrary<Choice> = fc.oneof(
      year.map((one) => ({ kind: "year" as const, year: one })),
      fc.constant({ kind: "all" as const }),
      fc.tuple(year, year).map(([one, other]) => ({
        kind: "days" as const,
        from: `${Math.min(one, other)}-02-01`,
        to: `${Math.max(one, other)}-11-30`,
      })),
    );
    fc.assert(
      fc.property(choice, (one) => {
        const query = Object.fromEntries(new URL(pathOf(one, THIS_YEAR), "http://a").searchParams);
        expect(choiceOf(query, THIS_YEAR)).toEqual(one);
      }),
    );
  });

  it("requests a year, all days, or given days from the service", () => {
    expect(queryOf({ kind: "year", year: 2020 }, THIS_YEAR)).toEqual({ year: 2020 });
    expect(queryOf({ kind: "all" }, THIS_YEAR)).toEqual({ year: THIS_YEAR, to: "9999-12-31" });
    expect(queryOf({ kind: "days", from: "2019-01-01", to: "2020-06-30" }, THIS_YEAR)).toEqual({
      year: 2020,
      from: "2019-01-01",
      to: "2020-06-30",
    });
  });
});

describe("typed days", () => {
  it("are all days of a year or a month", () => {
    expect(daysOf("2023", "2024-02")).toEqual({ from: "2023-01-01", to: "2024-02-29" });
    expect(daysOf(" 2024-03-09", "2024 ")).toEqual({ from: "2024-03-09", to: "2024-12-31" });
  });

  it("are refused by field", () => {
    expect([
      daysOf("", "2024"),
      daysOf("9.3.2024", "2024"),
      daysOf("2024", "2024-13"),
      daysOf("2024", "2024-02-30"),
      daysOf("2024-05", "2024-04"),
    ]).toEqual(["from", "from", "to", "to", "order"].map((fault) => ({ fault })));
  });
});

it("offers the years with data, this year and the displayed one, newest first", () => {
  expect(yearChoices([2019, 2020, 2019], { kind: "year", year: 2001 }, THIS_YEAR)).toEqual([
    2026, 2020, 2019, 2001,
  ]);
});
