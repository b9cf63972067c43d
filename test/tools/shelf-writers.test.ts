import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const WRITES = /\b(INSERT INTO|UPDATE|DELETE FROM) UserLibrary\b/;

/** Writers of entries, each of which takes the shelf in the same batch. */
const TAKERS = [
  "src/imports/storage/entry-writes.ts",
  "src/library/storage/edition-moves.ts",
  "src/library/storage/shelf-refresh.ts",
  "src/library/storage/shelf-upkeep.ts",
  "src/library/storage/shelves.ts",
];

/** SQL for the batches of those. */
const PARTS = ["src/library/storage/progress-writes.ts"];

it("has no writer of entries but those that take the shelf", () => {
  const writers = globSync("src/**/*.ts").filter((path) => WRITES.test(readFileSync(path, "utf8")));
  expect(writers.sort()).toEqual([...TAKERS, ...PARTS].sort());
});

it("takes the shelf, or raises its number, wherever entries are written", () => {
  for (const path of TAKERS) {
    expect([path, readFileSync(path, "utf8")]).toEqual([
      path,
      expect.stringMatching(/takeShelf|takeSql|takeForStep|takeForMany|SET seq = seq \+ 1/),
    ]);
  }
});
