import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { DEMO_CATALOGUE, SAMPLE_BOOKS } from "../../scripts/demo/books.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { EXAMPLE_BARCODE, EXAMPLE_ISBN } from "./example-barcode.ts";
import { exampleBooks, exampleFile } from "../support/imports/example-books.ts";
import { readFile } from "../support/imports/read-file.ts";
import { carriedBy, WRITERS, type Written } from "../support/imports/write-layout.ts";

const folder = join(PROJECT_ROOT, "docs/examples");
const FORMATS = Object.keys(WRITERS) as Written[];

describe("docs/examples", () => {
  it.each(FORMATS)(
    "has the file of %s as written by `npm run examples`, and its format is recognised",
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
      // Calibre truncates the number in one of its two columns.
      const codes = rows.flatMap(({ notes }) => notes.map(({ code }) => code));
      expect(codes.filter((code) => code !== "ISBN_IGNORED")).toEqual([]);
    },
  );

  it("has a barcode that the app's scanner reads, of a book that the demo finds but its sample library lacks", async () => {
    const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
    await prepareZXingModule({
      overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer },
      fireImmediately: true,
    });
    const picture = new Uint8Array(readFileSync(join(folder, EXAMPLE_BARCODE)));
    const read = await readBarcodes(picture, { formats: ["EAN13"] });
    expect(read.map(({ text }) => text)).toEqual([EXAMPLE_ISBN]);
    expect(DEMO_CATALOGUE.map(({ isbn13 }) => isbn13)).toContain(EXAMPLE_ISBN);
    expect(SAMPLE_BOOKS.map(({ isbn13 }) => isbn13)).not.toContain(EXAMPLE_ISBN);
  });

  it("has no other file", () => {
    const names = FORMATS.map((format) => exampleFile(format).name);
    expect(readdirSync(folder).toSorted()).toEqual(
      [...names, EXAMPLE_BARCODE, "README.md"].toSorted(),
    );
  });
});
