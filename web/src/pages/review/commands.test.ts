import { expect, it } from "vitest";
import { commandOf, filledCells, queryOf } from "./commands.ts";

const press = (key: string, modifiers: Partial<KeyboardEvent> = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...modifiers });

it("has a key for every decision, in either case, and does not override keys of the browser", () => {
  expect(["1", "5", "k", "S", "z", "d", "n"].map((key) => press(key))).toEqual([
    { kind: "candidate", index: 0 },
    { kind: "candidate", index: 4 },
    { kind: "keep" },
    { kind: "search" },
    { kind: "undo" },
    { kind: "dismiss" },
    { kind: "skip" },
  ]);
  expect(["6", "0", "Enter", "x", "toString"].map((key) => press(key))).toEqual(
    Array.from({ length: 5 }),
  );
  expect([press("z", { ctrlKey: true }), press("d", { metaKey: true })]).toEqual([
    undefined,
    undefined,
  ]);
});

it("omits empty cells, and searches without the series", () => {
  expect(filledCells({ Title: "Dune", ISBN: " ", Author: "Herbert" })).toEqual([
    ["Title", "Dune"],
    ["Author", "Herbert"],
  ]);
  expect(queryOf({ title: "Dune (Dune, #1)", authors: ["Frank Herbert", "X"] })).toBe(
    "Dune Frank Herbert",
  );
  expect(queryOf({ authors: [] })).toBe("");
});
