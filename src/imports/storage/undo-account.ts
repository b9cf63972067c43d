import { noCounts } from "../../library/domain/shelf-counts.ts";
import { slicesDueSql, showProgressSql } from "../../library/module.ts";
import type { DueUndo } from "../domain/job/revert-entries.ts";
import { IS_OURS, type JobStep } from "./advance.ts";
import { takeForStep } from "./shelf-steps.ts";

// Parameters of every statement: ?1 job, ?2 the step's token, ?3 user, ?4 and ?5 the first and last
// row of the chunk, ?6 ms since the epoch. Conditions such as `?6 IS NOT NULL` only mention unused
// parameters, so that all statements take the same bindings.
const ADDED = `
  FROM ImportResults
  WHERE job_id = ?1 AND row BETWEEN ?4 AND ?5 AND outcome IN ('created', 'updated') AND after ->> 'kind' =`;
const USES_TIME = "?6 IS NOT NULL";
const SEQ = "(SELECT seq FROM Shelves WHERE user_id = ?3)";
const keys = (kind: string): string => `(SELECT after ->> 'key' ${ADDED} '${kind}')`;
const versions = (kind: string): string =>
  `(SELECT after ->> 'key', after ->> 'version' ${ADDED} '${kind}')`;

const IS_UNCHANGED = `
  CASE after ->> 'kind'
    WHEN 'progress' THEN NOT EXISTS (
      SELECT 1 FROM Progress
      WHERE user_id = ?3 AND id = after ->> 'key' AND removed_at IS NULL AND version <> after ->> 'version'
    )
    WHEN 'goal' THEN EXISTS (
      SELECT 1 FROM Goals WHERE user_id = ?3 AND year = after ->> 'key' AND version = after ->> 'version'
    )
    WHEN 'setting' THEN EXISTS (
      SELECT 1 FROM Settings WHERE user_id = ?3 AND name = after ->> 'key' AND version = after ->> 'version'
    )
    WHEN 'trash' THEN EXISTS (
      SELECT 1 FROM RemovedEntries WHERE user_id = ?3 AND isbn = after ->> 'key' AND version = after ->> 'version'
    )
    ELSE 1
  END`;

const MARK_ROWS = `
  UPDATE ImportResults SET undo = CASE WHEN ${IS_UNCHANGED} THEN 'reverted' ELSE 'changedSince' END
  WHERE job_id = ?1 AND row BETWEEN ?4 AND ?5 AND outcome IN ('created', 'updated') AND entry_id IS NULL AND undo IS NULL
    AND after ->> 'kind' IS NOT NULL AND ${USES_TIME} AND ${IS_OURS}`;

const LIVE = `user_id = ?3 AND (id, version) IN ${versions("progress")} AND removed_at IS NULL`;

const UNCOUNT_PROGRESS = `
  UPDATE Shelves SET progress = progress - (SELECT count(*) FROM Progress WHERE ${LIVE})
  WHERE user_id = ?3 AND ${USES_TIME} AND ${IS_OURS}`;

const REMOVE_PROGRESS = `
  UPDATE Progress SET page = NULL, percent = NULL, minutes = NULL, note = NULL, removed_at = ?6, may_return = 1,
    version = version + 1, seq = ${SEQ}
  WHERE ${LIVE} AND ${IS_OURS}`;

// Progress that this step has removed.
const BOOKS = `(
    SELECT isbn FROM Progress WHERE user_id = ?3 AND id IN ${keys("progress")} AND seq = ${SEQ}
  )`;

const RAISE_ENTRIES = `
  UPDATE UserLibrary SET seq = ${SEQ} WHERE user_id = ?3 AND isbn IN ${BOOKS} AND ${USES_TIME} AND ${IS_OURS}`;

const SHOW_PROGRESS = showProgressSql(
  `isbn IN ${BOOKS}`,
  { user: "?3" },
  `${USES_TIME} AND ${IS_OURS}`,
);

const SLICES_DUE = slicesDueSql(
  { user: "?3", isbns: `(SELECT json_group_array(isbn) FROM ${BOOKS})` },
  `${USES_TIME} AND ${IS_OURS}`,
);

const REMOVE_GOALS = `
  UPDATE Goals SET books = NULL, pages = NULL, minutes = NULL, removed_at = ?6, version = version + 1, seq = ${SEQ}
  WHERE user_id = ?3 AND (year, version) IN ${versions("goal")} AND ${IS_OURS}`;

const RESET_SETTINGS = `
  UPDATE Settings SET value = '"UTC"', version = version + 1, unset_version = version + 1, seq = ${SEQ}
  WHERE user_id = ?3 AND (name, version) IN ${versions("setting")} AND ${USES_TIME} AND ${IS_OURS}`;

const COPY_TIME_ZONE = `
  UPDATE Shelves SET time_zone = (
    SELECT nullif(value ->> '$', 'UTC') FROM Settings WHERE user_id = ?3 AND name = 'timeZone'
  )
  WHERE user_id = ?3 AND EXISTS ${keys("setting")} AND ${USES_TIME} AND ${IS_OURS}`;

const ALL_SLICES_DUE = `
  UPDATE ShelfSlices SET due = ${SEQ}
  WHERE user_id = ?3 AND EXISTS ${keys("setting")} AND ${USES_TIME} AND ${IS_OURS}`;

const EMPTY_TRASH = `
  UPDATE RemovedEntries SET image = NULL, trashed_until = NULL, removed_at = ?6, seq = ${SEQ}
  WHERE user_id = ?3 AND (isbn, version) IN ${versions("trash")} AND trashed_until IS NOT NULL AND ${IS_OURS}`;

const REMOVE_MOVES = `
  DELETE FROM EditionMoves WHERE user_id = ?3 AND isbn IN ${keys("move")} AND ${USES_TIME} AND ${IS_OURS}`;

/** All statements, in their order. */
export const ACCOUNT_UNDO_STATEMENTS = {
  MARK_ROWS,
  UNCOUNT_PROGRESS,
  REMOVE_PROGRESS,
  RAISE_ENTRIES,
  SHOW_PROGRESS,
  SLICES_DUE,
  REMOVE_GOALS,
  RESET_SETTINGS,
  COPY_TIME_ZONE,
  ALL_SLICES_DUE,
  EMPTY_TRASH,
  REMOVE_MOVES,
};

/**
 * Statements of the undo step that reverts the last entries of a chunk: they remove the other data
 * that its lines have added, unless it has changed since.
 * @param hasShelf whether an earlier statement of the batch has taken the shelf
 */
export function undoAccount(
  db: D1Database,
  { job, next, token }: JobStep,
  { first, last, hasAdded }: DueUndo,
  hasShelf: boolean,
): D1PreparedStatement[] {
  if (!hasAdded) return [];
  const { jobId, userId } = job;
  return [
    ...(hasShelf ? [] : [takeForStep(db, { jobId, token, userId }, noCounts())]),
    ...Object.values(ACCOUNT_UNDO_STATEMENTS).map((sql) =>
      db.prepare(sql).bind(jobId, token, userId, first, last, next.updatedAt),
    ),
  ];
}
