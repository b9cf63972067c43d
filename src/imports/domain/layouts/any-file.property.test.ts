import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { extraSchema } from "../../../../contract/library-fields.ts";
import { changeBookRequestSchema, ownBookSchema } from "../../../../contract/library.ts";
import { importRowSchema } from "../../../../contract/imports.ts";
import { exportColumns } from "../../../library/domain/export-csv.ts";
import { REASONS } from "../job/reasons.ts";
import { detectLayout } from "./detect.ts";
import { FORMATS } from "./formats.ts";
import { MAPPABLE_FIELDS } from "./mapping.ts";
import { ENGLISH_COLUMNS } from "./column-words-english.ts";
import { OTHER_COLUMNS } from "./column-words.ts";
import { LAYOUTS } from "./tables/index.ts";
import { settledRows } from "../../../../test/support/imports/rows-of.ts";
import { runs } from "../../../../test/support/properties.ts";

const COLUMN_NAMES = [ENGLISH_COLUMNS, OTHER_COLUMNS].flatMap((names) =>
  Object.values(names).flatMap((words) => words.split("|")),
);

const reasonSchema = z.strictObject({
  code: z.enum(Object.keys(REASONS) as (keyof typeof REASONS)[]),
  text: z.string().min(1).max(2000),
});

const storable = z.string().regex(/^[^\0\p{Cs}]*$/u);

/** The contract of an ImportRow that the rest of an import relies on. */
const rowSchema = z.strictObject({
  row: z.int(),
  line: z.int(),
  verdict: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("shelve"),
      isbn: z.string().regex(/^(?:97[89]\d{10}|local-[\w-]{1,100})$/),
      matchedBy: importRowSchema.shape.matchedBy,
    }),
    z.strictObject({ kind: z.enum(["match", "invalid"]), reason: reasonSchema }),
  ]),
  notes: z.array(reasonSchema),
  book: ownBookSchema.partial().strict(),
  entry: changeBookRequestSchema
    .extend({ extra: extraSchema.optional(), readCount: z.int().min(0).optional() })
    .strict(),
  addedAt: z.int().min(0).optional(),
  identifiers: z.record(z.string().max(40), storable.max(100)),
  raw: z.record(storable, storable),
});

const cell = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    ...'9780441172719|0441172717|9.78E+12|=""|0|5|-1|2020/10/25|4/2/2021|2022/10/29-|-|read|to-read|a,b|a & b|a|b;c|{}|[]'.split(
      "|",
    ),
    "\uD83D",
    "a\0b",
    "Last, First|Other, One",
    "<br/>&#0;&#xD800;<p",
    "isbn:1,:,constructor:1,__proto__:2,asin:",
    '["a",1]',
    '{"title":" "}',
    '{"__proto__":"x","a":"\\u0000\\ud800"}',
    "t,".repeat(400),
  ),
);

const anyCell = fc.oneof(
  { weight: 60, arbitrary: cell },
  { weight: 1, arbitrary: fc.constant("x".repeat(120_000)) },
);

const column = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...LAYOUTS.flatMap(({ columns }) => Object.keys(columns)),
      ...exportColumns([]),
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...COLUMN_NAMES) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("__proto__", "constructor", "", "\uDC00", "=x"),
    ),
  },
);

const header = fc.oneof(
  fc.constantFrom(...LAYOUTS.map(({ columns }) => Object.keys(columns)), exportColumns([])),
  fc.array(column, { minLength: 1, maxLength: 8 }).map((names) => ["Title", "ISBN", ...names]),
  fc.array(column, { minLength: 1, maxLength: 8 }),
);

const wishes = fc.record(
  {
    format: fc.constantFrom(...FORMATS, "other"),
    mapping: fc.dictionary(column, fc.constantFrom(...MAPPABLE_FIELDS, "constructor"), {
      maxKeys: 3,
    }),
  },
  { requiredKeys: [] },
);

const lines = header.chain((names) =>
  fc
    .array(
      fc.array(anyCell, { minLength: Math.max(0, names.length - 2), maxLength: names.length + 2 }),
      { maxLength: 4 },
    )
    .map((cells) => [names, ...cells]),
);

describe("any file", () => {
  it("is detected or refused, and every row conforms to the contract", () => {
    let read = 0;
    fc.assert(
      fc.property(
        lines,
        fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: wishes }),
        (cells, wish) => {
          const records = cells.map((line, index) => ({
            row: index + 1,
            line: index + 1,
            cells: line,
          }));
          const detection = detectLayout(records, wish);
          if (detection.kind === "unknown") return;
          expect(detection.confidence).toBeGreaterThanOrEqual(0);
          expect(detection.confidence).toBeLessThanOrEqual(1);
          expect(new Set(detection.columns).size).toBe(detection.columns.length);
          const data = records.slice((detection.headerIndex ?? -1) + 1);
          for (const [index, row] of settledRows(detection, data).entries()) {
            const record = data[index] ?? { row: 0, line: 0 };
            read += 1;
            expect(rowSchema.safeParse(row).error).toBeUndefined();
            expect({ row: row.row, line: row.line }).toEqual({
              row: record.row,
              line: record.line,
            });
            // At three bytes per character, a stored row stays below D1's 2 MB.
            expect(JSON.stringify(row).length).toBeLessThan(650_000);
          }
        },
      ),
      { numRuns: runs(300) },
    );
    expect(read).toBeGreaterThan(200);
  });
});
