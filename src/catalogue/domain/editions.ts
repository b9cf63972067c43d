import type { Book } from "../../../contract/catalogue.ts";
import { isoTime } from "../../platform/time.ts";
import type { Caller } from "../../platform/identity.ts";
import type { ParsedIsbn } from "./isbn/isbn.ts";
import type { LookupOutcome } from "./lookup.ts";
import { mergeAnswers } from "./merge/merge.ts";
import type { ProviderSearchAnswer, TitleQuery } from "./provider.ts";

/** The other editions of a book's work. `partial`: the provider could not be asked and may have more. */
export type EditionsOutcome =
  | { kind: "found"; editions: readonly Book[]; workId?: string; partial: boolean }
  | Exclude<LookupOutcome, { kind: "found" }>
  | { kind: "database_unavailable" };

/** A provider's editions of a work; `isFresh` is false once they should be requested again. */
export interface KnownEditions {
  readonly books: readonly Book[];
  readonly isFresh: boolean;
}

export interface EditionsDeps {
  lookup(isbn: ParsedIsbn, caller: Caller): Promise<LookupOutcome>;
  /** The catalogue's editions of a work; undefined if it fails. */
  catalogued(workId: string): Promise<readonly Book[] | undefined>;
  /** Stores the work of a stored book. */
  noteWork(isbn13: string, workId: string): Promise<void>;
  cache: {
    read(workId: string): Promise<KnownEditions | undefined>;
    write(workId: string, books: readonly Book[]): Promise<void>;
  };
  /** Asks the provider that knows works, behind its desk. */
  ask(query: TitleQuery, caller: Caller): Promise<ProviderSearchAnswer>;
  /** Takes one of the caller's tokens for questions that reach a provider. */
  admitMiss(caller: Caller): Promise<{ ok: boolean }>;
  defer(work: Promise<unknown>): void;
  now(): number;
}

const MAX_EDITIONS = 50;

/**
 * The other editions of the work that an ISBN belongs to: the catalogue's first, then those of the
 * provider, which is asked once a day. If the book's work is unknown, the first request costs one
 * more question.
 */
export async function otherEditions(
  { isbn, caller }: { isbn: ParsedIsbn; caller: Caller },
  deps: EditionsDeps,
): Promise<EditionsOutcome> {
  const outcome = await deps.lookup(isbn, caller);
  if (outcome.kind !== "found") return outcome;
  const { book } = outcome;
  const work = book.workId ?? (await workOf(book, caller, deps));
  if (work === undefined) return { kind: "found", editions: [], partial: false };
  if (work === "unknown") return { kind: "found", editions: [], partial: true };
  const [ours, theirs] = await Promise.all([
    deps.catalogued(work),
    providersEditions(work, caller, deps),
  ]);
  if (!ours) return { kind: "database_unavailable" };
  const editions = new Map(
    [...theirs.books.map((edition) => withAuthors(edition, book)), ...ours].map(
      (edition) => [edition.isbn, edition] as const,
    ),
  );
  const order = new Set([...ours, ...theirs.books].map((edition) => edition.isbn));
  order.delete(isbn.isbn13);
  return {
    kind: "found",
    editions: [...order].flatMap((isbn13) => editions.get(isbn13) ?? []).slice(0, MAX_EDITIONS),
    workId: work,
    partial: theirs.partial,
  };
}

/** The work of a book, from its edition's record; undefined if it has none, `unknown` if the provider cannot say now. */
async function workOf(book: Book, caller: Caller, deps: EditionsDeps): Promise<string | undefined> {
  const id = book.identifiers?.["openLibrary"];
  const query: TitleQuery =
    id === undefined ? { words: `isbn:${book.isbn}`, limit: 1 } : { edition: id, limit: 1 };
  const answer = await askOnce(query, caller, deps);
  if (answer.kind === "failed") return "unknown";
  const work = answer.books[0]?.workId;
  if (work !== undefined) deps.defer(deps.noteWork(book.isbn, work));
  return work;
}

async function providersEditions(
  work: string,
  caller: Caller,
  deps: EditionsDeps,
): Promise<{ books: readonly Book[]; partial: boolean }> {
  const known = await deps.cache.read(work);
  if (known?.isFresh) return { books: known.books, partial: false };
  const answer = await askOnce({ work, limit: MAX_EDITIONS }, caller, deps);
  if (answer.kind === "failed") return { books: known?.books ?? [], partial: true };
  const fetchedAt = isoTime(deps.now());
  const books = answer.books.map((book) =>
    mergeAnswers(book.isbn, [{ provider: "openlibrary", book, fetchedAt }]),
  );
  deps.defer(deps.cache.write(work, books));
  return { books, partial: false };
}

async function askOnce(
  query: TitleQuery,
  caller: Caller,
  deps: EditionsDeps,
): Promise<ProviderSearchAnswer> {
  const admitted = await deps.admitMiss(caller);
  if (!admitted.ok) return { kind: "failed", reason: "budget_spent" };
  return deps.ask(query, caller).catch(() => ({ kind: "failed", reason: "network" }));
}

/** The record of an edition has only author keys; the names are taken from the work. */
function withAuthors(edition: Book, { authors, authorsDetailed }: Book): Book {
  if (edition.authors.length > 0) return edition;
  return { ...edition, authors, ...(authorsDetailed ? { authorsDetailed } : {}) };
}
