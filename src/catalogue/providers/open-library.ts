import { isbn13sIn } from "../domain/isbn/values.ts";
import { asList, asObject, type JsonObject } from "../domain/text/json-values.ts";
import type { Provider, ProviderAnswer, ProviderSearchAnswer } from "../domain/provider.ts";
import { failureOf, getJson, type HttpDeps, userAgent, withoutTrailingSlash } from "./http.ts";
import { entryToBook, OPEN_LIBRARY_COVERS } from "./open-library-book.ts";
import { SEARCH_FIELDS, searchToBooks } from "./open-library-search.ts";
import { defined } from "../../platform/defined.ts";

/** More ISBNs would make a URL that some proxies reject. */
const MAX_BATCH = 25;
const MAX_SEARCH_RESULTS = 100;

export interface OpenLibraryOptions extends HttpDeps {
  /** For example `https://openlibrary.org`. */
  readonly baseUrl: string;
  /** An address or page through which Open Library can contact the operator. */
  readonly contact?: string | undefined;
  /** Base URL of the cover images of search results. */
  readonly covers?: string;
}

/** The entries by ISBN-13. The keys (`ISBN:0140328726`) echo the requested spelling. */
function entriesByIsbn(body: JsonObject): Map<string, unknown> {
  return new Map(
    Object.entries(body).flatMap(([key, entry]) =>
      isbn13sIn(key).map((isbn13) => [isbn13, entry] as const),
    ),
  );
}

/**
 * An answer for each ISBN. `absent` if its key is missing from a sound response, or if the entry belongs to another
 * edition: the question was whether Open Library has this one. A response with other keys than the requested ones
 * (`{"error": ...}` with status 200) proves nothing about the missing ones.
 */
export function readEntries(
  isbns: readonly string[],
  body: unknown,
  covers?: string,
): Map<string, ProviderAnswer> {
  const answer = asObject(body);
  const entries = entriesByIsbn(answer ?? {});
  const isSound = answer !== undefined && entries.size === Object.keys(answer).length;
  return new Map(
    isbns.map((isbn13): [string, ProviderAnswer] => {
      const entry = entries.get(isbn13);
      if (entry === undefined) {
        return [isbn13, isSound ? { kind: "absent" } : { kind: "failed", reason: "bad_answer" }];
      }
      if (asObject(entry) === undefined) return [isbn13, { kind: "failed", reason: "bad_answer" }];
      const book = entryToBook(isbn13, entry, covers);
      return [isbn13, book === undefined ? { kind: "absent" } : { kind: "found", book }];
    }),
  );
}

/** Open Library: books by ISBN in batches, and searches. */
export function openLibrary(options: OpenLibraryOptions): Provider {
  const baseUrl = withoutTrailingSlash(options.baseUrl);
  const covers = withoutTrailingSlash(options.covers ?? OPEN_LIBRARY_COVERS);
  const agent = userAgent(options.contact);

  /** The edition with this id, if its own record has exactly one ISBN. */
  async function readEdition(id: string, timeoutMs: number): Promise<ProviderSearchAnswer> {
    const url = `${baseUrl}/books/${encodeURIComponent(id)}.json`;
    const answer = await getJson(url, { userAgent: agent, timeoutMs }, options);
    if (answer.kind === "failed") return answer;
    if (answer.kind === "refused") {
      return answer.status === 404 ? { kind: "found", books: [] } : failureOf(answer);
    }
    const record = asObject(answer.body);
    if (record === undefined) return { kind: "failed", reason: "bad_answer" };
    const isbns = isbn13sIn([record["isbn_13"], record["isbn_10"]].flatMap(asList));
    const [isbn13, ...others] = isbns;
    const book =
      isbn13 === undefined || others.length > 0 ? undefined : entryToBook(isbn13, record, covers);
    return { kind: "found", books: book === undefined ? [] : [book] };
  }

  return {
    id: "openlibrary",
    maxBatch: MAX_BATCH,

    async lookup(isbns, { timeoutMs }) {
      if (isbns.length === 0) return new Map();
      const query = new URLSearchParams({
        bibkeys: isbns.map((isbn) => `ISBN:${isbn}`).join(","),
        jscmd: "data",
        format: "json",
      });
      const url = `${baseUrl}/api/books?${query.toString()}`;
      const answer = await getJson(url, { userAgent: agent, timeoutMs }, options);
      if (answer.kind === "ok") return readEntries(isbns, answer.body, covers);
      const failure = answer.kind === "refused" ? failureOf(answer) : answer;
      return new Map(isbns.map((isbn) => [isbn, failure]));
    },

    async search({ edition, words, title, author, limit }, { timeoutMs }) {
      if (edition !== undefined) return readEdition(edition, timeoutMs);
      const query = new URLSearchParams({
        // Upper-case AND, OR and NOT are operators there.
        ...defined({ q: words?.toLowerCase(), title, author }),
        fields: SEARCH_FIELDS,
        limit: String(Math.min(limit, MAX_SEARCH_RESULTS)),
      });
      const url = `${baseUrl}/search.json?${query.toString()}`;
      const answer = await getJson(url, { userAgent: agent, timeoutMs }, options);
      if (answer.kind === "refused") return failureOf(answer);
      if (answer.kind === "failed") return answer;
      const books = searchToBooks(answer.body, covers);
      return books === undefined
        ? { kind: "failed", reason: "bad_answer" }
        : { kind: "found", books: books.slice(0, limit) };
    },
  };
}
