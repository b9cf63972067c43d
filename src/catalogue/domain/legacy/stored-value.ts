import { type Book, bookSchema } from "../../../../contract/catalogue.ts";
import { filledFields } from "../merge/book-fields.ts";
import { parseIsbn, toIsbn10 } from "../isbn/isbn.ts";
import { asObject, present } from "../text/json-values.ts";
import {
  type LegacyCandidate,
  type LegacyContent,
  type LegacyShape,
  type LegacyWrapping,
  readLegacy,
} from "./shapes.ts";
import type { ProviderBook } from "../provider.ts";

/** What we store under a book's key ourselves. Instants are ms since 1970; after `staleUntil` KV may forget it. */
export interface OwnEntry {
  v: 2;
  value: Book;
  fetchedAt: number;
  freshUntil: number;
  staleUntil: number;
}

/**
 * The shape of an old value with its wrappings from the outside in: `flat`, `cached>envelope>google-items`. Wrappings
 * repeat at most five times, so that the shapes can be counted by name.
 */
export type StoredShape = LegacyShape | `${LegacyWrapping}>${string}`;

/**
 * Why no book can be had from a value: it is no JSON; its book has no title; what it holds is under another ISBN, or it
 * holds several books and none of them says that it is this one; nothing about it is known; the key is no ISBN.
 */
export type UnreadableReason = "not_json" | "no_title" | "wrong_isbn" | "unknown_shape" | "bad_key";

/**
 * What a value under `book:isbn:` is. `date` (ms) is when the value says it was stored or fetched; the book's own dates
 * are the same, or `UNDATED`, which is older than any date, so that such a book fills blanks and replaces nothing.
 */
export type StoredValue =
  | { kind: "own"; entry: OwnEntry }
  | { kind: "legacy"; shape: StoredShape; book: Book; date?: number }
  | { kind: "empty" }
  /** `isOwn`: it says that it is ours. */
  | { kind: "unreadable"; reason: UnreadableReason; isOwn?: true };

/** The `fetchedAt` and `updatedAt` of a book whose value does not say when it was stored. */
export const UNDATED = "1970-01-01T00:00:00.000Z";

/**
 * The source of every field of an old value. Whoever the old service had it from, it has gone through that service's
 * hands; `provider` keeps the name of the first hand where the value gives it, and is `import` where it does not.
 */
export const KV_IMPORT = "kv-import";

/**
 * Raised whenever the same old value gives another book than before (`transform-version.test.ts` notices). It is part of the
 * hash by which the migration knows a key again, so that the next run takes every key in anew.
 */
export const TRANSFORM_VERSION = 2;

const NOT_JSON = Symbol("not JSON");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function unreadable(reason: UnreadableReason): Extract<StoredValue, { kind: "unreadable" }> {
  return { kind: "unreadable", reason };
}

function readOwn(isbn13: string, entry: unknown): StoredValue {
  const { value: book, fetchedAt, freshUntil, staleUntil } = asObject(entry) ?? {};
  const parsed = bookSchema.safeParse(book);
  const isDated =
    Number.isFinite(fetchedAt) && Number.isFinite(freshUntil) && Number.isFinite(staleUntil);
  if (!parsed.success || !isDated) return { ...unreadable("unknown_shape"), isOwn: true };
  if (parsed.data.isbn !== isbn13) return unreadable("wrong_isbn");
  const instants = { fetchedAt, freshUntil, staleUntil } as Omit<OwnEntry, "v" | "value">;
  return { kind: "own", entry: { v: 2, value: parsed.data, ...instants } };
}

/** The candidate that says it is this book, else the only one if it does not say which it is. */
function candidateFor(
  isbn13: string,
  candidates: readonly LegacyCandidate[],
): LegacyCandidate | undefined {
  const matching = candidates.filter(({ isbn13s }) => isbn13s.includes(isbn13));
  const [sole, ...others] = candidates;
  const isSilent = others.length === 0 && sole?.isbn13s.length === 0;
  return (
    matching.find(({ fields }) => fields.title !== undefined) ??
    matching[0] ??
    (isSilent ? sole : undefined)
  );
}

function toBook(
  isbn13: string,
  { shape, candidates, date }: Extract<LegacyContent, { kind: "books" }>,
): Book | Extract<UnreadableReason, "no_title" | "wrong_isbn"> {
  const candidate = candidateFor(isbn13, candidates);
  if (candidate === undefined) return "wrong_isbn";
  const { title, ...fields } = candidate.fields;
  if (title === undefined) return "no_title";
  const book: ProviderBook = {
    isbn: isbn13,
    ...present({ isbn10: toIsbn10(isbn13) }),
    title,
    authors: [],
    categories: [],
    ...fields,
  };
  const isGoogles = shape === "google-volume" || shape === "google-items";
  const fetchedAt = date === undefined ? UNDATED : new Date(date).toISOString();
  return {
    ...book,
    provider: candidate.provider ?? (isGoogles ? "google-books" : "import"),
    sources: [{ provider: KV_IMPORT, fetchedAt, fields: filledFields(book) }],
    updatedAt: fetchedAt,
  };
}

/**
 * Reads a value of KV, ours or any that the service has stored over the years. `isbn` is what the key says after its
 * prefix, in either spelling. The live read path and the migration use this one transform, so that they agree. Never
 * throws; the same text always gives the same result.
 */
export function readStoredValue(isbn: string, text: string | null): StoredValue {
  const key = parseIsbn(isbn);
  if (!key.ok) return unreadable("bad_key");
  if (text === null || text.trim() === "") return { kind: "empty" };
  const value = parse(text);
  if (value === NOT_JSON) return unreadable("not_json");
  if (asObject(value)?.["v"] === 2) return readOwn(key.isbn.isbn13, value);
  const content = readLegacy(value);
  if (content.kind === "empty") return content;
  if (content.kind === "unknown") return unreadable("unknown_shape");
  const book = toBook(key.isbn.isbn13, content);
  if (typeof book === "string") return unreadable(book);
  const shape = [...content.wrappings, content.shape].join(">") as StoredShape;
  return { kind: "legacy", shape, book, ...present({ date: content.date }) };
}

/** The text of our own entry for a book. `staleUntil` is when the entry expires (ms since 1970). */
export function writeOwnEntry(
  { book, fetchedAt, freshUntil }: { book: Book } & Pick<OwnEntry, "fetchedAt" | "freshUntil">,
  staleUntil: number,
): string {
  return JSON.stringify({
    v: 2,
    value: book,
    fetchedAt,
    freshUntil,
    staleUntil,
  } satisfies OwnEntry);
}
