import { columnKey, distinctNames } from "./column-names.ts";
import type { Conventions } from "./draft.ts";
import { ISBN_FIELDS, type Field } from "./fields/index.ts";
import { columnsByKey, type Layout } from "./layout.ts";
import { SYNONYMS } from "./synonyms.ts";
import { LAYOUTS } from "./tables/index.ts";

/** A column of a file, and what it holds. */
export interface PlannedColumn {
  name: string;
  field: Field;
  /** Whether the field was told by the column's name, and not just kept under it. */
  isKnown: boolean;
}

/** How the records of a file are read. */
export interface Plan {
  /** Absent for a table of no known service. */
  layout?: Layout;
  columns: readonly PlannedColumn[];
  conventions: Conventions;
}

const TABLES: ReadonlyMap<Layout, ReadonlyMap<string, Field>> = new Map(
  LAYOUTS.map((layout) => [layout, columnsByKey(layout)]),
);

/** In how many layouts a column stands: one that many have says little about which it is. */
const SPREAD = new Map<string, number>();
for (const table of TABLES.values()) {
  for (const key of table.keys()) SPREAD.set(key, (SPREAD.get(key) ?? 0) + 1);
}

/** The weight of a column that two layouts have. */
const RARE = 0.5;

const weightOf = (key: string): number => 1 / (SPREAD.get(key) ?? 1);

/**
 * What the columns of a header hold: by the layout's table, then by what readers of many languages call a field that no
 * column of the layout holds; the rest is kept under its column.
 */
export function planColumns(
  header: readonly string[],
  layout: Layout | undefined,
): PlannedColumn[] {
  const table = layout === undefined ? undefined : TABLES.get(layout);
  const names = distinctNames(header);
  const keys = header.map((cell) => columnKey(cell));
  const held = new Set(keys.map((key) => table?.get(key)));
  return names.map((name, index) => {
    const key = keys[index] ?? "";
    const own = table?.get(key);
    const synonym = own === undefined ? SYNONYMS.get(key) : undefined;
    const field = own ?? (synonym === undefined || isHeld(synonym, held) ? "extra" : synonym);
    return { name, field, isKnown: own !== undefined || field !== "extra" };
  });
}

/** Each of these fields reads the same thing in another way. */
const ALIKE: readonly (readonly Field[])[] = [
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

function isHeld(field: Field, held: ReadonlySet<Field | undefined>): boolean {
  const alike = ALIKE.find((fields) => fields.includes(field)) ?? [field];
  return alike.some((one) => held.has(one));
}

/** Whether a row of such columns can be told to be a book. */
export function isUsable(columns: readonly PlannedColumn[]): boolean {
  return columns.some(
    ({ field }) => field === "title" || field === "openLibrary" || ISBN_FIELDS.has(field),
  );
}

/** How well a header fits a layout. */
export interface Fit {
  layout: Layout;
  /** How many of its columns few other layouts have. */
  rare: number;
  /** Sum of the weights of its columns that the header has: one that no other layout has counts 1. */
  evidence: number;
  /** Of the header's columns, the share that the layout knows. */
  precision: number;
  /** From 0 to 1. */
  confidence: number;
}

/** How well a header fits a layout, whatever the order of its columns. */
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
  // Of columns that their reader chooses, a few are all that can be due.
  const recall = layout.isSelection ? Math.min(1, known.length / 8) : sum(present) / sum(due);
  // Columns that were left out cost less than columns that the service does not have.
  const confidence = Math.round(((2 * precision + recall) / 3) * 100) / 100;
  return { layout, rare, evidence, precision, confidence };
}
