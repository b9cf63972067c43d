import type { Book } from "../../../contract/catalogue.ts";
import type { Format, Loan, OwnSeries, Reading, Status } from "../../../contract/library-fields.ts";
import type { ChangeEntry, LibraryBook, OwnBook } from "../../../contract/library.ts";
import { defined } from "../../platform/defined.ts";
import type { FieldWrites } from "./fields.ts";
import { wordsAlone, type BookWords } from "./own-book.ts";
import {
  pageCountOf,
  presentPosition,
  type LatestProgress,
  type ReachedPosition,
} from "./progress.ts";
import { readingsAfterMove } from "./readings.ts";
import { normaliseTags } from "./tags.ts";

/** A reading of an entry. `id` is stable; a reading without one gets it when it is stored. */
export type EntryReading = Reading;

/** A user's entry for a book on their shelf. Instants are whole seconds since the epoch. */
export interface Entry {
  /** ISBN-13, or `local-...` for a book without one. */
  isbn: string;
  status?: Status;
  rating?: number;
  review?: string;
  notes?: string;
  tags: readonly string[];
  readings: readonly EntryReading[];
  /** The format of the user's copy. */
  format?: Format;
  owned?: boolean;
  location?: string;
  loan?: Loan;
  /** Replaces the catalogue's series of the book. */
  ownSeries?: OwnSeries;
  addedAt: number;
  updatedAt: number;
  /** Id of the import that added the entry. */
  source?: string;
  /** Cells of an imported file that have no field here, by column name. */
  extra?: Readonly<Record<string, string>>;
  /** Who wrote each field last; fields that another release wrote may be missing. */
  fieldWrites?: FieldWrites;
}

/** A stored entry. Every write increases `version`; no two states of an entry share one. */
export interface StoredEntry extends Entry {
  version: number;
}

/**
 * The version of the next write. A new entry starts at the current time instead of 1, because an
 * entry that is removed and re-added must not reuse a version.
 * @param place the current entry, if any, and the version of the last removed one
 * @param now ms since the epoch
 */
export function nextVersion(
  { entry, removedVersion = 0 }: Pick<Place, "entry" | "removedVersion">,
  now: number,
): number {
  return entry === undefined ? Math.max(now, removedVersion + 1) : entry.version + 1;
}

/**
 * The book of an entry: the catalogue's data and the user's own details. A copy is present only
 * without catalogue data.
 */
export interface BookOfEntry {
  book?: Book;
  own?: BookWords;
  /** The latest progress of the open reading. */
  progress?: ReachedPosition;
}

/** Stored columns besides the entry. A write updates only the indexed columns that change. */
export interface StoredKeys {
  /** Whether this release wrote the entry. If not, every column and list is written again. */
  isKept: boolean;
  /** JSON array of [id, startedAt, finishedAt]. */
  readings: string;
  /** JSON array of names. */
  tags: string;
  sortTitle: string | null;
  sortAuthor: string | null;
  year: number | null;
  lastFinished: string | null;
  sortSeries: string | null;
}

/** An entry and the user's own details of its book at one moment: undo and the trash restore it. */
export interface EntryImage {
  entry: StoredEntry;
  own?: BookWords;
  /** In the trash: the latest progress of each reading. */
  latest?: LatestProgress;
}

/** A place on a shelf: the entry, if any, and its book. `bookVersion` is 0 when the catalogue has no row. */
export interface Place extends BookOfEntry {
  entry?: StoredEntry;
  /** Present with `entry` when it was read from storage. */
  stored?: StoredKeys;
  bookVersion: number;
  /** The version of an entry that was removed from this place, while its tombstone is kept. */
  removedVersion?: number;
  /** The latest progress of each reading; absent when it was not loaded or there is none. */
  latest?: LatestProgress;
  /** The user's time zone; absent for UTC. */
  timeZone?: string;
  /** That entry, while it is in the trash; its version is `removedVersion`. */
  trashed?: EntryImage;
}

/** The place as it was before its entry was moved to the trash, if there is one. */
export function untrashed(place: Place): Place {
  if (place.entry || !place.trashed) return place;
  const { own: _own, ...rest } = place;
  return { ...rest, ...place.trashed };
}

