import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEMO_CATALOGUE, SAMPLE_BOOKS } from "../../scripts/demo/books.ts";
import { coverArt } from "../../scripts/demo/cover-art.ts";
import { pngOf } from "../../scripts/demo/png.ts";
import { sampleArchive } from "../../scripts/demo/reading-life.ts";
import { startOptions } from "../../scripts/local/start-options.ts";
import { readImage } from "../../src/catalogue/domain/covers/image.ts";
import { isValidIsbn13 } from "../../src/catalogue/domain/isbn/arithmetic.ts";
import { readFile } from "../support/imports/read-file.ts";
import { runs } from "../support/properties.ts";
import { exampleBooks } from "../support/imports/example-books.ts";

describe("the catalogue of the demo", () => {
  it("has valid numbers, each once, and those of the example that the README imports", () => {
    const isbns = DEMO_CATALOGUE.map(({ isbn13 }) => isbn13);
    expect(isbns.every(isValidIsbn13)).toBe(true);
    expect(new Set(isbns).size).toBe(isbns.length);
    const numbered = exampleBooks("goodreads").flatMap(({ isbn }) => isbn ?? []);
    expect(isbns).toEqual(expect.arrayContaining(numbered));
  });

  it("has a cover for every book that the service accepts as an image", () => {
    const covers = SAMPLE_BOOKS.map((_book, index) => pngOf(coverArt(index + 1, 160)));
    expect(covers.map((bytes) => readImage(bytes)?.type)).toEqual(covers.map(() => "image/png"));
    expect(new Set(covers.map((bytes) => Buffer.from(bytes).toString("base64"))).size).toBe(
      covers.length,
    );
  });
});

describe("the sample library", () => {
  it("is a valid archive without dates after its day, on any day", async () => {
    const days = fc.date({
      min: new Date("2026-01-01"),
      max: new Date("2060-12-31"),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(days, async (date) => {
        const today = date.toISOString().slice(0, 10);
        const text = sampleArchive(today);
        const { detection, rows } = await readFile(new TextEncoder().encode(text));
        expect(detection.format).toBe("bookstrack-archive");
        expect(rows.filter(({ verdict }) => verdict.kind === "invalid")).toEqual([]);
        const dated = rows.flatMap(({ entry, account }) => [
          ...(entry.readings ?? []).flatMap(({ startedAt = "", finishedAt = "" }) => [
            startedAt,
            finishedAt,
          ]),
          account?.type === "progress" ? account.at : "",
        ]);
        expect(dated.filter((day) => day.slice(0, 10) > today)).toEqual([]);
      }),
      { numRuns: runs(20) },
    );
  });

  it("has every status, several years and languages, and titles that are hard to show", async () => {
    const { rows } = await readFile(new TextEncoder().encode(sampleArchive("2026-11-29")));
    expect(new Set(rows.flatMap(({ entry }) => entry.status ?? []))).toEqual(
      new Set(["reading", "paused", "want_to_read", "completed", "abandoned"]),
    );
    const finished = rows.flatMap(({ entry }) =>
      (entry.readings ?? []).flatMap(({ finishedAt }) => finishedAt?.slice(0, 4) ?? []),
    );
    expect(new Set(finished).size).toBeGreaterThanOrEqual(3);
    const languages = new Set(SAMPLE_BOOKS.map(({ language }) => language));
    expect(languages).toEqual(new Set(["en", "ja", "ar", "de", "fr"]));
    expect(Math.max(...SAMPLE_BOOKS.map(({ title }) => title.length))).toBeGreaterThan(100);
  });
});

describe("the command line of npm start", () => {
  it("accepts --demo, and refuses other options with a list of valid ones", () => {
    expect(startOptions([])).toEqual({ isDemo: false });
    expect(startOptions(["--demo"])).toEqual({ isDemo: true });
    expect(() => startOptions(["--port=1"])).toThrow(
      "Unknown option '--port'. The options are --demo and --log",
    );
    expect(startOptions(["--log", "json"])).toEqual({ isDemo: false, logFormat: "json" });
    expect(() => startOptions(["--log"])).toThrow("argument missing. The options are");
    expect(() => startOptions(["demo"])).toThrow("Unexpected argument 'demo'. The options are");
  });
});
