import type { ShelfWrite } from "../domain/shelf.ts";
import { READINGS } from "./entry-rows.ts";
import { HAS_SHELF } from "./shelf-takes.ts";

// In the order of idx_progress_book, so that only one row is read.
const latestOfReading = (user: string, isbn: string, reading: string, shape: string): string => `(
    SELECT ${shape} FROM Progress INDEXED BY idx_progress_book
    WHERE user_id = ${user} AND isbn = ${isbn} AND reading_id = ${reading} AND removed_at IS NULL
    ORDER BY at DESC, id DESC LIMIT 1
  )`;

/** The latest progress of each reading of `entry`, a JSON object; NULL for a book without progress. */
export const LATEST_PROGRESS = `
  CASE WHEN EXISTS (
    SELECT 1 FROM Progress INDEXED BY idx_progress_book
    WHERE user_id = entry.user_id AND isbn = entry.isbn AND removed_at IS NULL
  ) THEN (
    SELECT json_group_object(reading, json(latest)) FROM (
      SELECT value ->> 0 AS reading, ${latestOfReading(
        "entry.user_id",
        "entry.isbn",
        "value ->> 0",
        "json_object('id', id, 'page', page, 'percent', percent, 'minutes', minutes, 'at', at)",
      )} AS latest
      FROM json_each(${READINGS})
    ) WHERE latest IS NOT NULL
  ) END`;

// The open reading with the latest start, like `openReadingOf` of the domain. Of two with the same
// start, the later one.
const OPEN_READING = `(
      SELECT value ->> 0 FROM json_each(UserLibrary.readings)
      WHERE value ->> 1 IS NOT NULL AND value ->> 2 IS NULL ORDER BY value ->> 1 DESC, key DESC LIMIT 1
    )`;

const SHOWN = latestOfReading(
  "UserLibrary.user_id",
  "UserLibrary.isbn",
  OPEN_READING,
  "json_object('page', page, 'percent', percent, 'minutes', minutes, 'at', at)",
);

/**
 * The SQL that makes entries show the latest progress of their open reading, for every batch that
 * writes readings or progress. Comes after those statements, and writes only entries that would
 * change.
 * @param entries condition on the entries
 * @param condition when the batch may write
 */
export function showProgressSql(
  entries: string,
  { user }: { user: string },
  condition: string,
): string {
  return `
  UPDATE UserLibrary SET progress = ${SHOWN}
  WHERE user_id = ${user} AND ${entries} AND progress IS NOT ${SHOWN} AND ${condition}`;
}

/** Parameters: ?1 user, ?2 the batch's token, ?3 isbn. */
export const SHOW_PROGRESS = showProgressSql("isbn = ?3", { user: "?1" }, HAS_SHELF);

const ADD = `
  INSERT INTO Progress (user_id, id, isbn, reading_id, page, percent, minutes, note, at, version, seq)
  SELECT ?1, ?3 ->> 'id', ?3 ->> 'isbn', ?3 ->> 'readingId', ?3 ->> 'page', ?3 ->> 'percent', ?3 ->> 'minutes',
    ?3 ->> 'note', ?3 ->> 'at', ?3 ->> 'version', seq
  FROM Shelves WHERE user_id = ?1 AND write_token = ?2`;

const SET = `
  UPDATE Progress SET page = ?3 ->> 'page', percent = ?3 ->> 'percent', minutes = ?3 ->> 'minutes', note = ?3 ->> 'note',
    at = ?3 ->> 'at', version = ?3 ->> 'version', seq = (SELECT seq FROM Shelves WHERE user_id = ?1)
  WHERE user_id = ?1 AND id = ?3 ->> 'id' AND ${HAS_SHELF}`;

const REMOVE = `
  UPDATE Progress SET page = NULL, percent = NULL, minutes = NULL, note = NULL, removed_at = ?4,
    version = ?3 ->> 'version', seq = (SELECT seq FROM Shelves WHERE user_id = ?1)
  WHERE user_id = ?1 AND id = ?3 ->> 'id' AND ${HAS_SHELF}`;

const COUNT = `
  UPDATE Shelves SET progress = progress + ?3 WHERE user_id = ?1 AND write_token = ?2`;

/**
 * The SQL that subtracts the progress in some books from the user's count, before the progress is
 * removed.
 * @param books condition on the books
 * @param condition when the batch may write
 */
