import { isbn13sIn } from "../domain/isbn/values.ts";
import { asList, asObject, type JsonObject } from "../domain/text/json-values.ts";
import { type BookField, isBlank } from "../domain/merge/book-fields.ts";
import { languageOfText } from "../domain/text/language-of-text.ts";
import type {
  Provider,
  ProviderAnswer,
  ProviderBook,
  ProviderFailed,
  ProviderSearchAnswer,
  TitleQuery,
} from "../domain/provider.ts";
import {
  failureOf,
  getJson,
  type HttpAnswer,
  type HttpDeps,
  userAgent,
  withoutTrailingSlash,
} from "./http.ts";
import { getImage } from "./image.ts";
import { entryToBook, OPEN_LIBRARY_COVERS, workToFields } from "./open-library-book.ts";
import { SEARCH_FIELDS, searchToBooks } from "./open-library-search.ts";
import { defined } from "../../platform/defined.ts";

/** More ISBNs would make a URL that some proxies reject. One of them is the canary. */
const MAX_KEYS = 25;
const MAX_BATCH = MAX_KEYS - 1;
const MAX_SEARCH_RESULTS = 100;
const MAX_REDIRECTS = 2;
const DEFAULT_LANGUAGE = "en";

export interface OpenLibraryOptions extends HttpDeps {
  /** For example `https://openlibrary.org`. */
  readonly baseUrl: string;
  /** An address or page through which Open Library can contact the operator. */
  readonly contact?: string | undefined;
  /** Base URL of the cover images of search results. */
  readonly covers?: string;
}

/** Fields that `api/books` lacks: they are in the records of the edition and the work. */
const IN_RECORDS: readonly BookField[] = [
  "language",
  "description",
  "series",
  "workId",
  "firstPublicationYear",
  "binding",
  "originalTitle",
  "languageTag",
];

/** The entries by ISBN-13. The keys (`ISBN:0140328726`) echo the requested spelling. */
function entriesByIsbn(body: JsonObject): Map<string, unknown> {
  return new Map(
    Object.entries(body).flatMap(([key, entry]) =>
      isbn13sIn(key).map((isbn13) => [isbn13, entry] as const),
    ),
  );
}

/** The meaning of an answer without an entry for an ISBN. */
function missing(isSound: boolean, isAlone: boolean, canary: boolean | undefined): ProviderAnswer {
  if (!isSound) return { kind: "failed", reason: "bad_answer", ...(isAlone ? {} : DOUBTFUL) };
  if (canary === true) return { kind: "absent" };
  if (canary === undefined && isAlone) return { kind: "absent", ...DOUBTFUL };
  return { kind: "failed", reason: "bad_answer", ...DOUBTFUL };
}

const DOUBTFUL = { unproven: true } as const;

/**
 * An answer for each ISBN. Open Library answers `{}` with status 200 to an internal error, so an
 * ISBN that has no entry, or the entry of another edition, is `absent` only if the answer has the
 * canary as a book. Without a canary, an ISBN that was asked for alone is `absent` but `unproven`.
 * A response with keys that were not requested (`{"error": ...}` with status 200) proves nothing.
 */
export function readEntries(
  isbns: readonly string[],
  body: unknown,
  covers?: string,
  canary?: string,
): Map<string, ProviderAnswer> {
  const answer = asObject(body);
  const entries = entriesByIsbn(answer ?? {});
  const asked = new Set([...isbns, canary]);
  const isSound =
    answer !== undefined &&
    entries.size === Object.keys(answer).length &&
    [...entries.keys()].every((isbn13) => asked.has(isbn13));
  const hasCanary =
    canary === undefined
      ? undefined
      : entryToBook(canary, entries.get(canary), covers) !== undefined;
  const none = missing(isSound, isbns.length === 1, hasCanary);
  return new Map(
    isbns.map((isbn13): [string, ProviderAnswer] => {
      const entry = entries.get(isbn13);
      if (entry === undefined) return [isbn13, none];
      if (asObject(entry) === undefined) return [isbn13, { kind: "failed", reason: "bad_answer" }];
      const book = entryToBook(isbn13, entry, covers);
      if (book === undefined) return [isbn13, none];
      const unanswered = IN_RECORDS.filter((field) => isBlank(book, field));
      return [isbn13, { kind: "found", book, ...(unanswered.length > 0 ? { unanswered } : {}) }];
    }),
  );
}

/** Failures that one broken record can cause for a whole batch. */
function mayBeOneRecord({ reason, status }: ProviderFailed): boolean {
  return reason === "bad_answer" || (reason === "http_error" && status === 500);
}

/** The id that a record or a response redirects to. */
function redirectOf(answer: HttpAnswer): string | undefined {
  const location =
    answer.kind === "ok" && /redirect/.test(keyText(asObject(answer.body)?.["type"]))
      ? keyText(asObject(answer.body)?.["location"])
      : answer.kind === "refused" && answer.status >= 300 && answer.status < 400
        ? answer.location
        : undefined;
  return /\/books\/(OL\d+M)\b/.exec(location ?? "")?.[1];
}

