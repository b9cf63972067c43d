/** Which books of the shelf are shown. */
import type { ListedBook } from "../../../state/library.ts";
import { folded, wordsOf } from "./prepared.ts";

/** `none`: books without a status. */
export const STATUSES = [
  "reading",
  "want_to_read",
  "completed",
  "paused",
  "abandoned",
  "none",
] as const;
export type Status = (typeof STATUSES)[number];

export const statusOf = (book: ListedBook): Status => book.status ?? "none";

/**
 * Values of a book by facet. `rating` has whole stars, `stars` the exact quarter stars; `year` and
 * `month` are of the finish date, `decade` of publication.
 */
export const FACETS = {
  tag: ({ tags }) => tags,
  author: ({ authors }) => authors,
  series: ({ series }) => (series ?? []).map(({ name }) => name),
  rating: ({ rating }) => [rating === undefined ? "none" : String(Math.floor(rating))],
  format: ({ format }) => [format ?? "none"],
  owned: ({ owned }) => [owned === undefined ? "none" : owned ? "yes" : "no"],
  confirmed: ({ confirmed }) => [confirmed ? "yes" : "no"],
  language: ({ language }) => [language ?? "none"],
  year: ({ readings }) => [
    ...new Set(readings.flatMap(({ finishedAt }) => finishedAt?.slice(0, 4) ?? [])),
  ],
  month: ({ readings }) => [
    ...new Set(readings.flatMap(({ finishedAt }) => /^\d{4}-\d\d/.exec(finishedAt ?? "") ?? [])),
  ],
  stars: ({ rating }) => [rating === undefined ? "none" : String(rating)],
  decade: ({ publicationYear: year }) => [
    year === undefined ? "none" : String(Math.floor(year / 10) * 10),
  ],
  category: ({ categories }) => categories,
} as const satisfies Record<string, (book: ListedBook) => readonly string[]>;

export type Facet = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as readonly Facet[];
/**
 * Finer versions of other facets, shown only if one of their values is chosen, for example by a
 * link from the statistics.
 */
export const FINE_FACETS: ReadonlySet<Facet> = new Set(["month", "stars"]);

/**
 * The chosen values of each facet. A book must have all chosen tags, and any one chosen value of
 * other facets.
 */
export type Chosen = Readonly<Partial<Record<Facet, readonly string[]>>>;

export interface Filters {
  readonly q: string;
  readonly status: Status | "all";
  readonly chosen: Chosen;
}

export const NO_FILTERS: Filters = { q: "", status: "all", chosen: {} };

/** The number of chosen facet values. */
export const chosenCount = ({ chosen }: Filters): number =>
  Object.values(chosen).reduce((sum, values) => sum + values.length, 0);

/** Toggles a value of a facet. */
export function toggled(filters: Filters, facet: Facet, value: string): Filters {
  const now = filters.chosen[facet] ?? [];
  const values = now.includes(value) ? now.filter((other) => other !== value) : [...now, value];
  const { [facet]: _before, ...rest } = filters.chosen;
  return { ...filters, chosen: values.length === 0 ? rest : { ...rest, [facet]: values } };
}

/** Whether a book has the chosen values of a facet. */
function hasChosen(book: ListedBook, facet: Facet, values: readonly string[]): boolean {
  const own: readonly string[] = FACETS[facet](book);
  return facet === "tag"
    ? values.every((value) => own.includes(value))
    : values.some((value) => own.includes(value));
}

/** Returns a predicate for the words and all facets but `without`, regardless of the status. */
function matcher(
  { q, chosen }: Filters,
  without?: Facet,
): ((book: ListedBook) => boolean) | undefined {
  const words = folded(q).split(/\s+/).filter(Boolean);
  const facets = FACET_NAMES.flatMap((facet) => {
    const values = chosen[facet];
    return facet === without || values === undefined ? [] : [[facet, values] as const];
  });
  if (words.length === 0 && facets.length === 0) return undefined;
  return (book) =>
    words.every((word) => wordsOf(book).includes(word)) &&
    facets.every(([facet, values]) => hasChosen(book, facet, values));
}

export interface Filtered {
  /** Books with the chosen status, in the given order. */
  readonly books: readonly ListedBook[];
  /** The number of books for each status. */
  readonly counts: Readonly<Record<Status | "all", number>>;
}

/** The visible books, and the numbers on the tabs. */
export function filtered(books: readonly ListedBook[], filters: Filters): Filtered {
  const matches = matcher(filters);
  const counts: Record<Status | "all", number> = {
    all: 0,
    reading: 0,
    want_to_read: 0,
    completed: 0,
    paused: 0,
    abandoned: 0,
    none: 0,
  };
  const shown: ListedBook[] = [];
  for (const book of books) {
    if (matches && !matches(book)) continue;
    const status = statusOf(book);
    counts.all += 1;
    counts[status] += 1;
    if (filters.status === "all" || filters.status === status) shown.push(book);
  }
  return { books: shown, counts };
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/**
 * The values of a facet with the number of books that each would show, most frequent first. Chosen
 * values are included even if they show none.
 */
export function facetValues(
  books: readonly ListedBook[],
  filters: Filters,
  facet: Facet,
): FacetValue[] {
  // Another tag narrows the selection; another author extends it.
  const matches = matcher(filters, facet === "tag" ? undefined : facet);
  const counts = new Map<string, number>();
  for (const book of books) {
    if (filters.status !== "all" && statusOf(book) !== filters.status) continue;
    if (matches && !matches(book)) continue;
    for (const value of new Set(FACETS[facet](book)))
      counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const value of filters.chosen[facet] ?? []) {
    if (!counts.has(value)) counts.set(value, 0);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
}
