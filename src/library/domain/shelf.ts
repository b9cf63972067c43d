import type { ChangeOwnBook, OwnBook } from "../../../contract/library.ts";
import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";
import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { Caller } from "../../platform/identity.ts";
import { defined } from "../../platform/defined.ts";
import { dayIn } from "../../platform/time-zone.ts";
import {
  nextVersion,
  untrashed,
  withMove,
  type Entry,
  type EntryChange,
  type Place,
  type StoredEntry,
} from "./entry.ts";
import { BY_HAND, written } from "./field-writes.ts";
import {
  addedBy,
  addedWords,
  findOrLookUp,
  ownAfter,
  type FindDeps,
  type NewBook,
  type NotFound,
} from "./adding.ts";
import { shownProgress, type ProgressWrite } from "./progress.ts";
import { contradictions, ownOf, withOwn } from "./own-book.ts";
import { shelfKeys, type ShelfKeys } from "./shelf-keys.ts";

/** One optimistic write of an entry with its readings, tags and keys. */
export interface ShelfWrite {
  userId: string;
  /** Includes the version after the write, from `nextVersion`. */
  entry: StoredEntry;
  keys: ShelfKeys;
  /** The version of the catalogue's book that the keys were computed from; 0 for none. */
  bookVersion: number;
  /** What the writer read at this place. */
  before: Place;
  /** The user's own details of the book, if this write changes them. */
  own?: OwnBook;
  /** The review queue row that becomes this entry; `at` is in ms since the epoch. */
  settles?: { rowId: string; at: number };
  /** Progress in the book that is written with the entry. */
  progress?: ProgressWrite;
  /** The answer to store with this write. The write fails if another request has adopted the idempotency key. */
  answer?: GuardedAnswer;
  /** The change of an outbox that this write applies. Nothing is written if it was applied before. */
  applied?: AppliedChange;
}

/** An entry as it was read. */
export type ShelvedPlace = Pick<Place, "stored" | "own" | "latest"> & { entry: StoredEntry };

/**
 * `conflict`: the entry has changed, its user is deleted, or the row that it settles is not waiting. `full`: the shelf
 * has the maximum number of entries. `progress_full`: the account has the maximum number of records of progress.
 */
export type ShelfSave = "saved" | "conflict" | "full" | "progress_full";

/** Dependencies of the shelf's use cases. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface ShelfDeps extends FindDeps {
  shelves: FindDeps["shelves"] & {
    save(write: ShelfWrite): Promise<ShelfSave>;
    /**
     * Moves an entry to the trash if it is unchanged. Returns whether it was moved.
     * @param at ms since the epoch
     */
    remove(
      userId: string,
      place: ShelvedPlace,
      at: number,
      applied?: AppliedChange,
    ): Promise<boolean>;
  };
  now(): number;
}

/** The stored entry with its book. */
export interface Shelved {
  kind: "shelved";
  entry: StoredEntry;
  place: Place;
  added: boolean;
  /** The entry was restored from the trash. */
  restored: boolean;
}

/** Builds the answer to a pending write; `undefined` when the request has no idempotency key. */
export type KeepAnswer = (shelved: Shelved) => Promise<GuardedAnswer | undefined>;

export type AddOutcome = Shelved | NotFound | { kind: "contended" } | { kind: "full" };
export type ChangeOutcome =
  | Shelved
  | { kind: "not_on_shelf" }
  | { kind: "precondition_failed" }
  /** The catalogue has different values in these fields. */
  | { kind: "contradicted"; fields: string[] }
  | { kind: "contended" };
/** Whether the stored entry is the one that the caller expects. */
export type Precondition = (entry: StoredEntry) => boolean;

/**
 * Maximum attempts at a write that loses to concurrent ones. Each lost attempt means that another writer succeeded, so
 * up to this many concurrent writers of one entry all succeed; a user has only a few devices.
 */
export const MAX_ATTEMPTS = 50;
/** Maximum attempts while the entry does not change: its user is deleted, or the row that it settles is not waiting. */
export const MAX_IDLE_ATTEMPTS = 5;

/**
 * Adds a book to a shelf, by default with the status `want_to_read`. The given fields change an existing entry, even
 * one in the trash.
 * @param input.words changes of the user's own details of a book that is on the shelf but not in the catalogue
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
  const make = addedBy(change, deps.now());
  return shelve({ ...input, words: addedWords(book, input.words), make }, deps);
}

/**
 * Creates or updates the entry of a book. An entry in the trash is restored and updated. An edition that neither the
 * shelf nor the catalogue has is looked up first. If no provider knows it or the providers are unavailable, the user's
 * own details are used if there are any.
 * @param input.make builds the entry to write from the existing one; the time zone is the user's, absent for UTC
 * @param input.words changes of the user's own details for an existing entry; if absent, missing details are only
 * filled in
 * @param input.writer the writer of the fields; the user, unless the row of a file becomes an entry
 * @param input.settles the review queue row that this write settles; if it is not waiting, nothing is written
 */
