import type { Book } from "../../../../contract/catalogue.ts";
import { parseIsbn } from "../isbn/isbn.ts";
import { readStoredValue, type StoredShape, type UnreadableReason } from "./stored-value.ts";
import { fieldSetOf, sizeOf, type FieldSet } from "./field-groups.ts";

/** What is remembered of a key that was taken over: its content, and what ranks it among the keys of its book. */
export interface KeyRecord {
  readonly key: string;
  /** ISBN-13 of the book. */
  readonly isbn: string;
  /** SHA-256 of the transform's version and the value, in hex: what stands for the book that came of it. */
  readonly hash: string;
  /** When the value says it was stored, ms since the epoch, never later than the run that read it. */
  readonly datedAt?: number;
  /** Whether the key spells the ISBN-13. */
  readonly isIsbn13: boolean;
  readonly fields: FieldSet;
}

/** A key as KV gave it; `value` is null when it has gone since it was listed. */
export interface KeyValue {
  readonly key: string;
  readonly value: string | null;
  readonly hash: string;
}

/** What a key of KV comes to. Only `book` is for the catalogue. */
export type KeyReading =
  | { kind: "book"; record: KeyRecord; shape: StoredShape; book: Book }
  | { kind: "skipped"; reason: "own"; book?: Book }
  | { kind: "skipped"; reason: "empty" }
  | { kind: "failed"; reason: UnreadableReason };

/** What a key says after its last colon: the ISBN, in either spelling. */
export function isbnTextOf(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

/** The ISBN-13 that a key names, if it names one. */
export function isbn13Of(key: string): string | undefined {
  const parsed = parseIsbn(isbnTextOf(key));
  return parsed.ok ? parsed.isbn.isbn13 : undefined;
}

/**
 * Reads a key by the transform of the live read path. A date in the future is a clock that went wrong: it counts as
 * `latest` (ms since the epoch), the time of the run, or it would stand against every later answer.
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
      // A copy of a row, damaged or not: nothing is lost with it.
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
        ...(datedAt === undefined ? {} : { datedAt }),
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
 * The order of the keys of one book, as data.md has it: the newer date (none is older than any), then the ISBN-13 key,
 * then more fields, then byte order. Positive when `one` stands over `other`; zero for the same key alone.
 */
export function compareRank(one: KeyRecord, other: KeyRecord): number {
  return (
    (one.datedAt ?? -1) - (other.datedAt ?? -1) ||
    Number(one.isIsbn13) - Number(other.isIsbn13) ||
    sizeOf(one.fields) - sizeOf(other.fields) ||
    (one.key === other.key ? 0 : one.key < other.key ? 1 : -1)
  );
}
