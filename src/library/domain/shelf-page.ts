import type { LibraryBook } from "../../../contract/library.ts";
import { libraryBook, type Place, type StoredEntry } from "./entry.ts";
import {
  readCursor,
  writeCursor,
  type ShelfFilter,
  type ShelfPosition,
  type ShelfStart,
  type Sort,
} from "./shelf-query.ts";
import { defined } from "../../platform/defined.ts";

/** A query for a page that starts after a position, at a position, or with the first entry. */
export interface ShelfPageQuery {
  filter: ShelfFilter;
  sort: Sort;
  after?: ShelfPosition | undefined;
  start?: ShelfStart | undefined;
  /** Whether to count the entries before `start`. */
  isCounting?: boolean | undefined;
}

/** Entries in order. `last` is the position after which the next page starts; absent on the last page. */
export interface ShelfPage {
  entries: readonly (Place & { entry: StoredEntry })[];
  /** Number of all entries that match the filter. */
  total: number;
  /** Number of matching entries before the first entry of the page, if requested. */
  before?: number;
  last?: ShelfPosition;
}

/** Dependencies of `listShelf`. */
export interface PageDeps {
  pages: {
    /** @throws DomainError DATABASE_UNAVAILABLE */
    read(userId: string, query: ShelfPageQuery, limit: number): Promise<ShelfPage>;
    /** Entries rated 4 or more whose book was published in `year`; best first, then by title. */
    topRated(
      userId: string,
      year: number,
      limit: number,
    ): Promise<readonly (Place & { entry: StoredEntry })[]>;
  };
}

export type PageOutcome =
  | {
      kind: "page";
      books: LibraryBook[];
      total: number;
      before?: number;
      nextCursor?: string;
    }
  | { kind: "invalid_cursor" };

/** A request for a page. */
export interface PageInput {
  userId: string;
  filter: ShelfFilter;
  sort: Sort;
  limit: number;
  cursor?: string | undefined;
  /** Where the first page starts. A cursor takes precedence. */
  start?: ShelfStart | undefined;
  /** Whether to count the entries before `start`. */
  isCounting?: boolean | undefined;
}

/** Lists one page of a shelf. */
export async function listShelf(input: PageInput, { pages }: PageDeps): Promise<PageOutcome> {
  const { userId, filter, sort, limit, cursor, start, isCounting } = input;
  const after = cursor === undefined ? undefined : readCursor(sort, cursor);
  if (cursor !== undefined && after === undefined) return { kind: "invalid_cursor" };
  const query = after ? { filter, sort, after } : { filter, sort, start, isCounting };
  const { entries, total, before, last } = await pages.read(userId, query, limit);
  return {
    kind: "page",
    books: entries.map((place) => libraryBook(place.entry, place)),
    total,
    ...defined({ before, nextCursor: last && writeCursor(sort, last) }),
  };
}
