import { answerStatements } from "../../idempotency/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { EditionMove, MoveDeps } from "../domain/edition.ts";
import { changeOfCounts } from "../domain/shelf-counts.ts";
import { rowOf, WRITTEN_COLUMNS } from "./entry-columns.ts";
import { showProgressSql } from "./progress-writes.ts";
import { countNextSql, HAS_SHELF, sliceDueSql, takeSql } from "./shelf-takes.ts";

// Parameters of every statement: ?1 user, ?2 the batch's token, ?3 the old place, ?4 the new place.

// ?5 change of the counts, ?6 the version that was read.
const TAKE = takeSql(
  { user: "?1", token: "?2", counts: "?5" },
  `coalesce((SELECT version FROM UserLibrary WHERE user_id = ?1 AND isbn = ?3), 0) = ?6
    AND NOT EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = ?4)
    AND NOT EXISTS (SELECT 1 FROM RemovedEntries WHERE user_id = ?1 AND isbn = ?4 AND trashed_until IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)`,
);

// ?5 the row of the entry.
const CREATE = `
  INSERT INTO UserLibrary (user_id, isbn, ${WRITTEN_COLUMNS.join(", ")}, kept_version, seq)
  SELECT ?1, ?4, ${WRITTEN_COLUMNS.map((name) => `?5 ->> '${name}'`).join(", ")}, ?5 ->> 'version', seq
  FROM Shelves WHERE user_id = ?1 AND write_token = ?2 AND ?3 IS NOT NULL`;

const MOVE_READINGS = `
  UPDATE Readings SET isbn = ?4, id = coalesce(id, 'r' || position)
  WHERE user_id = ?1 AND isbn = ?3 AND ${HAS_SHELF}`;

const MOVE_TAGS = `UPDATE Tags SET isbn = ?4 WHERE user_id = ?1 AND isbn = ?3 AND ${HAS_SHELF}`;

const MOVE_OWN = `UPDATE UserBooks SET isbn = ?4 WHERE user_id = ?1 AND isbn = ?3 AND ${HAS_SHELF}`;

const MOVE_PROGRESS = `
  UPDATE Progress SET isbn = ?4, version = version + 1, seq = (SELECT seq FROM Shelves WHERE user_id = ?1)
  WHERE (user_id, id) IN (
    SELECT user_id, id FROM Progress INDEXED BY idx_progress_book
    WHERE user_id = ?1 AND isbn = ?3 AND removed_at IS NULL
  ) AND ${HAS_SHELF}`;

const REMOVE = `
  DELETE FROM UserLibrary WHERE user_id = ?1 AND isbn = ?3 AND ?4 IS NOT NULL AND ${HAS_SHELF}`;

// ?5 the version that was read, ?6 ms since the epoch.
const ADD_TOMBSTONE = `
  INSERT INTO RemovedEntries (user_id, isbn, seq, version, removed_at)
  SELECT ?1, ?3, seq, ?5, ?6 FROM Shelves WHERE user_id = ?1 AND write_token = ?2 AND ?4 IS NOT NULL
  ON CONFLICT(user_id, isbn) DO UPDATE SET seq = excluded.seq, version = excluded.version,
    removed_at = excluded.removed_at, trashed_until = NULL, image = NULL`;

const DROP_TOMBSTONE = `
  DELETE FROM RemovedEntries WHERE user_id = ?1 AND isbn = ?4 AND ?3 IS NOT NULL AND ${HAS_SHELF}`;

const SHOW_PROGRESS = showProgressSql("isbn = ?4 AND ?3 IS NOT NULL", { user: "?1" }, HAS_SHELF);

// A place with an entry has no move. A further move is recorded from the place where the first one
// began.
const FORGET_MOVE = `
  DELETE FROM EditionMoves WHERE user_id = ?1 AND isbn = ?4 AND ?3 IS NOT NULL AND ${HAS_SHELF}`;
const FOLLOW_MOVES = `
  UPDATE EditionMoves SET moved_to = ?4 WHERE user_id = ?1 AND moved_to = ?3 AND ${HAS_SHELF}`;
