import { WRITTEN_COLUMNS } from "./entry-columns.ts";
import {
  removeProgressSql,
  showProgressSql,
  trashProgressSql,
  uncountProgressSql,
} from "./progress-writes.ts";
import { countNextSql, slicesDueSql } from "./shelf-takes.ts";

// Parameters of every statement: ?1 and ?2 are those of the condition, ?3 user, ?4 a list.

/**
 * The SQL that writes many entries in one batch.
 * @param condition true only in the batch that took the shelf; it may use ?1 and ?2
 */
export function entryListSql(condition: string) {
  // Items of long lists are arrays: SQLite finds a member faster by position than by name, and the
  // text is shorter.
  const WRITE_ENTRIES = `
  INSERT INTO UserLibrary (user_id, isbn, ${WRITTEN_COLUMNS.join(", ")}, kept_version, seq)
  SELECT ?3, value ->> 0, ${WRITTEN_COLUMNS.map((_, index) => `value ->> ${index + 1}`).join(", ")},
    value ->> ${WRITTEN_COLUMNS.indexOf("version") + 1}, (SELECT seq FROM Shelves WHERE user_id = ?3)
  FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, isbn) DO UPDATE SET
    ${[...WRITTEN_COLUMNS, "kept_version", "seq"].map((name) => `${name} = excluded.${name}`).join(", ")}`;

  // By position, so that an unchanged reading is not written.
  const SET_READINGS = `
  INSERT INTO Readings (user_id, isbn, position, id, started_at, finished_at)
  SELECT ?3, made.value ->> 'isbn', reading.key, reading.value ->> 0, reading.value ->> 1, reading.value ->> 2
  FROM json_each(?4) AS made, json_each(made.value ->> 'readings') AS reading WHERE ${condition}
  ON CONFLICT(user_id, isbn, position) DO UPDATE SET
    id = excluded.id, started_at = excluded.started_at, finished_at = excluded.finished_at
  WHERE id IS NOT excluded.id OR started_at IS NOT excluded.started_at OR finished_at IS NOT excluded.finished_at`;

  const DROP_READINGS = `
  DELETE FROM Readings WHERE (user_id, isbn, position) IN (
    SELECT ?3, old.isbn, old.position
    FROM json_each(?4) AS made
    CROSS JOIN Readings AS old ON old.user_id = ?3 AND old.isbn = made.value ->> 'isbn' AND old.position >= made.value ->> 'count'
  ) AND ${condition}`;

  const CLEAR_TAGS = `
  DELETE FROM Tags WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${condition}`;

  const ADD_TAGS = `
  INSERT INTO Tags (user_id, isbn, folded, tag, position)
  SELECT ?3, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?4) WHERE ${condition}`;

  const SET_OWN = `
  INSERT INTO UserBooks (user_id, isbn, details)
  SELECT ?3, value ->> 'isbn', value ->> 'own' FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, isbn) DO UPDATE SET details = excluded.details`;

  const DROP_OWN = `
  DELETE FROM UserBooks
  WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${condition}`;

  const DROP_TOMBSTONES = `
  DELETE FROM RemovedEntries
  WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${condition}`;

  const IN_LIST = "isbn IN (SELECT value FROM json_each(?4))";

  // Readings may have started or ended, so a different one may be open.
  const SHOW_PROGRESS = showProgressSql(
    IN_LIST,
    { user: "?3" },
    `EXISTS (SELECT 1 FROM Progress WHERE user_id = ?3) AND ${condition}`,
  );

  const UNCOUNT_PROGRESS = uncountProgressSql(IN_LIST, { user: "?3" }, condition);

  // ?5 now, ms since the epoch, the same as for the tombstones.
  const REMOVE_PROGRESS = removeProgressSql(IN_LIST, { user: "?3", at: "?5" }, condition);
  const TRASH_PROGRESS = trashProgressSql(IN_LIST, { user: "?3", at: "?5" }, condition);

  // Schedules a refresh of entries whose keys were computed from an outdated version of the book: the writer that changed the
  // book could not see these entries.
  const REFRESH_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT Books.isbn FROM json_each(?4) AS made JOIN Books ON Books.isbn = made.value ->> 0
  WHERE ?3 IS NOT NULL AND Books.version <> made.value ->> 1 AND ${condition}
  ON CONFLICT DO NOTHING`;

  // ?5 now, ?6 the end of the time in the trash, ms since the epoch.
  const ADD_TOMBSTONES = `
  INSERT INTO RemovedEntries (user_id, isbn, seq, version, removed_at, trashed_until, image)
  SELECT ?3, value ->> 'isbn', (SELECT seq FROM Shelves WHERE user_id = ?3), value ->> 'version', ?5,
    CASE WHEN value ->> 'image' IS NOT NULL THEN ?6 END, value ->> 'image'
  FROM json_each(?4) WHERE ${condition}
  ON CONFLICT(user_id, isbn) DO UPDATE SET seq = excluded.seq, version = excluded.version,
    removed_at = excluded.removed_at, trashed_until = excluded.trashed_until, image = excluded.image`;

  /** Children before their entries, so that no statement deletes more rows than it names. */
  const REMOVALS = ["Readings", "Tags", "UserBooks", "UserLibrary"].map(
    (table) => `
  DELETE FROM ${table} WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${condition}`,
  );

  return {
    WRITE_ENTRIES,
    SET_READINGS,
    DROP_READINGS,
    CLEAR_TAGS,
    ADD_TAGS,
    SET_OWN,
    DROP_OWN,
    DROP_TOMBSTONES,
    SHOW_PROGRESS,
    UNCOUNT_PROGRESS,
    REMOVE_PROGRESS,
    TRASH_PROGRESS,
    REFRESH_STALE,
    ADD_TOMBSTONES,
    REMOVALS,
    COUNT_NEXT: countNextSql({ user: "?3" }, condition),
    SLICES_DUE: slicesDueSql({ user: "?3", isbns: "?4" }, condition),
  };
}
