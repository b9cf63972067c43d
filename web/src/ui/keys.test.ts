import { expect, it } from "vitest";
import { ratingOf, starsAfter, starsText } from "./stars.tsx";
import { targetOf } from "./tabs.tsx";

it("changes stars by a quarter, by a star, to the ends and to a digit", () => {
  const after = (key: string, now: number) => ratingOf(starsAfter(key, now) ?? Number.NaN);
  expect(after("ArrowRight", 3.75)).toBe(4);
  expect(after("ArrowUp", 5)).toBe(5);
  expect(after("ArrowLeft", 0.25)).toBeUndefined();
  expect(after("PageUp", 3.5)).toBe(4.5);
  expect(after("PageDown", 0.5)).toBeUndefined();
  expect([after("Home", 3), after("End", 3), after("2", 5)]).toEqual([undefined, 5, 2]);
  expect(starsAfter("a", 3)).toBeUndefined();
});

it("names stars in words", () => {
  expect([undefined, 1, 3.75].map(starsText)).toEqual([
    "not rated",
    "1 star of 5",
    "3.75 stars of 5",
  ]);
});

it("moves from tab to tab, around the ends", () => {
  expect(["ArrowRight", "ArrowLeft", "Home", "End", "x"].map((key) => targetOf(key, 2, 3))).toEqual(
    [0, 1, 0, 2, undefined],
  );
});
