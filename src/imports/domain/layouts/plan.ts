import { columnKey, distinctNames } from "./column-names.ts";
import type { Conventions } from "./draft.ts";
import { ISBN_FIELDS, type Field } from "./fields/index.ts";
import { columnsByKey, type Layout } from "./layout.ts";
import { SYNONYMS } from "./synonyms.ts";
import { LAYOUTS } from "./tables/index.ts";

/** A column of a file and its field. */
export interface PlannedColumn {
  name: string;
  field: Field;
  /** Whether the column's name is known; an unknown column goes to `extra`. */
  isKnown: boolean;
}

/** How to read the records of a file. */
export interface Plan {
  /** Absent for a table of no known service. */
  layout?: Layout;
  columns: readonly PlannedColumn[];
  conventions: Conventions;
}

const TABLES: ReadonlyMap<Layout, ReadonlyMap<string, Field>> = new Map(
  LAYOUTS.map((layout) => [layout, columnsByKey(layout)]),
);

/** Number of layouts with each column. The more layouts have a column, the less it helps to identify one. */
const SPREAD = new Map<string, number>();
for (const table of TABLES.values()) {
  for (const key of table.keys()) SPREAD.set(key, (SPREAD.get(key) ?? 0) + 1);
}

/** Minimum weight of a rare column, which at most two layouts have. */
const RARE = 0.5;

const weightOf = (key: string): number => 1 / (SPREAD.get(key) ?? 1);

/**
 * Assigns fields to the columns of a header: first by the layout's table, then by synonyms in many languages for fields that
 * no column of the layout has. All other columns go to `extra`.
 */
export function planColumns(
  header: readonly string[],
  layout: Layout | undefined,
): PlannedColumn[] {
  const table = layout === undefined ? undefined : TABLES.get(layout);
  const names = distinctNames(header);
  const keys = header.map((cell) => columnKey(cell));
  const assigned = new Set(keys.map((key) => table?.get(key)));
  return names.map((name, index) => {
    const key = keys[index] ?? "";
    const own = table?.get(key);
    const synonym = own === undefined ? SYNONYMS.get(key) : undefined;
    const isTaken = synonym === undefined || isAssigned(synonym, assigned);
    const field = own ?? (isTaken ? "extra" : synonym);
    return { name, field, isKnown: own !== undefined || field !== "extra" };
  });
}

/** Groups of fields that read the same value in different formats. */
const EQUIVALENT: readonly (readonly Field[])[] = [
  [
    "author",
    "authors",
    "authorsByAmpersand",
    "authorsInAnyOrder",
    "authorLastFirst",
    "authorsLastOneFirst",
  ],
  ["isbn", "isbnOrOther", "isbnOrArticle"],
  ["tags", "tagsByBars"],
  ["categories", "categoriesByBar"],
  ["finishedAt", "lastRead"],
];

function isAssigned(field: Field, assigned: ReadonlySet<Field | undefined>): boolean {
  const equivalent = EQUIVALENT.find((fields) => fields.includes(field)) ?? [field];
  return equivalent.some((one) => assigned.has(one));
}

/** Whether the columns can identify a book. */
export function isUsable(columns: readonly PlannedColumn[]): boolean {
  return columns.some(
    ({ field }) => field === "title" || field === "openLibrary" || ISBN_FIELDS.has(field),
  );
}

/** How well a header fits a layout. */
export interface Fit {
  layout: Layout;
  /** Number of rare columns of the layout in the header. */
  rare: number;
  /** Sum of the weights of the layout's columns in the header; a column that no other layout has counts 1. */
  evidence: number;
  /** Share of the header's columns that the layout knows. */
  precision: number;
  /** From 0 to 1. */
  confidence: number;
}

/** Scores how well a header fits a layout, regardless of the order of its columns. */
export function fitOf(header: readonly string[], layout: Layout): Fit {
  const table = TABLES.get(layout) ?? new Map<string, Field>();
  const keys = new Set(header.map((cell) => columnKey(cell)).filter((key) => key !== ""));
  const known = [...keys].filter((key) => table.has(key));
  const sum = (all: Iterable<string>): number =>
    [...all].reduce((total, key) => total + weightOf(key), 0);
  const evidence = sum(known);
  const rare = known.filter((key) => weightOf(key) >= RARE).length;
  const precision = keys.size === 0 ? 0 : known.length / keys.size;
  const optional = new Set(layout.optional?.map(columnKey));
  const due = [...table.keys()].filter((key) => !optional.has(key));
  const present = due.filter((key) => keys.has(key));
  // If the user chooses the columns, eight of them are enough for full recall.
  const recall = layout.isSelection ? Math.min(1, known.length / 8) : sum(present) / sum(due);
  // Missing columns lower the confidence less than columns that the service does not have.
  const confidence = Math.round(((2 * precision + recall) / 3) * 100) / 100;
  return { layout, rare, evidence, precision, confidence };
}
