import type { Book } from "../../../../contract/catalogue.ts";
import { parseIsbn } from "../isbn/isbn.ts";
import { readStoredValue, type StoredShape, type UnreadableReason } from "./stored-value.ts";
import { fieldSetOf, fieldCount, type FieldSet } from "./field-groups.ts";
import { defined } from "../../../platform/defined.ts";

/** The record of a migrated key: its content, and its rank among the keys of its book. */
export interface KeyRecord {
  readonly key: string;
  /** ISBN-13 of the book. */
  readonly isbn: string;
  /** SHA-256 of the transform's version and the value, in hex; identifies the book that resulted from it. */
  readonly hash: string;
  /** When the value was stored, ms since the epoch, at most the time of the run that read it. */
  readonly datedAt?: number;
  /** Whether the key has the ISBN-13 spelling. */
  readonly isIsbn13: boolean;
  readonly fields: FieldSet;
}

/** A key with its value from KV; `value` is null if it was deleted after it was listed. */
export interface KeyValue {
  readonly key: string;
  readonly value: string | null;
  readonly hash: string;
}

/** The result of reading a key. Only `book` belongs in the catalogue. */
export type KeyReading =
  | { kind: "book"; record: KeyRecord; shape: StoredShape; book: Book }
  | { kind: "skipped"; reason: "own"; book?: Book }
  | { kind: "skipped"; reason: "empty" }
  | { kind: "failed"; reason: UnreadableReason };

/** The part of a key after its last colon: the ISBN, in either spelling. */
export function isbnTextOf(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

/** The ISBN-13 of a key, if it has a valid ISBN. */
export function isbn13Of(key: string): string | undefined {
  const parsed = parseIsbn(isbnTextOf(key));
  return parsed.ok ? parsed.isbn.isbn13 : undefined;
}

/**
 * Reads a key with the transform of the live read path. A future date comes from a wrong clock: it is clamped to
 * `latest` (ms since the epoch), the time of the run, because otherwise it would beat every later answer.
 */
export function readKey({ key, value, hash }: KeyValue, latest: number): KeyReading {
  const text = isbnTextOf(key);
  const stored = readStoredValue(text, value);
  switch (stored.kind) {
    case "own":
      return { kind: "skipped", reason: "own", book: stored.entry.value };
    case "empty":
      return { kind: "skipped", reason: "empty" };
    case "unreadable":
      // A copy of a row, damaged or not, so nothing is lost by skipping it.
      return stored.isOwn
        ? { kind: "skipped", reason: "own" }
        : { kind: "failed", reason: stored.reason };
    case "legacy": {
      const isFuture = stored.date !== undefined && stored.date > latest;
      const datedAt = isFuture ? latest : stored.date;
      const book = isFuture ? datedBook(stored.book, latest) : stored.book;
      const record: KeyRecord = {
        key,
        isbn: book.isbn,
        hash,
        ...defined({ datedAt }),
        isIsbn13: text.replaceAll(/\D/g, "").length === 13,
        fields: fieldSetOf(book),
      };
      return { kind: "book", record, shape: stored.shape, book };
    }
  }
}

function datedBook(book: Book, at: number): Book {
  const fetchedAt = new Date(at).toISOString();
  return {
    ...book,
    sources: book.sources.map((source) => ({ ...source, fetchedAt })),
    updatedAt: fetchedAt,
  };
}

/**
 * The order of the keys of one book: the newer date (no date is the oldest), then the ISBN-13 key,
 * then more fields, then byte order. Positive when `one` ranks above `other`; zero only for the
 * same key.
 */
export function compareRank(one: KeyRecord, other: KeyRecord): number {
  return (
    (one.datedAt ?? -1) - (other.datedAt ?? -1) ||
    Number(one.isIsbn13) - Number(other.isIsbn13) ||
    fieldCount(one.fields) - fieldCount(other.fields) ||
    (one.key === other.key ? 0 : one.key < other.key ? 1 : -1)
  );
}
