import type { Book } from "../../../contract/catalogue.ts";
import type { Reading, Status } from "../../../contract/library-fields.ts";
import type { ChangeEntry, LibraryBook, OwnBook } from "../../../contract/library.ts";
import { readingsAfterMove } from "./readings.ts";
import { normaliseTags } from "./tags.ts";

/** What a reader says of a book on his shelf. Instants are whole seconds since the epoch. */
export interface Entry {
  /** ISBN-13, or `local-...` for a book without one. */
  isbn: string;
  status?: Status;
  rating?: number;
  review?: string;
  notes?: string;
  tags: readonly string[];
  readings: readonly Reading[];
  addedAt: number;
  updatedAt: number;
  /** The import that it came by. */
  source?: string;
  /** What a file said that has no field here, by its column. */
  extra?: Readonly<Record<string, string>>;
}

/** A stored entry; `version` is raised by every write, and no two states of an entry ever have the same. */
export interface StoredEntry extends Entry {
  version: number;
}

/**
 * The version that a write gives. A new entry begins with the clock rather than with 1: one that is removed and put back
 * must not look like the one that was there before.
 * @param before what is there now
 * @param now ms since the epoch
 */
export function nextVersion(before: StoredEntry | undefined, now: number): number {
  return before === undefined ? now : before.version + 1;
}

/** What the book of an entry is: the catalogue's row if there is one, and what the reader himself said. */
export interface BookOfEntry {
  book?: Book;
  own?: OwnBook;
}

/** A place on a shelf, empty or not, with what is known of its book. `bookVersion`: 0 when the catalogue has no row. */
export interface Place extends BookOfEntry {
  entry?: StoredEntry;
  bookVersion: number;
}

/** A change of an entry: what is absent stays, null clears. */
export type EntryChange = ChangeEntry;

/** An entry that says nothing yet. @param at seconds since the epoch */
export function emptyEntry(isbn: string, at: number): Entry {
  return { isbn, tags: [], readings: [], addedAt: at, updatedAt: at };
}

/** An entry with a change made; the dates of readings are as given. @param at seconds since the epoch */
export function withChange(entry: Entry, change: EntryChange, at: number): Entry {
  const { status, rating, review, notes, ...rest } = entry;
  return {
    ...rest,
    ...present("status", change.status, status),
    ...present("rating", change.rating, rating),
    // An emptied text box is no review.
    ...present("review", change.review === "" ? null : change.review, review),
    ...present("notes", change.notes === "" ? null : change.notes, notes),
    tags: change.tags === undefined ? entry.tags : normaliseTags(change.tags ?? []),
    readings: change.readings === undefined ? entry.readings : (change.readings ?? []).map(tidy),
    updatedAt: at,
  };
}

/**
 * An entry with a change made by hand: moving to `reading` or `completed` dates its reading, unless the change itself
 * says when the book was read.
 * @param today YYYY-MM-DD
 */
export function withMove(entry: Entry, change: EntryChange, at: number, today: string): Entry {
  const changed = withChange(entry, change, at);
  if (changed.status === entry.status || change.readings !== undefined) return changed;
  return { ...changed, readings: readingsAfterMove(changed.readings, changed.status, today) };
}

function present<Name extends string, Value>(
  name: Name,
  given: Value | null | undefined,
  before: Value | undefined,
): { [name in Name]?: Value } {
  const value = given === undefined ? before : given;
  return (value === undefined || value === null ? {} : { [name]: value }) as {
    [name in Name]?: Value;
  };
}

function tidy({ startedAt, finishedAt }: Reading): Reading {
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** An entry as its reader sees it: the catalogue's book if there is one, else what he said himself. */
export function libraryBook(entry: Entry, { book, own }: BookOfEntry): LibraryBook {
  const { status, rating, review, notes, source, extra, isbn, addedAt, updatedAt } = entry;
  const said: OwnBook = own ?? { title: isbn, authors: [] };
  const shown = book ?? { ...said, categories: said.categories ?? [] };
  return {
    provider: "import",
    sources: [],
    ...shown,
    isbn,
    ...(status === undefined ? {} : { status }),
    ...(rating === undefined ? {} : { rating }),
    ...(review === undefined ? {} : { review }),
    ...(notes === undefined ? {} : { notes }),
    tags: [...entry.tags],
    readings: [...entry.readings],
    addedAt: iso(addedAt),
    updatedAt: iso(updatedAt),
    confirmed: book !== undefined,
    ...(source === undefined ? {} : { source }),
    ...(extra === undefined ? {} : { extra: { ...extra } }),
  };
}
