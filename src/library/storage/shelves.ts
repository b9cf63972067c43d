import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { appliedStatements } from "./applied-statements.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { Place } from "../domain/entry.ts";
import { changeOfCounts } from "../domain/shelf-counts.ts";
import type { ShelfDeps, ShelfWrite, ShelvedPlace } from "../domain/shelf.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import {
  foldedTags,
  INDEXED_COLUMNS,
  rowOf,
  WRITTEN_COLUMNS,
  type WrittenRow,
} from "./entry-columns.ts";
import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import {
  LATEST_PROGRESS,
  progressStatements,
  restoredProgress,
  SHOW_PROGRESS,
  trashedProgress,
} from "./progress-writes.ts";
import { boundsOf, heldStatements, outcomeOf, type Held } from "./shelf-bounds.ts";
import { TRASH_MS } from "../domain/trash.ts";
import { fitTrash } from "./trash.ts";
import { countNextSql, HAS_SHELF, sliceDueSql, takeShelf } from "./shelf-takes.ts";

const FIND = `
  SELECT ${PLACE_COLUMNS}, gone.version AS removed_version, gone.image AS trashed,
    ${LATEST_PROGRESS} AS latest_progress,
    (SELECT time_zone FROM Shelves WHERE user_id = wanted.user_id) AS time_zone
  FROM (SELECT ?1 AS user_id, ?2 AS isbn) AS wanted
  LEFT JOIN UserLibrary AS entry ON entry.user_id = wanted.user_id AND entry.isbn = wanted.isbn
  LEFT JOIN RemovedEntries AS gone ON entry.id IS NULL AND gone.user_id = wanted.user_id AND gone.isbn = wanted.isbn
  LEFT JOIN Books AS book ON book.isbn = wanted.isbn`;

// Parameters of every statement after the first: ?1 user, ?2 the batch's token, ?3 isbn.
const CREATE = `
  INSERT INTO UserLibrary (user_id, isbn, ${WRITTEN_COLUMNS.join(", ")}, kept_version, seq)
  SELECT ?1, ?3, ${WRITTEN_COLUMNS.map((name) => `?4 ->> '${name}'`).join(", ")}, ?4 ->> 'version', seq
  FROM Shelves WHERE user_id = ?1 AND write_token = ?2`;

/** SQLite writes every index that has a column named by an UPDATE, whether or not the value changes. */
function updateSql(columns: readonly string[]): string {
  return `
  UPDATE UserLibrary SET ${columns.map((name) => `${name} = ?4 ->> '${name}'`).join(", ")},
    kept_version = ?4 ->> 'version', seq = (SELECT seq FROM Shelves WHERE user_id = ?1)
  WHERE user_id = ?1 AND isbn = ?3 AND ${HAS_SHELF}`;
}

// A refresh changes keys and book_version without raising the entry's version. If that happened
// since the entry was read, the search text is from the older version of the book, and this makes
// the entry due for the next refresh.
const SET_BOOK_VERSION = `
  UPDATE UserLibrary SET book_version = ?4
  WHERE user_id = ?1 AND isbn = ?3 AND book_version IS NOT ?4 AND ${HAS_SHELF}`;

// By position, so that an unchanged reading is not written.
const SET_READINGS = `
  INSERT INTO Readings (user_id, isbn, position, id, started_at, finished_at)
  SELECT ?1, ?3, key, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?4) WHERE ${HAS_SHELF}
  ON CONFLICT(user_id, isbn, position) DO UPDATE SET
    id = excluded.id, started_at = excluded.started_at, finished_at = excluded.finished_at
  WHERE id IS NOT excluded.id OR started_at IS NOT excluded.started_at OR finished_at IS NOT excluded.finished_at`;

const DROP_READINGS = `
  DELETE FROM Readings
  WHERE user_id = ?1 AND isbn = ?3 AND position >= json_array_length(?4) AND ${HAS_SHELF}`;

const DROP_TAGS = `
  DELETE FROM Tags
  WHERE user_id = ?1 AND isbn = ?3 AND folded NOT IN (SELECT value ->> 'folded' FROM json_each(?4)) AND ${HAS_SHELF}`;

const SET_TAGS = `
  INSERT INTO Tags (user_id, isbn, folded, tag, position)
  SELECT ?1, ?3, value ->> 'folded', value ->> 'tag', key FROM json_each(?4) WHERE ${HAS_SHELF}
  ON CONFLICT(user_id, isbn, folded) DO UPDATE SET tag = excluded.tag, position = excluded.position
  WHERE tag IS NOT excluded.tag OR position IS NOT excluded.position`;

