import { jsonPieces } from "../../platform/d1/json-pieces.ts";
import { showProgressSql } from "./progress-writes.ts";
import { slicesDueSql } from "./shelf-takes.ts";

/** Rows of an archive besides entries and waiting rows. */
export interface ArchivedRows {
  /** `at` is in ms since the epoch; `trashed` marks progress in a book in the trash. */
  progress: readonly {
    id: string;
    isbn: string;
    readingId: string;
    page?: number | undefined;
    percent?: number | undefined;
    minutes?: number | undefined;
    note?: string | undefined;
    at: number;
    version: number;
    trashed?: true | undefined;
  }[];
  goals: readonly {
    year: number;
    books?: number | undefined;
    pages?: number | undefined;
    minutes?: number | undefined;
    version: number;
  }[];
  settings: readonly { name: string; value: string; version: number }[];
  /** `image` is an `EntryImage` as JSON; instants are ms since the epoch. */
  trash: readonly {
    isbn: string;
    version: number;
    deletedAt: number;
    until: number;
    image: string;
  }[];
  moves: readonly { isbn: string; movedTo: string }[];
}

type ArchiveSql = ReturnType<typeof archiveSql>;

const SEQ = "(SELECT seq FROM Shelves WHERE user_id = ?3)";

/**
 * The SQL of a batch that has taken the shelf of user ?3. ?1 and ?2 belong to the condition; ?4 is
 * the rows, a JSON array.
 * @param condition when the batch may write
 */
export function archiveSql(condition: string) {
  const isbns = "(SELECT value FROM json_each(?4))";
  return {
    ADD_TRASH: `
  INSERT INTO RemovedEntries (user_id, isbn, seq, version, removed_at, trashed_until, image)
  SELECT ?3, value ->> 'isbn', ${SEQ}, value ->> 'version', value ->> 'deletedAt', value ->> 'until', value ->> 'image'
  FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, isbn) DO UPDATE SET seq = excluded.seq, version = max(excluded.version, version + 1),
    removed_at = excluded.removed_at, trashed_until = excluded.trashed_until, image = excluded.image`,
    ADD_PROGRESS: `
  INSERT INTO Progress (user_id, id, isbn, reading_id, page, percent, minutes, note, at, version, seq, removed_at)
  SELECT ?3, value ->> 'id', value ->> 'isbn', value ->> 'readingId', value ->> 'page', value ->> 'percent',
    value ->> 'minutes', value ->> 'note', value ->> 'at', value ->> 'version', ${SEQ},
    CASE WHEN value ->> 'trashed' THEN (
      SELECT removed_at FROM RemovedEntries WHERE user_id = ?3 AND isbn = value ->> 'isbn' AND trashed_until IS NOT NULL
    ) END
  FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, id) DO UPDATE SET isbn = excluded.isbn, reading_id = excluded.reading_id, page = excluded.page,
    percent = excluded.percent, minutes = excluded.minutes, note = excluded.note, at = excluded.at, version = excluded.version,
    seq = excluded.seq, removed_at = excluded.removed_at, may_return = NULL`,
    COUNT_PROGRESS: `
  UPDATE Shelves SET progress = progress + ?4 WHERE user_id = ?3 AND ${condition}`,
    // Devices must fetch these entries again, because their progress has changed.
    RAISE_ENTRIES: `
  UPDATE UserLibrary SET seq = ${SEQ} WHERE user_id = ?3 AND isbn IN ${isbns} AND ${condition}`,
    SHOW_PROGRESS: showProgressSql(`isbn IN ${isbns}`, { user: "?3" }, condition),
    SLICES_DUE: slicesDueSql({ user: "?3", isbns: "?4" }, condition),
    ADD_GOALS: `
  INSERT INTO Goals (user_id, year, books, pages, minutes, version, seq)
  SELECT ?3, value ->> 'year', value ->> 'books', value ->> 'pages', value ->> 'minutes', value ->> 'version', ${SEQ}
  FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, year) DO UPDATE SET books = excluded.books, pages = excluded.pages, minutes = excluded.minutes,
    version = excluded.version, seq = excluded.seq, removed_at = NULL`,
    ADD_SETTINGS: `
  INSERT INTO Settings (user_id, name, value, version, seq)
  SELECT ?3, value ->> 'name', json_quote(value ->> 'value'), value ->> 'version', ${SEQ}
  FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, name) DO UPDATE SET value = excluded.value, version = excluded.version, seq = excluded.seq`,
    COPY_TIME_ZONE: `
  UPDATE Shelves SET time_zone = (
    SELECT nullif(value ->> '$', 'UTC') FROM Settings WHERE user_id = ?3 AND name = 'timeZone'
  ) WHERE user_id = ?3 AND ${condition}`,
    ALL_SLICES_DUE: `
  UPDATE ShelfSlices SET due = ${SEQ} WHERE user_id = ?3 AND ${condition}`,
    ADD_MOVES: `
  INSERT INTO EditionMoves (user_id, isbn, moved_to)
  SELECT ?3, value ->> 'isbn', value ->> 'movedTo' FROM json_each(?4) WHERE ${condition}`,
  };
}

/** The statements that add rows of an archive, for a batch that has taken the shelf. @param sql from `archiveSql` */
export function archiveStatements(
  db: D1Database,
  sql: ArchiveSql,
  { subject, token, userId }: { subject: string; token: string; userId: string },
  rows: ArchivedRows,
): D1PreparedStatement[] {
  const ours = (text: string, ...values: unknown[]) =>
    db.prepare(text).bind(subject, token, userId, ...values);
  const bound = (text: string, items: readonly unknown[]) =>
    jsonPieces(items).map((piece) => ours(text, piece));
  const live = rows.progress.filter(({ trashed }) => trashed === undefined);
  const books = [...new Set(live.map(({ isbn }) => isbn))];
  const isZoned = rows.settings.length > 0;
  return [
    ...bound(sql.ADD_TRASH, rows.trash),
    ...bound(sql.ADD_PROGRESS, rows.progress),
    ...(live.length > 0 ? [ours(sql.COUNT_PROGRESS, live.length)] : []),
    ...bound(sql.RAISE_ENTRIES, books),
    ...bound(sql.SHOW_PROGRESS, books),
    ...bound(sql.SLICES_DUE, books),
    ...bound(sql.ADD_GOALS, rows.goals),
    ...bound(sql.ADD_SETTINGS, rows.settings),
    ...(isZoned ? [ours(sql.COPY_TIME_ZONE), ours(sql.ALL_SLICES_DUE)] : []),
    ...bound(sql.ADD_MOVES, rows.moves),
  ];
}
