import { defined } from "../../platform/defined.ts";
import {
  formatSchema,
  statusSchema,
  type Loan,
  type OwnSeries,
} from "../../../contract/library-fields.ts";
import { ownBookSchema } from "../../../contract/library.ts";
import type { EntryImage, EntryReading, Place, StoredEntry, StoredKeys } from "../domain/entry.ts";
import type { FieldWrites } from "../domain/fields.ts";
import { copied, type BookWords } from "../domain/own-book.ts";
import { latestOf, reachedOf } from "./progress-rows.ts";
import { bookFromRow, type BookText } from "../../catalogue/module.ts";

/** An entry with its readings and tags as one row. Without an entry, all columns but `readings` and `tags` are null. */
export interface EntryRow {
  id: number | null;
  shelved_isbn: string | null;
  status: string | null;
  rating: number | null;
  review: string | null;
  notes: string | null;
  added_at: number | null;
  changed_at: number | null;
  entry_version: number | null;
  source: string | null;
  extra: string | null;
  field_writes: string | null;
  format: string | null;
  owned: number | null;
  location: string | null;
  loan: string | null;
  own_series: string | null;
  /** 0 when another release wrote the entry last. */
  is_kept: number | null;
  readings: string;
  tags: string;
}

/** An entry with its book, as one row. */
export interface PlaceRow extends EntryRow, BookText {
  own: string | null;
  book_version: number | null;
  sort_title: string | null;
  sort_author: string | null;
  year: number | null;
  last_finished: string | null;
  sort_series: string | null;
  progress: string | null;
  removed_version?: number | null;
  latest_progress?: string | null;
  time_zone?: string | null;
  /** `EntryImage` as JSON. */
  trashed?: string | null;
}

/**
 * Readings of `entry` from the table, as JSON array of [id, startedAt, finishedAt]. A reading of an
 * older release gets `r` and its position as id.
 */
export const TABLED_READINGS = `(
    SELECT json_group_array(json_array(coalesce(id, 'r' || position), started_at, finished_at)) FROM (
      SELECT * FROM Readings WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position
    ))`;

/** Tags of `entry` as JSON array, from the table. */
export const TABLED_TAGS = `(
    SELECT json_group_array(tag) FROM (
      SELECT tag FROM Tags WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position
    ))`;

/** Readings of `entry`. The tables are read only if another release wrote the entry. */
export const READINGS = `
  CASE WHEN entry.kept_version = entry.version THEN entry.readings ELSE ${TABLED_READINGS} END`;

/** Tags of `entry`. The table is read only if another release wrote the entry. */
export const TAGS = `
  CASE WHEN entry.kept_version = entry.version THEN entry.tags ELSE ${TABLED_TAGS} END`;

/** The user's own details of the book of `entry`, from the table. */
export const OWNED_TABLE = `(
    SELECT details FROM UserBooks WHERE user_id = entry.user_id AND isbn = entry.isbn
  )`;

/** The user's own details of the book of `entry`, as JSON or NULL. */
export const OWN = `
  CASE WHEN entry.has_own OR entry.kept_version <> entry.version THEN ${OWNED_TABLE} END`;

const entryColumns = (long: (name: string) => string): string => `
  entry.id, entry.isbn AS shelved_isbn, entry.status, entry.rating, ${["review", "notes", "extra"].map(long).join(", ")},
  entry.added_at, entry.updated_at AS changed_at, entry.version AS entry_version, entry.source, entry.field_writes,
  entry.format, entry.owned, entry.location, entry.loan, entry.own_series,
  entry.kept_version = entry.version AS is_kept,
  ${READINGS} AS readings,
  ${TAGS} AS tags`;

const column = (name: string): string => `entry.${name}`;

/** The columns of `EntryRow`; `entry` is UserLibrary. */
export const ENTRY_COLUMNS = entryColumns(column);

/**
 * The columns of `PlaceRow`; `entry` and `book` are UserLibrary and Books.
 * @param long yields the SQL of a column with a long text, with its name
 */
