import type { Book } from "../../../../contract/catalogue.ts";
import { MAX_RESULTS, readCursor, writeCursor, type SearchPosition } from "./cursor.ts";
import { searchProviders, type SearchProvidersDeps } from "./providers.ts";
import type { SearchQuery } from "./text.ts";
import type { Caller } from "../../../platform/identity.ts";

/** Books of the catalogue by rank, and whether there are more after them. */
export type CatalogueReading =
  | { kind: "page"; books: readonly Book[]; position: number; more: boolean }
  | { kind: "failed" };

/** The answer to a search; exactly one of these. */
export type SearchOutcome =
  | {
      kind: "found";
      books: readonly Book[];
      nextCursor?: string;
      /** Whether there may be more at a provider that could not be asked now. */
      partial: boolean;
    }
  | { kind: "invalid_cursor" }
  | { kind: "database_unavailable" };

/** What a search needs of the world. The catalogue answers within a budget of its own and never throws. */
export interface SearchDeps extends SearchProvidersDeps {
  catalogue: {
    /**
     * Books in order of rank: whole titles first, then by how well the words fit. `position` is that of the last
     * book; no book is given from beyond `MAX_RESULTS`.
     */
    search(
      query: SearchQuery,
      page: { limit: number; after?: SearchPosition | undefined },
    ): Promise<CatalogueReading>;
    /** Those of the books that the catalogue has; none of them if it fails. */
    known(isbn13s: readonly string[]): Promise<readonly Book[]>;
  };
  observe(answer: "catalogue" | "providers" | "partial" | "unavailable"): void;
}

/** With fewer books than this in the catalogue the providers are asked, too. */
const TOO_FEW = 5;

/**
 * Searches the catalogue, and the providers when the catalogue has too few for a first page. An outage of the providers
 * only shortens the answer.
 *
 * What a provider finds is shown, not stored: a search result says less of an edition than a lookup of its ISBN, which
 * is what stores it once a reader opens it.
 * @param input.limit 1 to 50
 */
export async function searchBooks(
  input: { query: SearchQuery; limit: number; cursor?: string | undefined; caller: Caller },
  deps: SearchDeps,
): Promise<SearchOutcome> {
  const { query, limit, cursor } = input;
  const mark = JSON.stringify(query);
  const after = cursor === undefined ? undefined : readCursor(mark, cursor);
  if (cursor !== undefined && after === undefined) return { kind: "invalid_cursor" };

  const reading = await deps.catalogue.search(query, { limit, after });
  if (reading.kind === "failed") {
    deps.observe("unavailable");
    return { kind: "database_unavailable" };
  }
  const { books, position, more } = reading;
  if (after === undefined && books.length < Math.min(limit, TOO_FEW)) {
    return withProviders(input, books, deps);
  }
  deps.observe("catalogue");
  const last = books.at(-1);
  const goesOn = more && last !== undefined && position < MAX_RESULTS;
  return {
    kind: "found",
    books,
    partial: false,
    ...(goesOn ? { nextCursor: writeCursor(mark, { isbn13: last.isbn, position }) } : {}),
  };
}

/** The catalogue's books, then those of the providers that it does not have under these words. */
async function withProviders(
  { query, limit, caller }: { query: SearchQuery; limit: number; caller: Caller },
  books: readonly Book[],
  deps: SearchDeps,
): Promise<SearchOutcome> {
  const missing = TOO_FEW - books.length;
  const said = await searchProviders({ query, limit, enough: missing, caller }, deps);
  const shown = new Set(books.map(({ isbn }) => isbn));
  const others = said.books.filter(({ isbn }) => !shown.has(isbn)).slice(0, limit - books.length);
  const known = await knownOf(others, deps);
  deps.observe(said.complete ? "providers" : "partial");
  return {
    kind: "found",
    books: [...books, ...others.map((book) => known.get(book.isbn) ?? book)],
    partial: !said.complete,
  };
}

/** The catalogue may hold the same edition under another title; its record is then the richer one. */
async function knownOf(books: readonly Book[], deps: SearchDeps): Promise<Map<string, Book>> {
  if (books.length === 0) return new Map();
  const known = await deps.catalogue.known(books.map(({ isbn }) => isbn));
  return new Map(known.map((book) => [book.isbn, book]));
}
