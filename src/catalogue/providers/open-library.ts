import { isbn13sIn } from "../domain/isbn/values.ts";
import { asList, asObject, type JsonObject, present } from "../domain/text/json-values.ts";
import { isBlank } from "../domain/merge/book-fields.ts";
import type {
  Provider,
  ProviderAnswer,
  ProviderFailed,
  ProviderSearchAnswer,
  TitleQuery,
} from "../domain/provider.ts";
import { failureOf, getJson, type HttpDeps, userAgent, withoutTrailingSlash } from "./http.ts";
import { entryToBook, OPEN_LIBRARY_COVERS, workOf, workToFields } from "./open-library-book.ts";
import { SEARCH_FIELDS, searchToBooks } from "./open-library-search.ts";
import { defined } from "../../platform/defined.ts";

/** More ISBNs would make a URL that some proxies reject. One of them is the canary. */
const MAX_KEYS = 25;
const MAX_BATCH = MAX_KEYS - 1;
const MAX_SEARCH_RESULTS = 100;

export interface OpenLibraryOptions extends HttpDeps {
  /** For example `https://openlibrary.org`. */
  readonly baseUrl: string;
  /** An address or page through which Open Library can contact the operator. */
  readonly contact?: string | undefined;
  /** Base URL of the cover images of search results. */
  readonly covers?: string;
}

/** Fields that `api/books` lacks: they are in the records of the edition and the work. */
const IN_RECORDS = ["language", "description"] as const;

function isFailed(record: JsonObject | ProviderFailed): record is ProviderFailed {
  return record["kind"] === "failed";
}

/** The entries by ISBN-13. The keys (`ISBN:0140328726`) echo the requested spelling. */
function entriesByIsbn(body: JsonObject): Map<string, unknown> {
  return new Map(
    Object.entries(body).flatMap(([key, entry]) =>
      isbn13sIn(key).map((isbn13) => [isbn13, entry] as const),
    ),
  );
}

/** How an answer without an entry for an ISBN is to be understood. */
function missing(isSound: boolean, isAlone: boolean, canary: boolean | undefined): ProviderAnswer {
  if (!isSound) return { kind: "failed", reason: "bad_answer", ...(isAlone ? {} : DOUBTFUL) };
  if (canary === true) return { kind: "absent" };
  if (canary === undefined && isAlone) return { kind: "absent", ...DOUBTFUL };
  return { kind: "failed", reason: "bad_answer", ...DOUBTFUL };
}

const DOUBTFUL = { unproven: true } as const;

/**
 * An answer for each ISBN. Open Library answers `{}` with status 200 to an internal error, so an ISBN that has no entry,
 * or the entry of another edition, is `absent` only if the answer has the canary. Without a canary in the question, an
 * ISBN asked alone is absent for the time being. A response with other keys than the requested ones (`{"error": ...}`
 * with status 200) proves nothing.
 */
export function readEntries(
  isbns: readonly string[],
  body: unknown,
  covers?: string,
  canary?: string,
): Map<string, ProviderAnswer> {
  const answer = asObject(body);
  const entries = entriesByIsbn(answer ?? {});
  const isSound = answer !== undefined && entries.size === Object.keys(answer).length;
  const hasCanary = canary === undefined ? undefined : asObject(entries.get(canary)) !== undefined;
  const none = missing(isSound, isbns.length === 1, hasCanary);
  return new Map(
    isbns.map((isbn13): [string, ProviderAnswer] => {
      const entry = entries.get(isbn13);
      if (entry === undefined) return [isbn13, none];
      if (asObject(entry) === undefined) return [isbn13, { kind: "failed", reason: "bad_answer" }];
      const book = entryToBook(isbn13, entry, covers);
      // An entry of another edition is an answer about this ISBN by itself.
      if (book === undefined) return [isbn13, hasCanary === false ? none : { kind: "absent" }];
      const unanswered = IN_RECORDS.filter((field) => isBlank(book, field));
      return [isbn13, { kind: "found", book, ...(unanswered.length > 0 ? { unanswered } : {}) }];
    }),
  );
}

/** Failures that one broken record can cause for a whole batch. */
function mayBeOneRecord({ reason, status }: ProviderFailed): boolean {
  return reason === "bad_answer" || (reason === "http_error" && status === 500);
}

/** Open Library: books by ISBN in batches, and searches. */
export function openLibrary(options: OpenLibraryOptions): Provider {
  const baseUrl = withoutTrailingSlash(options.baseUrl);
  const covers = withoutTrailingSlash(options.covers ?? OPEN_LIBRARY_COVERS);
  const agent = userAgent(options.contact);

  /** The record under a path; undefined if there is none. */
  async function readRecord(
    path: string,
    timeoutMs: number,
  ): Promise<JsonObject | undefined | ProviderFailed> {
    const url = `${baseUrl}${path}.json`;
    const answer = await getJson(url, { userAgent: agent, timeoutMs }, options);
    if (answer.kind === "failed") return answer;
    if (answer.kind === "refused") return answer.status === 404 ? undefined : failureOf(answer);
    return asObject(answer.body) ?? { kind: "failed", reason: "bad_answer" };
  }

  /** The edition with this id, if its own record has the wanted ISBN, or exactly one. */
  async function readEdition(
    { edition = "", isbn13 }: TitleQuery,
    timeoutMs: number,
  ): Promise<ProviderSearchAnswer> {
    const record = await readRecord(`/books/${encodeURIComponent(edition)}`, timeoutMs);
    if (record === undefined) return { kind: "found", books: [] };
    if (isFailed(record)) return record;
    const isbns = isbn13sIn([record["isbn_13"], record["isbn_10"]].flatMap(asList));
    const [sole, ...others] = isbns;
    const own = isbn13 ?? (others.length > 0 ? undefined : sole);
    const book = own === undefined ? undefined : entryToBook(own, record, covers);
    const workId = workOf(record);
    return { kind: "found", books: book === undefined ? [] : [book], ...present({ workId }) };
  }

  async function readWork(work: string, timeoutMs: number): Promise<ProviderSearchAnswer> {
    const record = await readRecord(`/works/${encodeURIComponent(work)}`, timeoutMs);
    if (record === undefined) return { kind: "found", books: [] };
    return isFailed(record) ? record : { kind: "found", books: [], work: workToFields(record) };
  }

  return {
    id: "openlibrary",
    maxBatch: MAX_BATCH,
    usesCanaries: true,

    async lookup(isbns, { timeoutMs, canary }) {
      if (isbns.length === 0) return new Map();
      const asked = new Set([...isbns, ...(canary === undefined ? [] : [canary])]);
      const query = new URLSearchParams({
        bibkeys: [...asked].map((isbn) => `ISBN:${isbn}`).join(","),
        jscmd: "data",
        format: "json",
      });
      const url = `${baseUrl}/api/books?${query.toString()}`;
      const answer = await getJson(url, { userAgent: agent, timeoutMs }, options);
      if (answer.kind === "ok") return readEntries(isbns, answer.body, covers, canary);
      const failure = answer.kind === "refused" ? failureOf(answer) : answer;
      const doubt = isbns.length > 1 && mayBeOneRecord(failure) ? DOUBTFUL : {};
      return new Map(isbns.map((isbn) => [isbn, { ...failure, ...doubt }]));
    },

    async search(asked, { timeoutMs }) {
      const { edition, work, words, title, author, limit } = asked;
      if (edition !== undefined) return readEdition(asked, timeoutMs);
      if (work !== undefined) return readWork(work, timeoutMs);
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
