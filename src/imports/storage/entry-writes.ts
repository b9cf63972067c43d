import { changeOfCounts } from "../../library/domain/shelf-counts.ts";
import {
  foldedTags,
  removeProgressSql,
  rowOf,
  showProgressSql,
  uncountProgressSql,
  WRITTEN_COLUMNS,
} from "../../library/module.ts";
import { jsonPieces } from "../../platform/d1/json-pieces.ts";
import type { EntryWrite } from "../domain/job/shelving-plan.ts";
import { IS_OURS } from "./advance.ts";
import { countNext, slicesDue, takeForStep, type StepBatch } from "./shelf-steps.ts";

// Parameters of every statement: ?1 job, ?2 the step's token, ?3 user, ?4 a list.

// Items of the long lists are arrays: SQLite finds a member by its position faster than by its name, and reads less.
const WRITE_ENTRIES = `
  INSERT INTO UserLibrary (user_id, isbn, ${WRITTEN_COLUMNS.join(", ")}, kept_version, seq)
  SELECT ?3, value ->> 0, ${WRITTEN_COLUMNS.map((_, index) => `value ->> ${index + 1}`).join(", ")},
    value ->> ${WRITTEN_COLUMNS.indexOf("version") + 1}, (SELECT seq FROM Shelves WHERE user_id = ?3)
  FROM json_each(?4) WHERE ${IS_OURS}
  ON CONFLICT(user_id, isbn) DO UPDATE SET
    ${[...WRITTEN_COLUMNS, "kept_version", "seq"].map((name) => `${name} = excluded.${name}`).join(", ")}`;

// By position, so that a reading that stays the same is not written.
const SET_READINGS = `
  INSERT INTO Readings (user_id, isbn, position, id, started_at, finished_at)
  SELECT ?3, made.value ->> 'isbn', reading.key, reading.value ->> 0, reading.value ->> 1, reading.value ->> 2
  FROM json_each(?4) AS made, json_each(made.value ->> 'readings') AS reading WHERE ${IS_OURS}
  ON CONFLICT(user_id, isbn, position) DO UPDATE SET
    id = excluded.id, started_at = excluded.started_at, finished_at = excluded.finished_at
  WHERE id IS NOT excluded.id OR started_at IS NOT excluded.started_at OR finished_at IS NOT excluded.finished_at`;

const DROP_READINGS = `
  DELETE FROM Readings WHERE (user_id, isbn, position) IN (
    SELECT ?3, old.isbn, old.position
    FROM json_each(?4) AS made
    CROSS JOIN Readings AS old ON old.user_id = ?3 AND old.isbn = made.value ->> 'isbn' AND old.position >= made.value ->> 'count'
  ) AND ${IS_OURS}`;

const CLEAR_TAGS = `
  DELETE FROM Tags WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`;

const ADD_TAGS = `
  INSERT INTO Tags (user_id, isbn, folded, tag, position)
  SELECT ?3, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?4) WHERE ${IS_OURS}`;

const SET_OWN = `
  INSERT INTO UserBooks (user_id, isbn, details)
  SELECT ?3, value ->> 'isbn', value ->> 'own' FROM json_each(?4) WHERE ${IS_OURS}
  ON CONFLICT(user_id, isbn) DO UPDATE SET details = excluded.details`;

const DROP_OWN = `
  DELETE FROM UserBooks
  WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`;

const DROP_TOMBSTONES = `
  DELETE FROM RemovedEntries
  WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`;

const IN_LIST = "isbn IN (SELECT value FROM json_each(?4))";

// Readings may have ended or begun, and another one may be open.
const SHOW_PROGRESS = showProgressSql(
  IN_LIST,
  { user: "?3" },
  `EXISTS (SELECT 1 FROM Progress WHERE user_id = ?3) AND ${IS_OURS}`,
);

const UNCOUNT_PROGRESS = uncountProgressSql(IN_LIST, { user: "?3" }, IS_OURS);

// ?5 now, ms since the epoch.
const REMOVE_PROGRESS = removeProgressSql(IN_LIST, { user: "?3", at: "?5" }, IS_OURS);

