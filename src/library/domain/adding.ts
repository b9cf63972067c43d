import type { Book } from "../../../contract/catalogue.ts";
import type { ChangeOwnBook, OwnBook } from "../../../contract/library.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import type { LookupOutcome } from "../../catalogue/domain/lookup.ts";
import { defined } from "../../platform/defined.ts";
import { dayIn } from "../../platform/time-zone.ts";
import type { Caller } from "../../platform/identity.ts";
import {
  emptyEntry,
  withChange,
  withMove,
  type Entry,
  type EntryChange,
  type Place,
} from "./entry.ts";
import { withOwn } from "./own-book.ts";

/**
 * A book to shelve: an edition, with the user's own details in case no provider knows it, or a book without an ISBN.
 */
export type NewBook = { isbn: ParsedIsbn; own?: OwnBook } | { isbn?: undefined; own: OwnBook };

/** Why a lookup did not find a book to shelve. */
export type NotFound = Exclude<LookupOutcome, { kind: "found" }>;

/** Dependencies of `findOrLookUp`. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface FindDeps {
  shelves: { find(userId: string, isbn: string): Promise<Place> };
  lookupBook(isbn: ParsedIsbn, caller: Caller): Promise<LookupOutcome>;
  /** Stores a book that was found in a cache but is missing from the catalogue. */
  keepBook(book: Book): Promise<void>;
  /** SHA-256 as lower-case hex digits. */
  sha256(text: string): Promise<string>;
}

/**
 * Builds the entry of a book that the user adds: the existing entry with the change, or a new one,
 * by default with the status `want_to_read`.
 * @param now ms since the epoch
 * @param movedAt when the user made the change, ms since the epoch
 */
export function addedBy(
  change: EntryChange,
  now: number,
  movedAt = now,
): (entry: Entry | undefined, isbn: string, timeZone?: string) => Entry {
  const at = seconds(now);
  return (entry, isbn, timeZone = "UTC") =>
    entry
      ? withMove(entry, change, at, dayIn(timeZone, movedAt))
      : withChange(emptyEntry(isbn, at), { status: "want_to_read", ...defined(change) }, at);
}

/**
 * The user's own details that an addition changes. A book without an ISBN is identified by title
 * and authors, which it cannot change.
 */
export function addedWords(
  book: NewBook,
  words: ChangeOwnBook | undefined,
): ChangeOwnBook | undefined {
  if (book.isbn) return words;
  const { title: _title, authors: _authors, ...details } = words ?? {};
  return details;
}

/**
 * The place of a book on a shelf. An edition that neither the shelf nor the catalogue has is looked up first, unless the user
 * has described it and no provider knows it.
 */
export async function findOrLookUp(
  { userId, caller, book }: { userId: string; caller: Caller; book: NewBook },
  deps: FindDeps,
): Promise<{ kind: "place"; isbn: string; place: Place } | NotFound> {
  const isbn = book.isbn ? book.isbn.isbn13 : await localId(book.own, deps);
  const place = await deps.shelves.find(userId, isbn);
  if (place.entry || place.trashed || place.book || !book.isbn) {
    return { kind: "place", isbn, place };
  }
  const lookup = await deps.lookupBook(book.isbn, caller);
  if (lookup.kind !== "found" && !book.own) return lookup;
  if (lookup.kind === "found") await deps.keepBook(lookup.book);
  const after = await deps.shelves.find(userId, isbn);
  const isMissing = lookup.kind === "found" && !after.book;
  return { kind: "place", isbn, place: isMissing ? { ...after, book: lookup.book } : after };
}

/** The user's own details after a write; undefined if they do not change. */
export function ownAfter(
  place: Place,
  own: OwnBook | undefined,
  words: ChangeOwnBook | undefined,
): OwnBook | undefined {
  if (!place.entry) return own;
  if (place.book) return undefined;
  if (!place.own) return own;
  return words && withOwn(place.own, words);
}

/** The id of a book without an ISBN. Equal title and authors mean the same book. Accents are significant. */
export async function localId(
  { title, authors }: OwnBook,
  deps: Pick<FindDeps, "sha256">,
): Promise<string> {
  const named = [title, ...authors].map((text) =>
    text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim(),
  );
  const hash = await deps.sha256(JSON.stringify(named));
  return `local-${hash.slice(0, 32)}`;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
