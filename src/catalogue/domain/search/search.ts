import type { Book } from "../../../../contract/catalogue.ts";
import type { Status } from "../../../../contract/library-fields.ts";
import { MAX_RESULTS, readCursor, writeCursor, type SearchPosition } from "./cursor.ts";
import { searchProviders, type SearchProvidersDeps } from "./providers.ts";
import type { SearchQuery } from "./text.ts";
import type { Caller } from "../../../platform/identity.ts";
import { parseBarcode } from "../isbn/barcode.ts";
import type { ParsedIsbn } from "../isbn/isbn.ts";

/** A book found; `editionCount` when editions are grouped into works. */
export type SearchHit = Book & { readonly editionCount?: number };

/** Identifies a book on a shelf. */
export interface Edition {
  readonly isbn: string;
  readonly workId?: string | undefined;
}

/** The edition on the user's shelf: the book itself, or another edition of its work. */
export interface OnShelf {
  readonly isbn: string;
  readonly status?: Status;
}

/** Groups the editions of a work into one hit; the edition on the user's shelf represents it. */
export interface WorksOption {
  readonly userId?: string | undefined;
}

/** Books of the catalogue by rank, and whether more follow. */
export type CatalogueReading =
  | {
      kind: "page";
      books: readonly SearchHit[];
      /** The number of leading books that have every word as typed. */
      exact: number;
      position: number;
      more: boolean;
    }
  | { kind: "failed" };

/** The outcome of a search. */
export type SearchOutcome =
  | {
      kind: "found";
      books: readonly SearchHit[];
      nextCursor?: string;
      /** Whether a provider that could not be queried may have more books. */
      partial: boolean;
    }
  | { kind: "invalid_cursor" }
  | { kind: "database_unavailable" };

/** Ports of a search. The catalogue answers within its own time budget and never throws. */
export interface SearchDeps extends SearchProvidersDeps {
  catalogue: {
    /**
     * Books in order of rank: whole titles first, then by how well the words match. `position` is
     * that of the last book; no book beyond `MAX_RESULTS` is returned. With `near`, near matches
     * follow if there are few others: books that match with a typing error, or without one word.
     */
    search(
      query: SearchQuery,
      page: {
        limit: number;
        after?: SearchPosition | undefined;
        near?: boolean;
        works?: WorksOption | undefined;
      },
    ): Promise<CatalogueReading>;
    /** The books among these that the catalogue has; empty if it fails. */
    known(isbn13s: readonly string[]): Promise<readonly Book[]>;
  };
  /**
   * Whether a whole catalogue is loaded, so that a search with a hit does not ask providers. Never
   * throws.
   */
  isLocal(): Promise<boolean>;
  /** Looks up the edition with an ISBN; undefined if that cannot be established now. */
  lookup(isbn: ParsedIsbn, caller: Caller): Promise<Book | null | undefined>;
  observe(answer: "catalogue" | "providers" | "partial" | "unavailable"): void;
}

/** A user's search. */
export interface SearchInput {
  readonly query: SearchQuery;
  /** 1 to 50. */
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly caller: Caller;
  readonly works?: WorksOption | undefined;
}

/** With fewer books in the catalogue, the providers are asked too. */
const TOO_FEW = 5;

/**
 * Searches the catalogue, and the providers too if the catalogue has too few books for a first page. An outage of the
 * providers only shortens the answer.
 *
 * Books found by a provider are returned, not stored: a search result has less data on an edition than a lookup of its
 * ISBN, which stores it once a user opens it. An ISBN in place of words finds its book, as a lookup does.
 */
export async function searchBooks(input: SearchInput, deps: SearchDeps): Promise<SearchOutcome> {
  const { query, limit, cursor, works } = input;
  const isbn = cursor === undefined ? isbnOf(query) : undefined;
  const found = isbn && (await deps.lookup(isbn, input.caller));
  if (isbn && found !== undefined) return byIsbn(found, input, deps);
  const mark = JSON.stringify(works ? [query, "works"] : query);
  const after = cursor === undefined ? undefined : readCursor(mark, cursor);
  if (cursor !== undefined && after === undefined) return { kind: "invalid_cursor" };

  const reading = await deps.catalogue.search(query, { limit, after, near: true, works });
  if (reading.kind === "failed") {
    deps.observe("unavailable");
    return { kind: "database_unavailable" };
  }
  const { books, exact, position, more } = reading;
  const isFew = after === undefined && exact < Math.min(limit, TOO_FEW);
  if (isFew && !(exact > 0 && (await deps.isLocal()))) {
    return withProviders(input, books, exact, deps);
  }
  deps.observe("catalogue");
  const last = books.at(-1);
  const hasNextPage = more && last !== undefined && position < MAX_RESULTS;
  return {
    kind: "found",
    books,
    partial: false,
    ...(hasNextPage ? { nextCursor: writeCursor(mark, { isbn13: last.isbn, position }) } : {}),
  };
}

/** The catalogue's books, provider results that the catalogue does not have, and near matches. */
async function withProviders(
  { query, limit, caller, works }: SearchInput,
  held: readonly SearchHit[],
  exact: number,
  deps: SearchDeps,
): Promise<SearchOutcome> {
  const missing = TOO_FEW - exact;
  const found = await searchProviders({ query, limit, enough: missing, caller }, deps);
  const books = held.slice(0, exact);
  const listed = new Set(books.map(({ isbn }) => isbn));
  const listedWorks = new Set(works ? books.flatMap(({ workId }) => workId ?? []) : []);
  const isNew = ({ isbn, workId }: Book): boolean =>
    !listed.has(isbn) && (workId === undefined || !listedWorks.has(workId));
  const others = found.books.filter(isNew).slice(0, limit - books.length);
  const known = await findKnown(others, deps);
  const added = new Set(others.map(({ isbn }) => isbn));
  const near = held.slice(exact).filter(({ isbn }) => !added.has(isbn));
  deps.observe(found.complete ? "providers" : "partial");
  return {
    kind: "found",
    books: [
      ...books,
      ...others.map((book) => asHit(known.get(book.isbn) ?? book, works)),
      ...near,
    ].slice(0, limit),
    partial: !found.complete,
  };
}

/** The catalogue may have the same edition under another title; its record then has more data. */
async function findKnown(books: readonly Book[], deps: SearchDeps): Promise<Map<string, Book>> {
  if (books.length === 0) return new Map();
  const known = await deps.catalogue.known(books.map(({ isbn }) => isbn));
  return new Map(known.map((book) => [book.isbn, book]));
}

/** The ISBN, if the search consists of one. */
function isbnOf(query: SearchQuery): ParsedIsbn | undefined {
  const { words, title, author } = {
    words: undefined,
    title: undefined,
    author: undefined,
    ...query,
  };
  const text = words ?? (author === undefined ? title : undefined);
  const parsed = text && parseBarcode(text.text);
  return parsed && parsed.ok ? parsed.isbn : undefined;
}

function byIsbn(book: Book | null, { works }: SearchInput, deps: SearchDeps): SearchOutcome {
  deps.observe("catalogue");
  return { kind: "found", books: book === null ? [] : [asHit(book, works)], partial: false };
}

function asHit(book: Book, works: WorksOption | undefined): SearchHit {
  return works ? { ...book, editionCount: 1 } : book;
}