export async function shelve(
  input: {
    userId: string;
    caller: Caller;
    book: NewBook;
    make(entry: Entry | undefined, isbn: string, timeZone?: string): Entry;
    words?: ChangeOwnBook | undefined;
    writer?: string;
    settles?: string;
    keepAnswer?: KeepAnswer | undefined;
  },
  deps: ShelfDeps,
): Promise<AddOutcome> {
  const { userId, book, make, words, writer = BY_HAND, settles, keepAnswer } = input;
  const found = await findOrLookUp(input, deps);
  if (found.kind !== "place") return found;
  const { isbn } = found;
  let { place } = found;
  for (let attempt = 0, idle = 0; attempt < MAX_ATTEMPTS && idle < MAX_IDLE_ATTEMPTS; attempt++) {
    const present = untrashed(place);
    const entry = make(present.entry, isbn, place.timeZone);
    const own = ownAfter(present, book.own, words);
    const shelved = await saveEntry(
      { userId, writer, entry, place, own, settles, keepAnswer },
      deps,
    );
    if (shelved.kind === "shelved") return shelved;
    const now = await deps.shelves.find(userId, isbn);
    if (shelved.kind === "full" && !now.entry) return { kind: "full" };
    idle = versionOf(now) === versionOf(place) ? idle + 1 : 0;
    place = now;
  }
  return { kind: "contended" };
}

/** Changes an existing entry, and the user's own details of its book unless the catalogue has the book. */
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
  const changesWords = Object.values(words).some((value) => value !== undefined);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const place = await deps.shelves.find(userId, isbn);
    const { entry } = place;
    if (!entry) return { kind: "not_on_shelf" };
    if (precondition && !precondition(entry)) return { kind: "precondition_failed" };
    const fields = place.book ? contradictions(place.book, words) : [];
    if (fields.length > 0) return { kind: "contradicted", fields };
    const today = dayIn(place.timeZone ?? "UTC", deps.now());
    const changed = withMove(entry, change, seconds(deps.now()), today);
    const own = changesWords && !place.book ? withOwn(ownOf(place, isbn), words) : undefined;
    const shelved = await saveEntry({ userId, entry: changed, place, own }, deps);
    if (shelved.kind === "shelved") return shelved;
  }
  return { kind: "contended" };
}

/** The version of a place, with or without an entry. */
export function versionOf({ entry, removedVersion }: Place): number | undefined {
  return entry?.version ?? removedVersion;
}

/** A write to the entry of a place. */
export interface EntrySave {
  userId: string;
  writer?: string;
  entry: Entry;
  /** As it was read. */
  place: Place;
  own?: OwnBook | undefined;
  settles?: string | undefined;
  /** The key of the outbox change that this write applies. */
  key?: string | undefined;
}

/** Writes an entry once. */
export async function saveEntry(
  input: EntrySave & { keepAnswer?: KeepAnswer | undefined },
  deps: Pick<ShelfDeps, "shelves" | "now">,
): Promise<Shelved | { kind: "conflict" } | { kind: "full" }> {
  const { shelved, write } = entrySave(input, deps);
  const answer = await input.keepAnswer?.(shelved);
  const outcome = await deps.shelves.save({ ...write, ...defined({ answer }) });
  if (outcome === "saved") return shelved;
  return { kind: outcome === "full" ? "full" : "conflict" };
}

/** The write of an entry, and the place after it. */
export function entrySave(
  input: EntrySave,
  deps: Pick<ShelfDeps, "now">,
): { shelved: Shelved; write: ShelfWrite } {
  const { userId, writer = BY_HAND, entry, place, settles, key } = input;
  const present = untrashed(place);
  const before = present.entry;
  const restored = before !== undefined && place.entry === undefined;
  // The trash holds the user's own details of a book as well.
  const own = input.own ?? (restored ? present.own : undefined);
  const version = nextVersion(place, deps.now());
  const ownWrites = own !== undefined && own !== present.own;
  const stored = written(entry, before, { writer, version, writesBook: ownWrites });
  const { progress: _before, ...rest } = present;
  const progress = shownProgress(stored.readings, present.latest);
  const placeAfter: Place = { ...rest, ...defined({ own: own ?? present.own, progress }) };
  const shelved: Shelved = {
    kind: "shelved",
    entry: stored,
    place: placeAfter,
    added: before === undefined,
    restored,
  };
  const write: ShelfWrite = {
    userId,
    entry: stored,
    keys: shelfKeys(stored, placeAfter),
    bookVersion: place.bookVersion,
    before: place,
    ...defined({
      own,
      settles: settles === undefined ? undefined : { rowId: settles, at: deps.now() },
      applied: key === undefined ? undefined : appliedAs(key, stored, deps.now()),
    }),
  };
  return { shelved, write };
}

/**
 * The change of an outbox that a write applies.
 * @param at ms since the epoch
 * @param isUnchanged whether the entry keeps its version, because only related data is written
 */
export function appliedAs(
  key: string,
  { isbn, version }: Pick<StoredEntry, "isbn" | "version">,
  at: number,
  isUnchanged = false,
): AppliedChange {
  return { key, outcome: { isbn, version, ...(isUnchanged ? { unchanged: true } : {}) }, at };
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
