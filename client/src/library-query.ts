import type { CompactLibraryBook, LibraryBook } from "./schema.ts";

type Status = NonNullable<LibraryBook["status"]>;
type Format = NonNullable<LibraryBook["format"]>;

/** Filters of a shelf. A book must match all of them, and any one value of a list. */
export interface LibraryFilter {
  /** `none` means books without a status. */
  status?: Status | "none" | readonly (Status | "none")[];
  /** Minimum rating. */
  rating?: number;
  unrated?: boolean;
  /** Year of publication. */
  year?: number;
  finishedYear?: number;
  /** Days, YYYY-MM-DD, inclusive. */
  finishedFrom?: string;
  finishedTo?: string;
  addedFrom?: string;
  addedTo?: string;
  /** Whether the catalogue has the book. */
  confirmed?: boolean;
  format?: Format | readonly Format[];
  owned?: boolean;
  /** ISO 639-1. */
  language?: string;
  /** Whole names; case and diacritics are ignored. */
  author?: string;
  series?: string;
  tag?: string;
  q?: string;
}

export interface LibraryQuery extends LibraryFilter {
  signal?: AbortSignal | undefined;
  /** `added`, `title`, `author`, `rating`, `year` or `finished`; prefix `-` for descending. */
  sort?: string;
  /** Where to start in the sort order: the beginning of a title or an author, a rating, a year or a date. */
  from?: string;
  /** Whether the first page includes the number of books before it. */
  before?: boolean;
  /** `compact`: books without `description`, `sources` and `extra`. */
  fields?: "compact";
  /** Books per page: 50 by default, at most 200. */
  limit?: number;
  cursor?: string;
}

/** A page of books. With `fields: "compact"`, `Book` is `CompactLibraryBook`. */
export interface LibraryPage<Book = LibraryBook> {
  books: Book[];
  count: number;
  total: number;
  before?: number;
  nextCursor?: string;
}

/** The books that a query lists. */
export type BookOf<Query> = Query extends { fields: "compact" } ? CompactLibraryBook : LibraryBook;
