import { expect, it } from "vitest";
import { counted, folded, lastPart, suggestions } from "./suggest.ts";

const TAGS = counted(["fantasy", "science fiction", "science fiction", "Science", "süß"]);

it("suggests values that start with the text first, then frequent ones", () => {
  expect(suggestions(TAGS, "sci")).toEqual(["science fiction", "Science"]);
  expect(suggestions(TAGS, "f")).toEqual(["fantasy", "science fiction"]);
  expect(suggestions(TAGS, "")).toEqual(["science fiction", "fantasy", "Science", "süß"]);
});

it("ignores case and diacritics, and omits chosen values", () => {
  expect(suggestions(TAGS, "SUß")).toEqual(["süß"]);
  expect(suggestions(TAGS, "sci", { without: ["Science"] })).toEqual(["science fiction"]);
  expect(suggestions(TAGS, "", { limit: 1 })).toEqual(["science fiction"]);
  expect(suggestions(TAGS, "nothing")).toEqual([]);
});

it("folds letters", () => {
  expect(folded(" Élan ")).toBe("elan");
});

it("extracts the part being typed from a comma-separated list", () => {
  expect(lastPart("sci")).toEqual({ before: "", typed: "sci", others: [] });
  expect(lastPart(" a,b , c")).toEqual({ before: "a, b, ", typed: "c", others: ["a", "b"] });
  expect(lastPart("a,")).toEqual({ before: "a, ", typed: "", others: ["a"] });
});