export const placeColumns = (long: (name: string) => string): string => `
  ${entryColumns(long)}, ${OWN} AS own, entry.progress,
  entry.sort_title, entry.sort_author, entry.year, entry.last_finished, entry.sort_series,
  book.version AS book_version,
  book.isbn, book.title, book.authors, book.publication_year, book.publisher, book.page_count, book.description,
  book.canonical_metadata, book.updated_at`;

/** The columns of `PlaceRow` with all long texts. */
export const PLACE_COLUMNS = placeColumns(column);

/** Maps a row to the domain's type. */
export function placeOf(row: PlaceRow): Place {
  const book = row.book_version === null ? undefined : bookFromRow(row);
  const own = ownOf(row.own, book !== undefined);
  const entry = entryOf(row);
  return {
    bookVersion: row.book_version ?? 0,
    ...defined({
      book,
      own,
      entry,
      stored: entry && storedKeysOf(row),
      progress: reachedOf(row.progress),
      removedVersion: row.removed_version ?? undefined,
      latest: latestOf(row.latest_progress),
      timeZone: row.time_zone ?? undefined,
      trashed: imageOf(row.trashed),
    }),
  };
}

/** Parses the image of an entry in the trash. @param image JSON */
export function imageOf(image: string | null | undefined): EntryImage | undefined {
  return image === null || image === undefined ? undefined : (JSON.parse(image) as EntryImage);
}

function storedKeysOf(row: PlaceRow): StoredKeys {
  return {
    isKept: row.is_kept === 1,
    readings: row.readings,
    tags: row.tags,
    sortTitle: row.sort_title,
    sortAuthor: row.sort_author,
    year: row.year,
    lastFinished: row.last_finished,
    sortSeries: row.sort_series,
  };
}

/**
 * Parses the user's own book details from `UserBooks.details`. A copy is used only while the
 * catalogue lacks the book.
 */
export function ownOf(details: string | null, isInCatalogue: boolean): BookWords | undefined {
  if (details === null) return undefined;
  const stored = JSON.parse(details) as { isCopy?: unknown };
  const words = ownBookSchema.safeParse(stored).data;
  if (words === undefined || stored.isCopy !== true) return words;
  return isInCatalogue ? undefined : copied(words);
}

/** Maps a row to its entry; undefined if it has none. */
export function entryOf(row: EntryRow): StoredEntry | undefined {
  const { shelved_isbn: isbn, added_at: addedAt, changed_at: updatedAt, entry_version } = row;
  if (isbn === null || addedAt === null || updatedAt === null || entry_version === null) {
    return undefined;
  }
  return {
    isbn,
    addedAt,
    updatedAt,
    version: entry_version,
    tags: JSON.parse(row.tags) as string[],
    readings: readingsOf(row.readings),
    ...defined({
      status: statusSchema.safeParse(row.status).data,
      rating: row.rating ?? undefined,
      review: row.review ?? undefined,
      notes: row.notes ?? undefined,
      source: row.source ?? undefined,
      extra: row.extra === null ? undefined : (JSON.parse(row.extra) as Record<string, string>),
      format: formatSchema.safeParse(row.format).data,
      owned: row.owned === null ? undefined : row.owned !== 0,
      location: row.location ?? undefined,
      loan: row.loan === null ? undefined : (JSON.parse(row.loan) as Loan),
      ownSeries: row.own_series === null ? undefined : (JSON.parse(row.own_series) as OwnSeries),
      fieldWrites:
        row.field_writes === null ? undefined : (JSON.parse(row.field_writes) as FieldWrites),
    }),
  };
}

/** Parses the readings of an entry. @param text JSON array of [id, startedAt, finishedAt] */
export function readingsOf(text: string): EntryReading[] {
  const readings = JSON.parse(text) as [string, string | null, string | null][];
  return readings.map(([id, startedAt, finishedAt]) => ({
    id,
    ...defined({ startedAt: startedAt ?? undefined, finishedAt: finishedAt ?? undefined }),
  }));
}
