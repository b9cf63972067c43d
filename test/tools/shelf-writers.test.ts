import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const WRITES = /\b(INSERT INTO|UPDATE|DELETE FROM) UserLibrary\b/;

/** Statements that write entries in batches of other functions. */
const OF_OTHERS = [
  "src/library/storage/archive-writes.ts",
  "src/library/storage/entry-list-sql.ts",
  "src/library/storage/progress-writes.ts",
];
/** Writers of entries; each locks the shelf in the same batch. */
const TAKERS = [
  "src/imports/storage/entry-writes.ts",
  "src/imports/storage/undo-account.ts",
  "src/library/storage/bulk-shelf.ts",
  "src/library/storage/changed-entries.ts",
  "src/library/storage/edition-moves.ts",
  "src/library/storage/key-backfills.ts",
  "src/library/storage/shelf-refresh.ts",
  "src/library/storage/shelf-upkeep.ts",
  "src/library/storage/shelves.ts",
];

it("has no writers of entries except those that lock the shelf", () => {
  const files = globSync("src/**/*.ts").map((path): [string, string] => [
    path,
    readFileSync(path, "utf8"),
  ]);
  const writers = files.filter(
    ([path, text]) =>
      !OF_OTHERS.includes(path) && (WRITES.test(text) || /= entryListSql\(/.test(text)),
  );
  expect(writers.map(([path]) => path).sort()).toEqual(TAKERS);
});

it("locks the shelf or increments its sequence number wherever entries are written", () => {
  for (const path of TAKERS) {
    expect([path, readFileSync(path, "utf8")]).toEqual([
      path,
      expect.stringMatching(
        /takeShelf|takeSql|takeForStep|takeForMany|SET\s+seq = (?:CASE WHEN seq = \?4 .*THEN )?seq \+ 1/,
      ),
    ]);
  }
});
