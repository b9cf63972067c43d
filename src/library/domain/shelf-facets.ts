import type { LibraryFacets } from "../../../contract/library-facets.ts";
import { formatSchema, type Format, type Status } from "../../../contract/library-fields.ts";
import { COUNTED } from "./shelf-counts.ts";
import { foldTag, spellTag } from "./tags.ts";

/**
 * The values of an entry that facets count: the catalogue's data of its book if there is any, else
 * the user's own.
 */
export interface FacetedEntry {
  status?: Status | undefined;
  /** The format of the user's copy if set, else the one that the book's binding names. */
  format?: Format | undefined;
  year?: number | undefined;
  language?: string | undefined;
  tags: readonly string[];
  authors: readonly string[];
  /** Series names. */
  series: readonly string[];
}

const FACETS = ["tags", "authors", "series", "languages", "formats", "years", "statuses"] as const;
type Facet = (typeof FACETS)[number];

/** Counts over some entries of a shelf. Counts of disjoint sets of entries can be added. */
export interface FacetSums {
  total: number;
  /** Books by value, in their original spelling. A book counts once for all spellings of a name. */
  counts: Readonly<Record<Facet, Readonly<Record<string, number>>>>;
  /** Books without a value. */
  without: Readonly<Record<Facet, number>>;
}

/** The values of an entry, without different spellings of an earlier one. */
function valuesOf(entry: FacetedEntry): Record<Facet, readonly string[]> {
  const { status = "none", format, year, language } = entry;
  return {
    tags: distinct(entry.tags),
    authors: distinct(entry.authors),
    series: distinct(entry.series),
    languages: language === undefined ? [] : [language],
    formats: format === undefined ? [] : [format],
    years: year === undefined ? [] : [String(year)],
    statuses: [status],
  };
}

function distinct(names: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const name of names) {
    const key = foldTag(name);
    if (key !== "" && !byKey.has(key)) byKey.set(key, spellTag(name));
  }
  return [...byKey.values()];
}

type Counts = Record<Facet, Map<string, number>>;

const eachFacet = <Value>(make: (facet: Facet) => Value): Record<Facet, Value> =>
  Object.fromEntries(FACETS.map((facet) => [facet, make(facet)])) as Record<Facet, Value>;

function add(counts: Map<string, number>, value: string, count = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + count);
}

/** Counts the values of some entries. */
export function facetSums(entries: readonly FacetedEntry[]): FacetSums {
  const counts: Counts = eachFacet(() => new Map());
  const without = eachFacet(() => 0);
  for (const entry of entries) {
    const values = valuesOf(entry);
    for (const facet of FACETS) {
      for (const value of values[facet]) add(counts[facet], value);
      if (values[facet].length === 0) without[facet] += 1;
    }
  }
  return closed(entries.length, counts, without);
}

/** Adds counts of disjoint sets of entries. */
export function addFacetSums(all: readonly FacetSums[]): FacetSums {
  const counts: Counts = eachFacet(() => new Map());
  const without = eachFacet(() => 0);
  let total = 0;
  for (const sums of all) {
    total += sums.total;
    for (const facet of FACETS) {
      for (const [value, count] of Object.entries(sums.counts[facet])) {
        add(counts[facet], value, count);
      }
      without[facet] += sums.without[facet];
    }
  }
  return closed(total, counts, without);
}

function closed(total: number, counts: Counts, without: Record<Facet, number>): FacetSums {
  return { total, counts: eachFacet((facet) => Object.fromEntries(counts[facet])), without };
}

interface Counted {
  value: string;
  count: number;
}

/** The facets of entries with these counts. @param limit maximum number of values per facet */
export function facetsOf({ total, counts, without }: FacetSums, limit: number): LibraryFacets {
  const ranked = eachFacet((facet) => mostFrequent(named(counts[facet])));
  const first = (facet: Facet): Counted[] => ranked[facet].slice(0, limit);
  return {
    total,
    tags: first("tags"),
    authors: first("authors"),
    series: first("series"),
    languages: first("languages"),
    formats: first("formats").flatMap(({ value, count }) => {
      const format = formatSchema.safeParse(value);
      return format.success ? [{ value: format.data, count }] : [];
    }),
    years: first("years").map(({ value, count }) => ({ value: Number(value), count })),
    statuses: first("statuses").flatMap(({ value, count }) => {
      const status = COUNTED.find((name) => name === value);
      return status === undefined ? [] : [{ value: status, count }];
    }),
    without: { ...without },
    more: eachFacet((facet) => Math.max(0, ranked[facet].length - limit)),
  };
}

/** Merges the spellings of each name under the most frequent one. */
function named(counts: Readonly<Record<string, number>>): Counted[] {
  const names = new Map<string, Counted & { spelled: number }>();
  for (const [value, count] of Object.entries(counts)) {
    const key = foldTag(value);
    const name = names.get(key) ?? { value, count: 0, spelled: 0 };
    name.count += count;
    if (count > name.spelled || (count === name.spelled && value < name.value)) {
      name.value = value;
      name.spelled = count;
    }
    names.set(key, name);
  }
  return [...names.values()].map(({ value, count }) => ({ value, count }));
}

function mostFrequent(values: readonly Counted[]): Counted[] {
  return values.toSorted(
    (one, other) => other.count - one.count || (one.value < other.value ? -1 : 1),
  );
}
