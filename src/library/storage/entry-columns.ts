import { readingId, type StoredEntry } from "../domain/entry.ts";
import type { ShelfKeys } from "../domain/shelf-keys.ts";
import { foldTag } from "../domain/tags.ts";

/** The columns of UserLibrary that a write sets, apart from the key, `kept_version` and `seq`. */
export const WRITTEN_COLUMNS = [
  "status",
  "rating",
  "review",
  "notes",
  "source",
  "extra",
  "added_at",
  "updated_at",
  "sort_title",
  "sort_author",
  "year",
  "last_finished",
  "sort_series",
  "book_format",
  "search_text",
  "book_version",
  "version",
  "readings",
  "tags",
  "has_own",
  "field_writes",
  "format",
  "owned",
  "location",
  "loan",
  "own_series",
] as const;

/** The indexed ones among `WRITTEN_COLUMNS`, apart from `version` and `book_version`. */
export const INDEXED_COLUMNS = [
  "status",
  "rating",
  "added_at",
  "sort_title",
  "sort_author",
  "year",
  "last_finished",
  "sort_series",
] as const;

/** The values of `WRITTEN_COLUMNS` as they are stored. */
export type WrittenRow = Record<
  Exclude<(typeof WRITTEN_COLUMNS)[number], "readings" | "tags">,
  string | number | null
> & { readings: string; tags: string };

/** The row of an entry, for JSON parameters. */
export function rowOf(write: {
  entry: StoredEntry;
  keys: ShelfKeys;
  bookVersion: number;
  /** Whether the user's own details of the book exist after the write. */
  hasOwn: boolean;
}): WrittenRow {
  const { entry, keys, bookVersion, hasOwn } = write;
  return {
    status: entry.status ?? null,
    rating: entry.rating ?? null,
    review: entry.review ?? null,
    notes: entry.notes ?? null,
    source: entry.source ?? null,
    extra: entry.extra ? JSON.stringify(entry.extra) : null,
    added_at: entry.addedAt,
    updated_at: entry.updatedAt,
    sort_title: keys.sortTitle,
    sort_author: keys.sortAuthor ?? null,
    year: keys.year ?? null,
    last_finished: keys.lastFinished ?? null,
    sort_series: keys.sortSeries ?? null,
    book_format: keys.bookFormat ?? null,
    search_text: keys.searchText,
    book_version: bookVersion,
    version: entry.version,
    readings: readingsText(entry.readings),
    tags: JSON.stringify(entry.tags),
    has_own: Number(hasOwn),
    field_writes: entry.fieldWrites ? JSON.stringify(entry.fieldWrites) : null,
    format: entry.format ?? null,
    owned: entry.owned === undefined ? null : Number(entry.owned),
    location: entry.location ?? null,
    loan: entry.loan ? JSON.stringify(entry.loan) : null,
    own_series: entry.ownSeries ? JSON.stringify(entry.ownSeries) : null,
  };
}

/** Readings as stored on their entry: JSON array of [id, startedAt, finishedAt]. */
export function readingsText(readings: StoredEntry["readings"]): string {
  return JSON.stringify(
    readings.map((reading, position) => [
      readingId(reading, position),
      reading.startedAt ?? null,
      reading.finishedAt ?? null,
    ]),
  );
}

/** Tags with their folded texts, by which they are compared. */
export function foldedTags(tags: readonly string[]): { tag: string; folded: string }[] {
  return tags.map((tag) => ({ tag, folded: foldTag(tag) }));
}