/** A change of an entry. Absent fields remain unchanged; null clears a field. */
export type EntryChange = ChangeEntry;

/** A new entry without any user data. @param at seconds since the epoch */
export function emptyEntry(isbn: string, at: number): Entry {
  return { isbn, tags: [], readings: [], addedAt: at, updatedAt: at };
}

/** Applies a change to an entry without dating its readings. @param at seconds since the epoch */
export function withChange(entry: Entry, change: EntryChange, at: number): Entry {
  const { status, rating, review, notes, format, owned, location, loan, ownSeries, ...rest } =
    entry;
  return {
    ...rest,
    ...present("status", change.status, status),
    ...present("rating", change.rating, rating),
    // An empty string clears a text.
    ...present("review", change.review === "" ? null : change.review, review),
    ...present("notes", change.notes === "" ? null : change.notes, notes),
    ...present("format", change.format, format),
    ...present("owned", change.owned, owned),
    ...present("location", change.location === "" ? null : change.location, location),
    ...present("loan", change.loan, loan),
    ...present("ownSeries", change.ownSeries, ownSeries),
    tags: change.tags === undefined ? entry.tags : normaliseTags(change.tags ?? []),
    readings:
      change.readings === undefined
        ? entry.readings
        : sameReadings(entry.readings, change.readings ?? []),
    updatedAt: at,
  };
}

/**
 * Applies a user's change to an entry. A change of status to `reading` or `completed` dates the reading, unless the change
 * contains readings.
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

/**
 * The readings of a change with their ids. If some have an id, those without one are new. If none
 * has, each gets the id of the entry's reading with equal dates, or else of the one at the same
 * position, which then counts as corrected.
 */
function sameReadings(
  before: readonly EntryReading[],
  given: readonly Reading[],
): readonly EntryReading[] {
  if (given.some(({ id }) => id !== undefined)) return given.map(tidy);
  const left = new Map(before.map((reading, position) => [position, reading]));
  const equal = given.map(({ startedAt, finishedAt }) => {
    const match = [...left].find(
      ([, old]) => old.startedAt === startedAt && old.finishedAt === finishedAt,
    );
    if (match) left.delete(match[0]);
    return match?.[1].id;
  });
  return given.map((reading, position) => {
    const id = equal[position] ?? left.get(position)?.id;
    return tidy({ ...reading, id });
  });
}

function tidy({
  id,
  startedAt,
  finishedAt,
}: { [Field in keyof Reading]: Reading[Field] | undefined }): Reading {
  return defined({ id, startedAt, finishedAt });
}

/**
 * The id of a stored reading. Readings of another release have none and are identified by position.
 */
export const readingId = ({ id }: EntryReading, position: number): string => id ?? `r${position}`;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/**
 * The book as the user sees it: the entry with the catalogue's data or, without any, the user's own
 * details.
 */
export function libraryBook(entry: Entry, place: BookOfEntry): LibraryBook {
  const { book, own, progress } = place;
  const { status, rating, review, notes, source, extra, isbn, addedAt, updatedAt } = entry;
  const { format, owned, location, loan, ownSeries } = entry;
  const ownDetails: OwnBook = own ? wordsAlone(own) : { title: isbn, authors: [] };
  const details = book ?? { ...ownDetails, categories: ownDetails.categories ?? [] };
  return {
    provider: "import",
    sources: [],
    ...details,
    isbn,
    ...defined({ status, rating, review, notes }),
    tags: [...entry.tags],
    readings: entry.readings.map((reading, position) => ({
      ...tidy(reading),
      id: readingId(reading, position),
    })),
    ...defined({
      progress: progress && presentPosition(progress, pageCountOf(place)),
      format,
      owned,
      location,
      loan,
      series: ownSeries,
      ownSeries,
    }),
    addedAt: iso(addedAt),
    updatedAt: iso(updatedAt),
    confirmed: book !== undefined,
    ...defined({ source, extra: extra && { ...extra } }),
  };
}