const SET_OWN = `
  INSERT INTO UserBooks (user_id, isbn, details) SELECT ?1, ?3, ?4 WHERE ${HAS_SHELF}
  ON CONFLICT(user_id, isbn) DO UPDATE SET details = excluded.details`;

// Another release leaves the tombstone in place when it adds an entry again.
const DROP_TOMBSTONE = `
  DELETE FROM RemovedEntries WHERE user_id = ?1 AND isbn = ?3 AND ${HAS_SHELF}`;

const COUNT_NEXT = countNextSql({ user: "?1" }, HAS_SHELF);

const SLICE_DUE = sliceDueSql({ user: "?1", isbn: "?3" }, HAS_SHELF);

// The keys were computed from an outdated version of the book: the write that changed the book did
// not see this entry.
const REFRESH_IF_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT isbn FROM Books WHERE isbn = ?3 AND version <> ?4 AND ${HAS_SHELF}
  ON CONFLICT DO NOTHING`;

const SETTLE = `
  UPDATE ReviewQueue SET state = 'resolved', shelved_as = ?3, settled_at = ?5 WHERE id = ?4 AND ${HAS_SHELF}`;

const TRASH = `
  INSERT INTO RemovedEntries (user_id, isbn, seq, version, removed_at, trashed_until, image)
  SELECT ?1, ?3, seq, ?4, ?5, ?6, ?7 FROM Shelves WHERE user_id = ?1 AND write_token = ?2
  ON CONFLICT(user_id, isbn) DO UPDATE SET seq = excluded.seq, version = excluded.version,
    removed_at = excluded.removed_at, trashed_until = excluded.trashed_until, image = excluded.image`;

/** Children before their entry, so that no statement deletes more rows than it names. */
const REMOVALS = ["Readings", "Tags", "UserBooks", "UserLibrary"].map(
  (table) => `DELETE FROM ${table} WHERE user_id = ?1 AND isbn = ?3 AND ${HAS_SHELF}`,
);

/**
 * Shelves in D1.
 * @param newId makes the tokens of batches
 * @param log receives every failure
 * @param limits of a shelf
 */
export function d1Shelves(
  db: D1Database,
  newId: () => string,
  log: Log,
  limits: ShelfLimits = {},
): ShelfDeps["shelves"] {
  const { read, write } = d1Errors(log);
  return {
    async find(userId, isbn) {
      const row = await read(db.prepare(FIND).bind(userId, isbn).first<PlaceRow>());
      return row ? placeOf(row) : { bookVersion: 0 };
    },
    async save(shelfWrite) {
      const bounds = boundsOf(shelfWrite, limits);
      const results = await write(
        db.batch<Held>([
          ...writeStatements(db, shelfWrite, newId(), bounds),
          ...heldStatements(db, shelfWrite.userId, bounds),
        ]),
      );
      return outcomeOf(results, bounds);
    },
    async remove(userId, place, at, applied) {
      const token = newId();
      const [taken] = await write(
        db.batch([
          ...removalStatements(db, { userId, ...place, at, token, applied }),
          ...fitTrash(db, { userId, token, at, maxBytes: limits.trashBytes }),
        ]),
      );
      return taken?.results.length === 1;
    },
  };
}

/** The statements of one batch that writes an entry completely, or nothing if its first statement returns no row. */
export function writeStatements(
  db: D1Database,
  write: ShelfWrite,
  token: string,
  bounds: ShelfLimits = {},
): D1PreparedStatement[] {
  const { userId, entry, own, settles, before, bookVersion } = write;
  const { isbn } = entry;
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, token, isbn, ...values);
  const row = rowOf({ ...write, hasOwn: own !== undefined || before.own !== undefined });
  const counts = changeOfCounts([
    { before: before.entry, after: entry, isUnkept: before.stored?.isKept === false },
  ]);
  const version = before.entry?.version;
  return [
    takeShelf(db, {
      userId,
      isbn,
      version,
      reviewId: settles?.rowId,
      token,
      counts,
      maxEntries: bounds.entries,
      progress: write.progress,
      maxProgress: bounds.progress,
      trashedVersion: before.trashed && before.removedVersion,
      key: write.applied?.key,
    }),
    ...answerStatements(db, write.answer),
    ...appliedStatements(db, userId, token, write.applied),
    ...(before.entry
      ? [
          ours(updateSql(changedColumns(row, before)), JSON.stringify(row)),
          ours(SET_BOOK_VERSION, bookVersion),
        ]
      : [ours(CREATE, JSON.stringify(row))]),
    ...listsOf(db, write, token, row),
    ...(before.stored?.isKept ? [] : [ours(DROP_TOMBSTONE)]),
    ...(counts ? [] : [db.prepare(COUNT_NEXT).bind(userId, token)]),
    ours(SLICE_DUE),
    ours(REFRESH_IF_STALE, bookVersion),
    ...(settles ? [ours(SETTLE, settles.rowId, settles.at)] : []),
  ];
}

function removalStatements(
  db: D1Database,
  removal: ShelvedPlace & {
    userId: string;
    at: number;
    token: string;
    applied: AppliedChange | undefined;
  },
): D1PreparedStatement[] {
  const { userId, entry, stored, own, latest, at, token, applied } = removal;
  const { isbn, version } = entry;
  const counts = changeOfCounts([{ before: entry, isUnkept: stored?.isKept === false }]);
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, token, isbn, ...values);
  return [
    takeShelf(db, { userId, isbn, version, token, counts, key: applied?.key }),
    ...appliedStatements(db, userId, token, applied),
    ours(TRASH, version, at, at + TRASH_MS, JSON.stringify({ entry, own, latest })),
    ...trashedProgress(db, { userId, isbn, token, at }),
    ...REMOVALS.map((sql) => ours(sql)),
    ...(counts ? [] : [db.prepare(COUNT_NEXT).bind(userId, token)]),
    ours(SLICE_DUE),
  ];
}

/**
 * The statements that write an entry's readings, tags and own description, for a batch that has
 * taken the shelf and updated the entry.
 */
function listsOf(
  db: D1Database,
  write: ShelfWrite,
  token: string,
  row: WrittenRow,
): D1PreparedStatement[] {
  const { userId, entry, before } = write;
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, token, entry.isbn, ...values);
  const tags = JSON.stringify(foldedTags(entry.tags));
  const hasReadings = differs(before, "readings", row);
  return [
    ...(hasReadings ? [ours(SET_READINGS, row.readings), ours(DROP_READINGS, row.readings)] : []),
    ...(differs(before, "tags", row) ? [ours(DROP_TAGS, tags), ours(SET_TAGS, tags)] : []),
    ...(before.trashed ? restoredProgress(db, { userId, isbn: entry.isbn, token }) : []),
    ...detailsOf(db, write, token, { hasReadings }),
  ];
}

/**
 * The statements that write an entry's progress and own description, for a batch that has taken the
 * shelf and written the entry's readings.
 * @param hasReadings whether the readings may have changed
 */
export function detailsOf(
  db: D1Database,
  write: ShelfWrite,
  token: string,
  { hasReadings }: { hasReadings: boolean },
): D1PreparedStatement[] {
  const { userId, entry, own } = write;
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, token, entry.isbn, ...values);
  return [
    ...progressStatements(db, write, token),
    ...(write.progress || hasReadings ? [ours(SHOW_PROGRESS)] : []),
    ...(own ? [ours(SET_OWN, JSON.stringify(own))] : []),
  ];
}

/** The columns to update: of the indexed ones, only those that change, unless another release wrote the entry. */
export function changedColumns(row: WrittenRow, { entry, stored }: Place): readonly string[] {
  if (!entry || !stored?.isKept) return WRITTEN_COLUMNS;
  const before: Pick<WrittenRow, (typeof INDEXED_COLUMNS)[number]> = {
    status: entry.status ?? null,
    rating: entry.rating ?? null,
    added_at: entry.addedAt,
    sort_title: stored.sortTitle,
    sort_author: stored.sortAuthor ?? null,
    year: stored.year ?? null,
    last_finished: stored.lastFinished ?? null,
    sort_series: stored.sortSeries ?? null,
  };
  // SET_BOOK_VERSION writes the version of the book.
  const same = new Set<string>(["book_version"]);
  for (const name of INDEXED_COLUMNS) if (before[name] === row[name]) same.add(name);
  return WRITTEN_COLUMNS.filter((name) => !same.has(name));
}

/** Whether a list of the entry must be written to its table. */
function differs({ entry, stored }: Place, list: "readings" | "tags", row: WrittenRow): boolean {
  if (!entry) return row[list] !== "[]";
  return !stored?.isKept || row[list] !== stored[list];
}
