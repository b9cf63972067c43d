import { expect, it } from "vitest";
import { viewOf } from "../shelf/logic/view.ts";
import { shelfOf } from "./links.ts";

it.each([
  "tag",
  "author",
  "series",
  "format",
  "language",
  "year",
  "month",
  "stars",
  "decade",
  "category",
] as const)("a number leads to the books of a %s, whatever its name", (filter) => {
  const value = "R&D = 50 % + “ß”";
  const { filters } = viewOf(shelfOf(filter, value).slice(1));
  expect(filters).toEqual({ q: "", status: "all", chosen: { [filter]: [value] } });
});

it("a number links to the books of a status", () => {
  expect(viewOf(shelfOf("status", "paused").slice(1)).filters.status).toBe("paused");
});
