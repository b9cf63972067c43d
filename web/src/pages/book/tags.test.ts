import { expect, it } from "vitest";
import { newTags } from "./tags.ts";

it("reads comma-separated tags, without blanks, duplicates and tags that the book already has", () => {
  expect(newTags(" sci-fi,  space   opera , ,Sci-Fi,", ["Fantasy"])).toEqual([
    "sci-fi",
    "space opera",
  ]);
  expect(newTags("FANTASY", ["fantasy"])).toEqual([]);
  expect(newTags("x".repeat(200), [])[0]).toHaveLength(100);
});
