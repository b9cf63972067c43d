import type { Book } from "../../../contract/catalogue.ts";
import type { ChangeOwnBook, OwnBook } from "../../../contract/library.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { LookupOutcome } from "../../catalogue/domain/lookup.ts";
import type { Caller } from "../../platform/identity.ts";
import {
  emptyEntry,
  nextVersion,
  withChange,
  withMove,
  type Entry,
  type EntryChange,
  type Place,
  type StoredEntry,
} from "./entry.ts";
import { contradictions, ownOf, withOwn } from "./own-book.ts";
import { dayOf } from "./readings.ts";
import { shelfKeys, type ShelfKeys } from "./shelf-keys.ts";

/** One guarded write of an entry with everything that hangs on it. */
export interface ShelfWrite {
  userId: string;
  entry: Entry;
  keys: ShelfKeys;
  /** The catalogue's version that the keys were made from; 0 for none. */
  bookVersion: number;
  /** The version that the writer read; undefined when there was no entry. */
  version: number | undefined;
  /** The version that this write gives, from `nextVersion`. */
  nextVersion: number;
  /** What the reader says the book is, when this write says it. */
  own?: OwnBook;
  /** The row of the review queue that becomes this entry; `at` is ms since the epoch. */
  settles?: { rowId: string; at: number };
  /** What the reader is answered, to be kept with this write; it fails when his key has been taken over. */
  answer?: GuardedAnswer;
}

/** `conflict`: the entry is not the one that was read, its user is gone, or the row that it settles does not wait. */
export type ShelfSave = "saved" | "conflict";

/** What shelves need of the world. Every port may throw DomainError DATABASE_UNAVAILABLE. */
export interface ShelfDeps {
  shelves: {
    find(userId: string, isbn: string): Promise<Place>;
    save(write: ShelfWrite): Promise<ShelfSave>;
    /** Only over `version`, when one is given. Says whether there was something to remove. */
    remove(userId: string, isbn: string, version?: number): Promise<boolean>;
  };
  lookupBook(isbn: ParsedIsbn, caller: Caller): Promise<LookupOutcome>;
  /** Stores a book that a cache still held and the catalogue does not. */
  keepBook(book: Book): Promise<void>;
  /** SHA-256 as lower-case hex digits. */
  sha256(text: string): Promise<string>;
  now(): number;
}

/** What is shelved: an edition, with what the reader says it is should no provider say it; or a book without an ISBN. */
export type NewBook = { isbn: ParsedIsbn; own?: OwnBook } | { isbn?: undefined; own: OwnBook };

/** An entry as it is stored now, with its book. */
export interface Shelved {
  kind: "shelved";
  entry: StoredEntry;
  place: Place;
  added: boolean;
}

/** Why a lookup did not find a book to shelve. */
export type NotFound = Exclude<LookupOutcome, { kind: "found" }>;

/** Makes the answer to a write that is about to happen; `undefined` when the request has no idempotency key. */
export type KeepAnswer = (shelved: Shelved) => Promise<GuardedAnswer | undefined>;

export type AddOutcome = Shelved | NotFound | { kind: "contended" };
export type ChangeOutcome =
  | Shelved
  | { kind: "not_on_shelf" }
  | { kind: "precondition_failed" }
  /** The catalogue says what the book is, and says otherwise in these fields. */
  | { kind: "contradicted"; fields: string[] }
  | { kind: "contended" };
export type RemoveOutcome =
  | { kind: "removed" }
  | { kind: "not_on_shelf" }
  | { kind: "precondition_failed" }
  | { kind: "contended" };

/** Whether an entry is the one that the caller means; asked with what is stored. */
export type Precondition = (entry: StoredEntry) => boolean;

/**
 * How often a write starts again because another one was faster. Each start lost is another writer's won, so this many
 * writers of one entry all get through: a reader's devices that come online together are a few.
 */
const ATTEMPTS = 50;
/** How often it starts again although nothing has changed: its user is gone, or the row that it settles does not wait. */
const IDLE_ATTEMPTS = 5;

/**
 * Puts a book on a shelf: wanted unless the reader says otherwise. One that is there is changed by what is given.
 * @param input.words what the reader says that a book is which is there and not in the catalogue
 */
export async function addBook(
  input: {
    userId: string;
    caller: Caller;
    book: NewBook;
    change: EntryChange;
    words?: ChangeOwnBook;
    keepAnswer?: KeepAnswer;
  },
  deps: ShelfDeps,
): Promise<AddOutcome> {
  const { change, book } = input;
  // Title and authors are what a book without an ISBN is found by.
  const { title: _title, authors: _authors, ...details } = input.words ?? {};
  const words = book.isbn ? input.words : details;
  const at = seconds(deps.now());
  const make = (entry: Entry | undefined, isbn: string): Entry =>
    entry
      ? withMove(entry, change, at, dayOf(deps.now()))
      : withChange(emptyEntry(isbn, at), { status: "want_to_read", ...given(change) }, at);
  return shelve({ ...input, words, make }, deps);
}

/**
 * Writes an entry of a book, new or not. An edition that the shelf and the catalogue lack is looked up first; when no
 * provider knows it, or none can say, it is what the reader says, if he says it.
 * @param input.make the entry to write, from the one that is there
 * @param input.words what changes of his own words when the entry is there; without, they are only filled in
 * @param input.settles the row of the review queue that is settled by this; without it waiting, nothing is written
 */
