import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { exampleBooks, exampleFile } from "../support/imports/example-books.ts";
import { readFile } from "../support/imports/read-file.ts";
import { carriedBy, WRITERS, type Written } from "../support/imports/write-layout.ts";

const folder = join(PROJECT_ROOT, "docs/examples");
const FORMATS = Object.keys(WRITERS) as Written[];

describe("docs/examples", () => {
  it.each(FORMATS)(
    "has the file of %s that `npm run examples` writes, and it is read as such",
    async (format) => {
      const { name, bytes } = exampleFile(format);
      const file = readFileSync(join(folder, name));
      expect(file.equals(bytes)).toBe(true);
      const { detection, rows, encoding } = await readFile(file);
      expect(detection.format).toBe(format);
      expect(encoding.confidence).toBeGreaterThanOrEqual(0.8);
      const books = exampleBooks(format).map((book) => carriedBy(format, book));
      expect(rows.map(({ book }) => book)).toEqual(books.map(({ book }) => book));
      expect(rows.map(({ entry }) => entry.status)).toEqual(books.map(({ entry }) => entry.status));
      // Calibre cuts the number in one of its two columns.
      const codes = rows.flatMap(({ notes }) => notes.map(({ code }) => code));
      expect(codes.filter((code) => code !== "ISBN_IGNORED")).toEqual([]);
    },
  );

  it("has no other file", () => {
    expect(readdirSync(folder).toSorted()).toEqual(
      [...FORMATS.map((format) => exampleFile(format).name), "README.md"].toSorted(),
    );
  });
});
