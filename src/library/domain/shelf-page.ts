import type { LibraryBook } from "../../../contract/library.ts";
import { libraryBook, type Place, type StoredEntry } from "./entry.ts";
import {
  readCursor,
  writeCursor,
  type ShelfFilter,
  type ShelfPosition,
  type Sort,
} from "./shelf-query.ts";
import { defined } from "../../platform/defined.ts";

/** Entries in order. `last` is the position after which the next page starts; absent on the last page. */
export interface ShelfPage {
  entries: readonly (Place & { entry: StoredEntry })[];
  /** Number of all entries that match the filter. */
  total: number;
  last?: ShelfPosition;
}

/** Dependencies of `listShelf`. */
export interface PageDeps {
  pages: {
    /** @throws DomainError DATABASE_UNAVAILABLE */
    read(
      userId: string,
      query: { filter: ShelfFilter; sort: Sort; after?: ShelfPosition | undefined },
      limit: number,
    ): Promise<ShelfPage>;
    /** Entries rated 4 or more whose book was published in `year`; best first, then by title. */
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

/** Lists one page of a shelf. */
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
    ...defined({ nextCursor: last && writeCursor(sort, last) }),
  };
}