export function uncountProgressSql(
  books: string,
  { user }: { user: string },
  condition: string,
): string {
  return `
  UPDATE Shelves SET progress = progress - (
    SELECT count(*) FROM Progress INDEXED BY idx_progress_book WHERE user_id = ${user} AND ${books} AND removed_at IS NULL
  ) WHERE user_id = ${user} AND ${condition}`;
}

/**
 * The SQL that permanently removes the progress in some books, together with their entries. An
 * import can bring it back.
 * @param books condition on the books
 * @param at parameter of the time of removal, ms since the epoch
 * @param condition when the batch may write
 */
export function removeProgressSql(
  books: string,
  { user, at }: { user: string; at: string },
  condition: string,
): string {
  return `
  UPDATE Progress INDEXED BY idx_progress_book SET page = NULL, percent = NULL, minutes = NULL, note = NULL,
    removed_at = ${at}, may_return = 1, version = version + 1, seq = (SELECT seq FROM Shelves WHERE user_id = ${user})
  WHERE user_id = ${user} AND ${books} AND removed_at IS NULL AND ${condition}`;
}

const UNCOUNT_BOOK = uncountProgressSql("isbn = ?3", { user: "?1" }, HAS_SHELF);

/**
 * The SQL that moves the progress in some books to the trash with their entries. The values remain
 * while the entry is in the trash; the time of removal is its tombstone's.
 * @param books condition on the books
 * @param at parameter of the time of removal, ms since the epoch
 * @param condition when the batch may write
 */
export function trashProgressSql(
  books: string,
  { user, at }: { user: string; at: string },
  condition: string,
): string {
  return `
  UPDATE Progress INDEXED BY idx_progress_book
  SET removed_at = ${at}, version = version + 1, seq = (SELECT seq FROM Shelves WHERE user_id = ${user})
  WHERE user_id = ${user} AND ${books} AND removed_at IS NULL AND ${condition}`;
}

const TRASH = trashProgressSql("isbn = ?3", { user: "?1", at: "?4" }, HAS_SHELF);

// Progress without values was deleted by itself.
const TRASHED = `user_id = ?1 AND isbn = ?3 AND coalesce(page, percent, minutes) IS NOT NULL AND removed_at = (
    SELECT removed_at FROM RemovedEntries WHERE user_id = ?1 AND isbn = ?3 AND image IS NOT NULL
  )`;

const COUNT_TRASHED = `
  UPDATE Shelves SET progress = progress + (
    SELECT count(*) FROM Progress INDEXED BY idx_progress_removed WHERE ${TRASHED}
  ) WHERE user_id = ?1 AND write_token = ?2`;

const RESTORE = `
  UPDATE Progress INDEXED BY idx_progress_removed
  SET removed_at = NULL, version = version + 1, seq = (SELECT seq FROM Shelves WHERE user_id = ?1)
  WHERE ${TRASHED} AND ${HAS_SHELF}`;

/** All statements, for a test of their query plans. */
export const PROGRESS_STATEMENTS = {
  ADD,
  SET,
  REMOVE,
  COUNT,
  UNCOUNT_BOOK,
  TRASH,
  COUNT_TRASHED,
  RESTORE,
};

/** The statements that store the progress of a write, for a batch that has taken the shelf. */
export function progressStatements(
  db: D1Database,
  { userId, progress }: Pick<ShelfWrite, "userId" | "progress">,
  token: string,
): D1PreparedStatement[] {
  if (!progress) return [];
  const { entry, before, removedAt } = progress;
  const row = JSON.stringify(entry);
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, token, ...values);
  if (removedAt !== undefined) return [ours(REMOVE, row, removedAt), ours(COUNT, -1)];
  return before === 0 ? [ours(ADD, row), ours(COUNT, 1)] : [ours(SET, row)];
}

/** The statements that restore the progress in a book with its entry, before the entry leaves the trash. */
export function restoredProgress(
  db: D1Database,
  { userId, isbn, token }: { userId: string; isbn: string; token: string },
): D1PreparedStatement[] {
  return [COUNT_TRASHED, RESTORE].map((sql) => db.prepare(sql).bind(userId, token, isbn));
}

/**
 * The statements that move the progress in a book to the trash with its entry.
 * @param at ms since the epoch, the same as for its tombstone
 */
export function trashedProgress(
  db: D1Database,
  { userId, isbn, token, at }: { userId: string; isbn: string; token: string; at: number },
): D1PreparedStatement[] {
  return [
    db.prepare(UNCOUNT_BOOK).bind(userId, token, isbn),
    db.prepare(TRASH).bind(userId, token, isbn, at),
  ];
}
