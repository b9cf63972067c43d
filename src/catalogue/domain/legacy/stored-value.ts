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

/** The entry that we store under a book's key. Instants are ms since 1970; KV may evict it after `staleUntil`. */
export interface OwnEntry {
  v: 2;
  value: Book;
  fetchedAt: number;
  freshUntil: number;
  staleUntil: number;
}

/**
 * The shape of an old value with its wrappers from the outside in: `flat`, `cached>envelope>google-items`. There are at
 * most five wrappers, so that shapes can be counted by name.
 */
export type StoredShape = LegacyShape | `${LegacyWrapping}>${string}`;

/**
 * Why a value yields no book: it is not JSON; its book has no title; its book has another ISBN, or it has several books
 * and none of them declares this ISBN; its shape is unknown; the key is not an ISBN.
 */
export type UnreadableReason = "not_json" | "no_title" | "wrong_isbn" | "unknown_shape" | "bad_key";

/**
 * The parsed value of a `book:isbn:` key. `date` (ms) is when the value was stored or fetched, if it contains that. The
 * book's own dates are the same, or `UNDATED`, which is older than any date, so that such a book fills blanks and
 * replaces nothing.
 */
export type StoredValue =
  | { kind: "own"; entry: OwnEntry }
  | { kind: "legacy"; shape: StoredShape; book: Book; date?: number }
  | { kind: "empty" }
  /** `isOwn`: it is marked as one of our entries. */
  | { kind: "unreadable"; reason: UnreadableReason; isOwn?: true };

/** The `fetchedAt` and `updatedAt` of a book whose value has no date. */
export const UNDATED = "1970-01-01T00:00:00.000Z";

/**
 * The source of every field of an old value: whichever provider the data came from, the old service has processed it.
 * `provider` is the original provider if the value names it, and `import` otherwise.
 */
export const KV_IMPORT = "kv-import";

/**
 * Increment when the same old value yields a different book (`transform-version.test.ts` detects it). The version is
 * part of the hash that identifies a migrated key, so the next run migrates every key again.
 */
export const TRANSFORM_VERSION = 3;

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

/** The candidate that declares this ISBN, or the only candidate if it declares none. */
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
 * Parses a KV value, ours or any that earlier versions of the service stored. `isbn` is the part of the key after its
 * prefix, in either spelling. The live read path and the migration share this transform, so that they agree. Never
 * throws; deterministic.
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

/** Serialises our entry for a book. `staleUntil` is when the entry expires (ms since 1970). */
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