// Schedules a refresh of entries whose keys were computed from an outdated version of the book: the writer that changed the
// book could not see these entries.
const REFRESH_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT Books.isbn FROM json_each(?4) AS made JOIN Books ON Books.isbn = made.value ->> 0
  WHERE ?3 IS NOT NULL AND Books.version <> made.value ->> 1 AND ${IS_OURS}
  ON CONFLICT DO NOTHING`;

// ?5 now, ms since the epoch.
const ADD_TOMBSTONES = `
  INSERT INTO RemovedEntries (user_id, isbn, seq, version, removed_at)
  SELECT ?3, value ->> 'isbn', (SELECT seq FROM Shelves WHERE user_id = ?3), value ->> 'version', ?5
  FROM json_each(?4) WHERE ${IS_OURS}
  ON CONFLICT(user_id, isbn) DO UPDATE SET seq = excluded.seq, version = excluded.version,
    removed_at = excluded.removed_at, trashed_until = NULL, image = NULL`;

/** Children before their entries, so that no statement deletes more rows than it names. */
const REMOVALS = ["Readings", "Tags", "UserBooks", "UserLibrary"].map(
  (table) => `
  DELETE FROM ${table} WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`,
);

/** An entry that an undo deletes, as it was read. */
export interface EntryRemoval {
  isbn: string;
  version: number;
  status?: EntryWrite["statusBefore"];
  /** Whether another release wrote the entry last. */
  isUnkept?: boolean;
}

/**
 * Statements that take the shelf and write entries with their readings, tags and own descriptions, for the batch of a
 * claimed step, directly after the claim. None if nothing is written.
 * @param removal entries to delete, and when (ms since the epoch)
 */
export function entryStatements(
  db: D1Database,
  batch: StepBatch,
  writes: readonly EntryWrite[],
  removal: { entries: readonly EntryRemoval[]; at: number } = { entries: [], at: 0 },
): D1PreparedStatement[] {
  if (writes.length + removal.entries.length === 0) return [];
  const { jobId, token, userId } = batch;
  const bound = (sql: string, list: readonly unknown[], ...values: unknown[]) =>
    jsonPieces(list).map((piece) => db.prepare(sql).bind(jobId, token, userId, piece, ...values));
  const counts = changeOfCounts([
    ...writes.map(({ entry, isNew, statusBefore, isUnkept }) => ({
      isUnkept,
      before: isNew ? undefined : { status: statusBefore },
      after: entry,
    })),
    ...removal.entries.map((entry) => ({ before: entry, isUnkept: entry.isUnkept })),
  ]);
  const removed = removal.entries.map(({ isbn }) => isbn);
  return [
    takeForStep(db, batch, counts),
    ...writtenLists(writes).flatMap(([sql, list]) => bound(sql, list)),
    ...bound(ADD_TOMBSTONES, removal.entries, removal.at),
    ...bound(UNCOUNT_PROGRESS, removed),
    ...bound(REMOVE_PROGRESS, removed, removal.at),
    ...REMOVALS.flatMap((sql) => bound(sql, removed)),
    ...(counts ? [] : [countNext(db, batch)]),
    slicesDue(db, batch, [...writes.map(({ entry }) => entry.isbn), ...removed]),
  ];
}

function writtenLists(writes: readonly EntryWrite[]): [string, readonly unknown[]][] {
  const rows = writes.map((write) => ({ isbn: write.entry.isbn, ...rowOf(write) }));
  const there = writes.flatMap(({ isNew, entry }) => (isNew ? [] : [entry]));
  return [
    [WRITE_ENTRIES, rows.map((row) => [row.isbn, ...WRITTEN_COLUMNS.map((name) => row[name])])],
    [
      SET_READINGS,
      rows.flatMap(({ isbn, readings }) => (readings === "[]" ? [] : [{ isbn, readings }])),
    ],
    [DROP_READINGS, there.map(({ isbn, readings }) => ({ isbn, count: readings.length }))],
    [SHOW_PROGRESS, there.map(({ isbn }) => isbn)],
    [CLEAR_TAGS, there.map(({ isbn }) => isbn)],
    [
      ADD_TAGS,
      writes.flatMap(({ entry: { isbn, tags } }) =>
        foldedTags(tags).map(({ tag, folded }, position) => [isbn, folded, tag, position]),
      ),
    ],
    [
      SET_OWN,
      writes.flatMap(({ entry: { isbn }, own }) =>
        own ? [{ isbn, own: JSON.stringify(own) }] : [],
      ),
    ],
    [DROP_OWN, writes.flatMap(({ entry, own }) => (own === null ? [entry.isbn] : []))],
    [DROP_TOMBSTONES, writes.flatMap(({ entry, wasRemoved }) => (wasRemoved ? [entry.isbn] : []))],
    [REFRESH_STALE, writes.map(({ entry: { isbn }, bookVersion }) => [isbn, bookVersion])],
  ];
}
