import { fieldOfName } from "./column-fields.ts";
import { columnKey, distinctNames } from "./column-names.ts";
import type { Conventions } from "./draft.ts";
import { ISBN_FIELDS, type Field } from "./fields/index.ts";
import { columnsByKey, type Layout } from "./layout.ts";
import { isName } from "./synonyms.ts";
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
  /** Absent for a table from no known service. */
  layout?: Layout;
  columns: readonly PlannedColumn[];
  conventions: Conventions;
}

const TABLES: ReadonlyMap<Layout, ReadonlyMap<string, Field>> = new Map(
  LAYOUTS.map((layout) => [layout, columnsByKey(layout)]),
);

/**
 * Assigns fields to the columns of a header: first by the layout's table, then by synonyms in many languages for fields that
 * no column of the layout has. A user's own rating or review outranks one of a community. All other columns go to `extra`.
 */
export function planColumns(
  header: readonly string[],
  layout: Layout | undefined,
): PlannedColumn[] {
  const table = layout === undefined ? undefined : TABLES.get(layout);
  const names = distinctNames(header);
  const keys = header.map((cell) => columnKey(cell));
  const assigned = new Set(keys.map((key) => table?.get(key)));
  const synonyms = keys.map((key, index) =>
    table?.has(key) ? undefined : fieldOfName(header[index] ?? ""),
  );
  const owned = new Set(keys.map((key, index) => (OWN.test(key) ? synonyms[index] : undefined)));
  const isTitled = assigned.has("title") || synonyms.includes("title");
  return names.map((name, index) => {
    const key = keys[index] ?? "";
    const own = table?.get(key);
    if (own !== undefined) return { name, field: own, isKnown: true };
    const synonym = synonyms[index];
    const isOutranked =
      synonym !== undefined && RANKED.has(synonym) && owned.has(synonym) && !OWN.test(key);
    const part = synonym === undefined && isTitled && isName(key) ? otherPart(synonyms) : undefined;
    if (part !== undefined) return { name, field: part, isKnown: true };
    const isNamesTitle = synonym === undefined && layout === undefined && !isTitled && isName(key);
    const isTaken = synonym === undefined || isOutranked || isAssigned(synonym, assigned);
    const field = isNamesTitle ? "title" : isTaken ? "extra" : synonym;
    return { name, field, isKnown: field !== "extra" || isOutranked };
  });
}

/**
 * The part of the author's name in a column `Name` next to one for the other part: `Prénom, Nom`.
 */
function otherPart(synonyms: readonly (Field | undefined)[]): Field | undefined {
  const hasGiven = synonyms.includes("authorGivenName");
  if (hasGiven === synonyms.includes("authorFamilyName")) return undefined;
  return hasGiven ? "authorFamilyName" : "authorGivenName";
}

/** Fields for which a file may have both the user's own value and a community's. */
const RANKED: ReadonlySet<Field | undefined> = new Set<Field>(["rating", "review"]);
/** Names of columns with the user's own value: `My Rating`. */
const OWN =
  /^(?:my|your|own|personal|user|mein|dein|eigen|personlich|ma|mon|votre|mi|tu|lamia|ilmio|mijn|jouw|persoon|minha|meu|moja|moj|min|mitt|egen|моя|мои|мое|личн|自分|私|我|내|나의|benim|puanim|kisisel|moje|vlastni|sajat|oma)|(?:personn?elle|personn?el|perso|personale?|pessoal)(?:1?\d{0,3})$/;

/** Groups of fields that read the same value in different formats. */
const EQUIVALENT: readonly (readonly Field[])[] = [
  [
    "author",
    "authors",
    "authorsByComma",
    "authorsByAmpersand",
    "authorsInAnyOrder",
    "authorLastFirst",
    "authorsLastOneFirst",
  ],
  ["isbn", "isbnOrOther", "isbnOrArticle", "isbnList"],
  ["tags", "tagsByBars"],
  ["categories", "categoriesByBar"],
  ["finishedAt", "lastRead"],
  ["status", "statusWithDay"],
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
