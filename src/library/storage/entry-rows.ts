import { defined } from "../../platform/defined.ts";
import { statusSchema, type Reading } from "../../../contract/library-fields.ts";
import { ownBookSchema, type OwnBook } from "../../../contract/library.ts";
import type { Place, StoredEntry } from "../domain/entry.ts";
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
  readings: string;
  tags: string;
}

/** An entry with its book, as one row. */
export interface PlaceRow extends EntryRow, BookText {
  own: string | null;
  book_version: number | null;
}

/** The columns of `EntryRow`; `entry` is UserLibrary. */
export const ENTRY_COLUMNS = `
  entry.id, entry.isbn AS shelved_isbn, entry.status, entry.rating, entry.review, entry.notes, entry.added_at,
  entry.updated_at AS changed_at, entry.version AS entry_version, entry.source, entry.extra,
  (SELECT json_group_array(json_array(started_at, finished_at)) FROM (
    SELECT started_at, finished_at FROM Readings
    WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position
  )) AS readings,
  (SELECT json_group_array(tag) FROM (
    SELECT tag FROM Tags WHERE user_id = entry.user_id AND isbn = entry.isbn ORDER BY position
  )) AS tags`;

/** The columns of `PlaceRow`; `entry`, `book` and `own` are UserLibrary, Books and UserBooks. */
export const PLACE_COLUMNS = `
  ${ENTRY_COLUMNS},
  own.details AS own, book.version AS book_version,
  book.isbn, book.title, book.authors, book.publication_year, book.publisher, book.page_count, book.description,
  book.canonical_metadata, book.updated_at`;

/** Maps a row to the domain's type. */
export function placeOf(row: PlaceRow): Place {
  const book = row.book_version === null ? undefined : bookFromRow(row);
  const own = ownOf(row.own);
  const entry = entryOf(row);
  return {
    bookVersion: row.book_version ?? 0,
    ...defined({ book, own, entry }),
  };
}

/** Parses the user's own book details from `UserBooks.details`. */
export function ownOf(details: string | null): OwnBook | undefined {
  return details === null ? undefined : ownBookSchema.safeParse(JSON.parse(details)).data;
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
    readings: (JSON.parse(row.readings) as [string | null, string | null][]).map(readingOf),
    ...defined({
      status: statusSchema.safeParse(row.status).data,
      rating: row.rating ?? undefined,
      review: row.review ?? undefined,
      notes: row.notes ?? undefined,
      source: row.source ?? undefined,
      extra: row.extra === null ? undefined : (JSON.parse(row.extra) as Record<string, string>),
    }),
  };
}

function readingOf([startedAt, finishedAt]: [string | null, string | null]): Reading {
  return defined({ startedAt: startedAt ?? undefined, finishedAt: finishedAt ?? undefined });
}