const REMEMBER_MOVE = `
  INSERT INTO EditionMoves (user_id, isbn, moved_to) SELECT ?1, ?3, ?4 WHERE ${HAS_SHELF}
  ON CONFLICT(user_id, isbn) DO UPDATE SET moved_to = excluded.moved_to`;

const COUNT_NEXT = countNextSql({ user: "?1" }, `?3 <> ?4 AND ${HAS_SHELF}`);
const SLICES_DUE = ["?3", "?4"].map((isbn) =>
  sliceDueSql({ user: "?1", isbn }, `?3 <> ?4 AND ${HAS_SHELF}`),
);

// The keys were computed from a version of the book other than the current one, ?5.
const REFRESH_IF_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT isbn FROM Books WHERE isbn = ?4 AND version <> ?5 AND ?3 IS NOT NULL AND ${HAS_SHELF}
  ON CONFLICT DO NOTHING`;

/** All statements, for a test of their query plans. */
export const MOVE_STATEMENTS = {
  TAKE,
  CREATE,
  MOVE_READINGS,
  MOVE_TAGS,
  MOVE_OWN,
  MOVE_PROGRESS,
  REMOVE,
  ADD_TOMBSTONE,
  DROP_TOMBSTONE,
  SHOW_PROGRESS,
  FORGET_MOVE,
  FOLLOW_MOVES,
  REMEMBER_MOVE,
};

/** The statements of one batch that moves an entry completely, or nothing if its first statement returns no row. */
function moveStatements(
  db: D1Database,
  { userId, from, entry, keys, bookVersion, at, answer }: EditionMove,
  token: string,
): D1PreparedStatement[] {
  const isUnkept = from.stored?.isKept === false;
  const counts = changeOfCounts([{ before: from.entry, after: entry, isUnkept }]);
  const row = rowOf({ entry, keys, bookVersion, hasOwn: from.own !== undefined });
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, token, from.entry.isbn, entry.isbn, ...values);
  return [
    ours(TAKE, JSON.stringify(counts ?? {}), from.entry.version),
    ...answerStatements(db, answer),
    ours(CREATE, JSON.stringify(row)),
    ours(MOVE_READINGS),
    ours(MOVE_TAGS),
    ours(MOVE_OWN),
    ours(MOVE_PROGRESS),
    ours(REMOVE),
    ours(ADD_TOMBSTONE, from.entry.version, at),
    ours(DROP_TOMBSTONE),
    ours(SHOW_PROGRESS),
    ours(FORGET_MOVE),
    ours(FOLLOW_MOVES),
    ours(REMEMBER_MOVE),
    ...(counts ? [] : [ours(COUNT_NEXT)]),
    ...SLICES_DUE.map((sql) => ours(sql)),
    ours(REFRESH_IF_STALE, bookVersion),
  ];
}

/**
 * Moves of entries to other editions.
 * @param newId makes the tokens of batches
 * @param log receives every failure
 */
export function d1EditionMoves(
  db: D1Database,
  newId: () => string,
  log: Log,
): Pick<MoveDeps, "move"> {
  const { write } = d1Errors(log);
  return {
    async move(move) {
      const [taken] = await write(db.batch(moveStatements(db, move, newId())));
      return taken?.results.length === 1;
    },
  };
}

/**
 * The user's moves among some places, ?2 as JSON array. A place that has an entry, on the shelf or
 * in the trash, is not moved. Few users have moves; for all others, no place is examined.
 */
export const MOVED_SQL = `
  SELECT move.isbn, move.moved_to
  FROM json_each(CASE WHEN EXISTS (SELECT 1 FROM EditionMoves WHERE user_id = ?1) THEN ?2 ELSE '[]' END) AS wanted
  CROSS JOIN EditionMoves AS move ON move.user_id = ?1 AND move.isbn = wanted.value
  WHERE NOT EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = wanted.value)
    AND NOT EXISTS (SELECT 1 FROM RemovedEntries WHERE user_id = ?1 AND isbn = wanted.value AND trashed_until IS NOT NULL)`;