export async function shelve(
  input: {
    userId: string;
    caller: Caller;
    book: NewBook;
    make(entry: Entry | undefined, isbn: string): Entry;
    words?: ChangeOwnBook | undefined;
    settles?: string;
    keepAnswer?: KeepAnswer | undefined;
  },
  deps: ShelfDeps,
): Promise<AddOutcome> {
  const { userId, book, make, words, settles, keepAnswer } = input;
  const isbn = book.isbn ? book.isbn.isbn13 : await localId(book.own, deps);
  let place = await deps.shelves.find(userId, isbn);
  if (!place.entry && !place.book && book.isbn) {
    const lookup = await deps.lookupBook(book.isbn, input.caller);
    if (lookup.kind !== "found" && !book.own) return lookup;
    if (lookup.kind === "found") await deps.keepBook(lookup.book);
    place = await deps.shelves.find(userId, isbn);
    if (lookup.kind === "found" && !place.book) place = { ...place, book: lookup.book };
  }
  for (let attempt = 0, idle = 0; attempt < ATTEMPTS && idle < IDLE_ATTEMPTS; attempt++) {
    const entry = make(place.entry, isbn);
    const own = ownAfter(place, book.own, words);
    const shelved = await save({ userId, entry, place, own, settles, keepAnswer }, deps);
    if (shelved) return shelved;
    const now = await deps.shelves.find(userId, isbn);
    idle = now.entry?.version === place.entry?.version ? idle + 1 : 0;
    place = now;
  }
  return { kind: "contended" };
}

/** Changes an entry that is there, and what its reader says the book is unless the catalogue says it. */
export async function changeBook(
  input: {
    userId: string;
    isbn: string;
    change: EntryChange;
    words?: ChangeOwnBook;
    precondition?: Precondition;
  },
  deps: ShelfDeps,
): Promise<ChangeOutcome> {
  const { userId, isbn, change, words = {}, precondition } = input;
  const saysWords = Object.values(words).some((value) => value !== undefined);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const place = await deps.shelves.find(userId, isbn);
    const { entry } = place;
    if (!entry) return { kind: "not_on_shelf" };
    if (precondition && !precondition(entry)) return { kind: "precondition_failed" };
    const fields = place.book ? contradictions(place.book, words) : [];
    if (fields.length > 0) return { kind: "contradicted", fields };
    const changed = withMove(entry, change, seconds(deps.now()), dayOf(deps.now()));
    const own = saysWords && !place.book ? withOwn(ownOf(place, isbn), words) : undefined;
    const shelved = await save({ userId, entry: changed, place, own }, deps);
    if (shelved) return shelved;
  }
  return { kind: "contended" };
}

/** Takes a book off a shelf. */
export async function removeBook(
  input: { userId: string; isbn: string; precondition?: Precondition },
  deps: ShelfDeps,
): Promise<RemoveOutcome> {
  const { userId, isbn, precondition } = input;
  if (!precondition) {
    const removed = await deps.shelves.remove(userId, isbn);
    return { kind: removed ? "removed" : "not_on_shelf" };
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { entry } = await deps.shelves.find(userId, isbn);
    if (!entry) return { kind: "not_on_shelf" };
    if (!precondition(entry)) return { kind: "precondition_failed" };
    if (await deps.shelves.remove(userId, isbn, entry.version)) return { kind: "removed" };
  }
  return { kind: "contended" };
}

/** What a write makes of the reader's own words; undefined when they stay as they are. */
function ownAfter(
  place: Place,
  own: OwnBook | undefined,
  words: ChangeOwnBook | undefined,
): OwnBook | undefined {
  if (!place.entry) return own;
  if (place.book) return undefined;
  if (!place.own) return own;
  return words && withOwn(place.own, words);
}

async function save(
  input: {
    userId: string;
    entry: Entry;
    place: Place;
    own?: OwnBook | undefined;
    settles?: string | undefined;
    keepAnswer?: KeepAnswer | undefined;
  },
  deps: ShelfDeps,
): Promise<Shelved | undefined> {
  const { userId, entry, place, own, settles } = input;
  const before = place.entry;
  const shown: Place = own ? { ...place, own } : place;
  const stored = { ...entry, version: nextVersion(before, deps.now()) };
  const shelved: Shelved = {
    kind: "shelved",
    entry: stored,
    place: shown,
    added: before === undefined,
  };
  const answer = await input.keepAnswer?.(shelved);
  const outcome = await deps.shelves.save({
    userId,
    entry,
    keys: shelfKeys(entry, shown),
    bookVersion: place.bookVersion,
    version: before?.version,
    nextVersion: stored.version,
    ...(own ? { own } : {}),
    ...(settles === undefined ? {} : { settles: { rowId: settles, at: deps.now() } }),
    ...(answer ? { answer } : {}),
  });
  return outcome === "saved" ? shelved : undefined;
}

/** The same title by the same authors is the same book, however often it is handed in. Accents do tell books apart. */
export async function localId(
  { title, authors }: OwnBook,
  deps: Pick<ShelfDeps, "sha256">,
): Promise<string> {
  const named = [title, ...authors].map((text) =>
    text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim(),
  );
  const hash = await deps.sha256(JSON.stringify(named));
  return `local-${hash.slice(0, 32)}`;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** A change without the fields that it leaves out, so that it can be spread over defaults. */
function given(change: EntryChange): EntryChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