function keyText(value: unknown): string {
  const key = asObject(value)?.["key"] ?? value;
  return typeof key === "string" ? key : "";
}

function ownIsbns(record: JsonObject): string[] {
  return isbn13sIn([record["isbn_13"], record["isbn_10"]].flatMap(asList));
}

/**
 * The books of an answer. A 404 means no book. `toBooks` returns undefined for a malformed body.
 */
function booksOf(
  answer: HttpAnswer,
  toBooks: (body: unknown) => ProviderBook[] | undefined,
): ProviderSearchAnswer {
  if (answer.kind === "failed") return answer;
  if (answer.kind === "refused") {
    return answer.status === 404 ? { kind: "found", books: [] } : failureOf(answer);
  }
  const books = toBooks(answer.body);
  return books === undefined ? { kind: "failed", reason: "bad_answer" } : { kind: "found", books };
}

/** Open Library: books by ISBN in batches, and searches. */
export function openLibrary(options: OpenLibraryOptions): Provider {
  const baseUrl = withoutTrailingSlash(options.baseUrl);
  const covers = withoutTrailingSlash(options.covers ?? OPEN_LIBRARY_COVERS);
  const agent = userAgent(options.contact);

  async function read(path: string, timeoutMs: number): Promise<HttpAnswer> {
    return getJson(`${baseUrl}${path}`, { userAgent: agent, timeoutMs }, options);
  }

  /**
   * The record of an edition. Ids of merged editions redirect to the remaining one; at most two
   * redirects are followed.
   */
  async function editionRecord(id: string, timeoutMs: number): Promise<HttpAnswer> {
    const now = options.now ?? Date.now;
    const endsAt = now() + timeoutMs;
    let wanted = id;
    for (let hops = 0; ; hops += 1) {
      const answer = await read(`/books/${encodeURIComponent(wanted)}.json`, endsAt - now());
      const next = hops < MAX_REDIRECTS ? redirectOf(answer) : undefined;
      if (next === undefined) return answer;
      wanted = next;
    }
  }

  /** The edition with this id, if its own record has the wanted ISBN, or exactly one. */
  async function readEdition(
    { edition = "", isbn13: wanted }: TitleQuery,
    timeoutMs: number,
  ): Promise<ProviderSearchAnswer> {
    const answer = await editionRecord(edition, timeoutMs);
    return booksOf(answer, (body) => {
      const record = asObject(body);
      if (record === undefined) return undefined;
      const [sole, ...others] = ownIsbns(record);
      const isbn13 = wanted ?? (others.length > 0 ? undefined : sole);
      const book = isbn13 === undefined ? undefined : entryToBook(isbn13, record, covers);
      return book === undefined ? [] : [book];
    });
  }

  /** The record of the work itself. */
  async function readWorkRecord(id: string, timeoutMs: number): Promise<ProviderSearchAnswer> {
    const answer = await read(`/works/${encodeURIComponent(id)}.json`, timeoutMs);
    const found = booksOf(answer, (body) => (asObject(body) === undefined ? undefined : []));
    const record = answer.kind === "ok" ? asObject(answer.body) : undefined;
    return found.kind === "failed" || record === undefined
      ? found
      : { ...found, work: workToFields(record) };
  }

  /** The editions of a work that have their own ISBN. */
  async function readWork(
    id: string,
    limit: number,
    timeoutMs: number,
  ): Promise<ProviderSearchAnswer> {
    const path = `/works/${encodeURIComponent(id)}/editions.json?limit=${limit}`;
    return booksOf(await read(path, timeoutMs), (body) => {
      const entries = asObject(body)?.["entries"];
      if (!Array.isArray(entries)) return undefined;
      return entries.flatMap((entry) => {
        const [isbn13] = ownIsbns(asObject(entry) ?? {});
        const book = isbn13 === undefined ? undefined : entryToBook(isbn13, entry, covers);
        return book === undefined ? [] : [{ ...book, workId: id }];
      });
    });
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
      const { edition, work, workRecord, image, words, title, author, limit } = asked;
      if (edition !== undefined) return readEdition(asked, timeoutMs);
      if (image !== undefined) return getImage(image, { userAgent: agent, timeoutMs }, options);
      if (work !== undefined) return readWork(work, limit, timeoutMs);
      if (workRecord !== undefined) return readWorkRecord(workRecord, timeoutMs);
      const language = languageOfText([words, title, author].join(" "));
      const query = new URLSearchParams({
        // Upper-case AND, OR and NOT are operators there.
        ...defined({ q: words?.toLowerCase(), title, author }),
        fields: SEARCH_FIELDS,
        // Prefers editions in this language.
        lang: language ?? DEFAULT_LANGUAGE,
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
