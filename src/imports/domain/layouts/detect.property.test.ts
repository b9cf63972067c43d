import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/support/properties.ts";
import type { CsvRecord } from "../job/row.ts";
import { columnKey } from "./column-names.ts";
import { detectLayout } from "./detect.ts";
import type { Layout } from "./layout.ts";
import { LAYOUTS } from "./tables/index.ts";

const TITLES = ["Title", "Titel", "Book", "Name", "Название", "書名"];
const OWN_COLUMNS = [
  "Room",
  "Lent to",
  "Bought",
  "Prix",
  "Owner",
  "Mood",
  "Gekauft bei",
  "№",
  "Box",
];

const recordsOf = (header: readonly string[]): CsvRecord[] =>
  [header, header.map(() => "x")].map((cells, index) => ({
    row: index + 1,
    line: index + 1,
    cells,
  }));

/** The format of a file and its confidence; a refused file counts as no known service. */
function formatOf(header: readonly string[]): { format: string; confidence: number } {
  const found = detectLayout(recordsOf(header), {});
  return found.kind === "found" ? found : { format: "list", confidence: 0 };
}

const distinct = (names: readonly string[]): string[] => {
  const keys = new Set<string>();
  return names.filter((name) => !keys.has(columnKey(name)) && keys.add(columnKey(name)));
};

const shuffled = (names: readonly string[]): fc.Arbitrary<string[]> =>
  fc.shuffledSubarray([...names], { minLength: names.length });

/** Columns of several services and the user's own columns, only a few of each. */
const mixedTable = fc
  .record({
    title: fc.constantFrom(...TITLES),
    parts: fc
      .uniqueArray(fc.constantFrom(...LAYOUTS), { minLength: 3, maxLength: 6 })
      .chain((layouts) =>
        fc.tuple(
          ...layouts.map(({ columns }) =>
            fc.shuffledSubarray(Object.keys(columns), { minLength: 1, maxLength: 3 }),
          ),
        ),
      ),
    own: fc.shuffledSubarray(OWN_COLUMNS, { maxLength: 4 }),
  })
  .chain(({ title, parts, own }) => shuffled(distinct([title, ...parts.flat(), ...own])));

/** A user's own table with common column names, which services use too. */
const COMMON = [
  "Title",
  "Author",
  "ISBN",
  "Pages",
  "Rating",
  "Date Started",
  "Date Finished",
  "Status",
  "Publisher",
  "Tags",
  "Notes",
  "Review",
  "Language",
  "Genre",
  "Format",
  "Series",
  "Date Added",
  "My Rating",
  "Date Read",
  "Read Count",
  "Year Published",
  "Binding",
  "Bookshelves",
  "Description",
  "Subtitle",
  "Volume",
  "Location",
];
const commonTable = fc
  .tuple(
    fc.shuffledSubarray(COMMON, { minLength: 2 }),
    fc.shuffledSubarray(OWN_COLUMNS, { maxLength: 3 }),
  )
  .chain(([names, own]) => shuffled(distinct(["Title", ...names, ...own])));

const without = (names: readonly string[], others: readonly string[]): string[] =>
  names.filter((name) => !others.includes(name));

/**
 * A service's file from which the user has removed a few columns and to which they have added a
 * few.
 */
const exportOf = (layout: Layout): fc.Arbitrary<string[]> => {
  const titles = Object.entries(layout.columns).flatMap(([name, field]) =>
    field === "title" || field === "openLibrary" ? [name] : [],
  );
  const names = without(Object.keys(layout.columns), titles);
  return fc
    .tuple(
      fc.shuffledSubarray(names, { minLength: Math.ceil(0.8 * names.length) }),
      fc.shuffledSubarray(OWN_COLUMNS, { maxLength: Math.min(5, Math.floor(names.length / 6)) }),
    )
    .chain(([kept, own]) => shuffled([...titles, ...kept, ...own]));
};

describe("a user-defined table", () => {
  it.each([
    ["common names", commonTable],
    ["columns of several services", mixedTable],
  ])("with %s is not taken for a service's with confidence", (_name, table) => {
    fc.assert(
      fc.property(table, (header) => {
        const { format, confidence } = formatOf(header);
        expect(format === "list" ? 0 : confidence).toBeLessThanOrEqual(0.6);
      }),
      { numRuns: runs(300) },
    );
  });

  it.each([
    "Title,Author,ISBN,Pages,Rating,Date Started,Date Finished",
    "Title,Author,Status,Series,Pages,Rating,Genres,Tags,Date Added,Date Started,Date Finished,Review",
    "title,author,isbn,rating,status,notes,tags,description",
    "Title,Authors,Format,Date Added,Review,Tags,Owned?",
    "cover,title,author,publisher,ISBN",
    "Author,Title,Publisher,Format,Pages,Series,Genre,ISBN,My Rating,Tags",
    "ISBN,Title,Subtitle,Author,Format,Number of pages,Publisher,Tags",
    "Title,Author,ISBN,My Rating,Date Read,Bookshelves,Publisher",
  ])("%s is a list", (header) => {
    expect(formatOf(header.split(",")).format).toBe("list");
  });
});

describe("a service's file", () => {
  it("has columns that no other service has", () => {
    for (const layout of LAYOUTS) {
      const others = LAYOUTS.filter((other) => other !== layout);
      const keys = new Set(others.flatMap(({ columns }) => Object.keys(columns).map(columnKey)));
      expect(layout.marks.filter((mark) => keys.has(columnKey(mark)))).toEqual([]);
      const own = new Set(Object.keys(layout.columns).map(columnKey));
      expect(layout.marks.filter((mark) => !own.has(columnKey(mark)))).toEqual([]);
    }
  });

  it.each(LAYOUTS)("of $format is recognised with columns dropped, added and moved", (layout) => {
    fc.assert(
      fc.property(exportOf(layout), (header) => {
        const { format, confidence } = formatOf(header);
        // A wrong service is never certain; a file with few marks may be read by the general rules.
        const isList = format === "list" && layout.marks.length < 5;
        expect(format === layout.format || isList || confidence <= 0.6).toBe(true);
      }),
      { numRuns: runs(30) },
    );
  });

  it("has an appropriate confidence", () => {
    const bins = new Map<number, { right: number; all: number }>();
    const tables = fc.oneof(
      ...LAYOUTS.map((layout) =>
        exportOf(layout).map((header) => ({ header, format: layout.format as string })),
      ),
      {
        weight: LAYOUTS.length,
        arbitrary: mixedTable.map((header) => ({ header, format: "list" })),
      },
      {
        weight: LAYOUTS.length,
        arbitrary: commonTable.map((header) => ({ header, format: "list" })),
      },
    );
    for (const { header, format } of fc.sample(tables, 1500)) {
      const found = formatOf(header);
      if (found.format === "list") continue;
      const bin = Math.floor(found.confidence * 10);
      const { right, all } = bins.get(bin) ?? { right: 0, all: 0 };
      bins.set(bin, { right: right + Number(found.format === format), all: all + 1 });
    }
    // Too few files for a meaningful share.
    const counted = [...bins].filter(([, { all }]) => all >= 10);
    const overconfident = counted.filter(([bin, { right, all }]) => right / all < bin / 10);
    expect(overconfident.filter(([bin]) => bin >= 7)).toEqual([]);
  });
});
