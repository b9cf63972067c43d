import { describe, expect, it } from "vitest";
import { bodyOf, percentOf, positionOf, stepsFrom, unitOf } from "./progress.ts";

describe("typed progress", () => {
  it("is a page, a percentage or minutes", () => {
    expect(positionOf(" 120 ", "page", 300)).toEqual({ value: 120 });
    expect(positionOf("12,5 %", "percent", 300)).toEqual({ value: 12.5 });
    expect(positionOf("90", "minutes", undefined)).toEqual({ value: 90 });
  });

  it("is refused with the reason", () => {
    expect(positionOf("", "page", 300)).toEqual({ fault: "missing" });
    expect(positionOf("x", "page", 300)).toEqual({ fault: "number" });
    expect(positionOf("-3", "page", 300)).toEqual({ fault: "number" });
    expect(positionOf("12.5", "page", 300)).toEqual({ fault: "number" });
    expect(positionOf("301", "page", 300)).toEqual({ fault: "beyond" });
    expect(positionOf("101", "percent", 300)).toEqual({ fault: "beyond" });
  });
});

it("computes the percentage read if the number of pages is known", () => {
  expect(percentOf({ page: 75 }, 300)).toBe(25);
  expect(percentOf({ page: 400 }, 300)).toBe(100);
  expect(percentOf({ percent: 40 }, undefined)).toBe(40);
  expect(percentOf({ page: 75 }, undefined)).toBeUndefined();
});

it("uses the last unit, or else that of the format", () => {
  expect(unitOf({ page: 3, percent: 1 }, "audiobook")).toBe("page");
  expect([undefined, "ebook", "audiobook"].map((format) => unitOf(undefined, format))).toEqual([
    "page",
    "percent",
    "minutes",
  ]);
});

it("offers steps that stay within the book", () => {
  expect(stepsFrom({ page: 100 }, "page", 300).map(({ value }) => value)).toEqual([110, 125]);
  expect(stepsFrom({ page: 295 }, "page", 300)).toEqual([{ step: 10, value: 300 }]);
  expect(stepsFrom({ percent: 100 }, "percent", undefined)).toEqual([]);
  expect(stepsFrom(undefined, "minutes", undefined).map(({ value }) => value)).toEqual([15, 30]);
});

it("re-records an entry as the user entered it", () => {
  const at = "2026-11-29T10:00:00.000Z";
  const entry = { id: "1", isbn: "9780441172719", at };
  expect(bodyOf({ ...entry, page: 20, percent: 10, note: "x" })).toEqual({
    page: 20,
    at,
    note: "x",
  });
  expect(bodyOf({ ...entry, percent: 10 })).toEqual({ percent: 10, at });
  expect(bodyOf({ ...entry, minutes: 30 })).toEqual({ minutes: 30, at });
});
