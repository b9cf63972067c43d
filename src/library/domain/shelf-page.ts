import type { LibraryBook } from "../../../contract/library.ts";
import { libraryBook, type Place, type StoredEntry } from "./entry.ts";
import {
  readCursor,
  writeCursor,
  type ShelfFilter,
  type ShelfPosition,
  type Sort,
} from "./shelf-query.ts";

/** Entries in order; `last` is where the next page goes on, absent on the last page. */
export interface ShelfPage {
  entries: readonly (Place & { entry: StoredEntry })[];
  /** How many entries the filter lets through in all. */
  total: number;
  last?: ShelfPosition;
}

/** What pages need of the world. */
export interface PageDeps {
  pages: {
    /** @throws DomainError DATABASE_UNAVAILABLE */
    read(
      userId: string,
      query: { filter: ShelfFilter; sort: Sort; after?: ShelfPosition | undefined },
      limit: number,
    ): Promise<ShelfPage>;
    /** Rated 4 or more and published in a year; best first, then by title. */
    topRated(
      userId: string,
      year: number,
      limit: number,
    ): Promise<readonly (Place & { entry: StoredEntry })[]>;
  };
}

export type PageOutcome =
  | { kind: "page"; books: LibraryBook[]; total: number; nextCursor?: string }
  | { kind: "invalid_cursor" };

/** One page of a shelf. */
export async function listShelf(
  input: {
    userId: string;
    filter: ShelfFilter;
    sort: Sort;
    limit: number;
    cursor?: string | undefined;
  },
  { pages }: PageDeps,
): Promise<PageOutcome> {
  const { userId, filter, sort, limit, cursor } = input;
  const after = cursor === undefined ? undefined : readCursor(sort, cursor);
  if (cursor !== undefined && after === undefined) return { kind: "invalid_cursor" };
  const { entries, total, last } = await pages.read(userId, { filter, sort, after }, limit);
  return {
    kind: "page",
    books: entries.map((place) => libraryBook(place.entry, place)),
    total,
    ...(last ? { nextCursor: writeCursor(sort, last) } : {}),
  };
}
