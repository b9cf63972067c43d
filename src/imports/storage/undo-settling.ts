import type { DueUndo } from "../domain/job/revert-entries.ts";
import { IS_OURS, type JobStep } from "./advance.ts";

// Parameters of every statement: ?1 job, ?2 the step's token, ?3 user, ?4 chunk, ?5 and ?6 its
// first and last row. Conditions such as `?6 IS NOT NULL` only mention unused parameters, so that
// all statements take the same bindings.
const IN_CHUNK = "job_id = ?1 AND row BETWEEN ?5 AND ?6";
const USES_ALL = "?3 IS NOT NULL AND ?4 IS NOT NULL AND ?5 IS NOT NULL AND ?6 IS NOT NULL";

// The item of a row may have been queued by an equal row of an earlier chunk and removed with it.
const MARK_REVIEWS = `
  UPDATE ImportResults SET undo = 'reverted'
  WHERE ${IN_CHUNK} AND outcome = 'needsReview' AND ${IS_OURS} AND ${USES_ALL} AND (
    EXISTS (
      SELECT 1 FROM ReviewQueue
      WHERE user_id = ?3 AND row_hash = ImportResults.row_hash AND job_id = ?1 AND state = 'open'
    )
    OR EXISTS (
      SELECT 1 FROM ImportResults AS twin INDEXED BY idx_import_results_twins
      WHERE twin.job_id = ?1 AND twin.row_hash = ImportResults.row_hash AND twin.outcome = 'needsReview'
        AND twin.undo = 'reverted'
    )
  )`;

// Restores the earlier state of all items that this import has updated.
const RESTORE_ITEMS = `
  UPDATE ReviewQueue INDEXED BY idx_review_queue_updated SET
    title = before ->> 'title', authors = before -> 'authors', details = before -> 'details', entry = before -> 'entry',
    raw = before -> 'raw', added_at = before ->> 'addedAt', updated_by = before ->> 'updatedBy',
    before = nullif(before -> 'before', 'null')
  WHERE updated_by = ?1 AND user_id = ?3 AND state = 'open' AND before IS NOT NULL AND ${IS_OURS} AND ${USES_ALL}`;

// Items of rows of the chunk that this import has matched. Items without resolved_by were resolved by an earlier release,
// and have the cells of the row.
const MATCHED = `
  SELECT review.id, review.job_id FROM ImportResults AS result
  CROSS JOIN ReviewQueue AS review ON review.user_id = ?3 AND review.row_hash = result.row_hash
  WHERE result.job_id = ?1 AND result.row BETWEEN ?5 AND ?6 AND result.is_match = 1 AND result.undo = 'reverted'
    AND result.outcome <> 'needsReview' AND review.state = 'resolved'
  UNION
  SELECT review.id, review.job_id FROM ImportResults AS result
  CROSS JOIN ReviewQueue AS review INDEXED BY idx_review_queue_resolved
    ON review.resolved_by = ?1 AND review.shelved_as = result.isbn
  WHERE result.job_id = ?1 AND result.row BETWEEN ?5 AND ?6 AND result.is_match = 1 AND result.undo = 'reverted'
    AND review.user_id = ?3 AND review.state = 'resolved'`;

// Items that an earlier import had queued.
const REOPEN_REVIEWS = `
  UPDATE ReviewQueue SET state = 'open', shelved_as = NULL, settled_at = NULL, resolved_by = NULL
  WHERE id IN (SELECT id FROM (${MATCHED}) WHERE job_id <> ?1) AND ${IS_OURS} AND ?4 IS NOT NULL`;

// Returns the cells of removed items to the chunk, for failed.csv.
const KEEP_CELLS = `
  UPDATE ImportChunks SET rows = (
    SELECT json_group_array(CASE WHEN review.raw IS NULL THEN json(staged.value)
      ELSE json_set(json_remove(staged.value, '$.isQueued'), '$.raw', json(review.raw)) END)
    FROM json_each(ImportChunks.rows) AS staged
    LEFT JOIN ReviewQueue AS review ON review.job_id = ?1 AND review.row = staged.value ->> 'row'
      AND staged.value ->> 'isQueued'
  )
  WHERE ?3 IS NOT NULL AND job_id = ?1 AND chunk = ?4 AND ${IS_OURS}
    AND EXISTS (SELECT 1 FROM ReviewQueue WHERE ${IN_CHUNK})`;

const REMOVE_REVIEWS = `
  DELETE FROM ReviewQueue
  WHERE id IN (
    SELECT id FROM ReviewQueue WHERE ${IN_CHUNK} AND user_id = ?3 AND state = 'open'
    UNION SELECT id FROM (${MATCHED}) WHERE job_id = ?1
  ) AND ${IS_OURS} AND ?4 IS NOT NULL`;

// Rows that were never processed have changed nothing.
const SETTLE_REST = `
  INSERT INTO ImportResults (job_id, row, line, is_match, row_hash, isbn, title, notes, reason, matched_by, outcome)
  SELECT ?1, staged.value ->> 'row', staged.value ->> 'line', staged.value ->> 'verdict' = 'match', staged.value ->> 'hash',
    staged.value ->> 'isbn', staged.value ->> 'title', nullif(staged.value -> 'notes', '[]'), staged.value ->> 'reason',
    staged.value ->> 'matchedBy', 'unchanged'
  FROM ImportChunks AS chunk CROSS JOIN json_each(chunk.rows) AS staged
  WHERE ${USES_ALL} AND chunk.job_id = ?1 AND chunk.chunk = ?4 AND chunk.is_done = 0 AND ${IS_OURS}
  ON CONFLICT DO NOTHING`;

const END_CHUNK = `
  UPDATE ImportChunks SET is_done = 1
  WHERE ${USES_ALL} AND job_id = ?1 AND chunk = ?4 AND is_done = 0 AND ${IS_OURS}`;

/** All statements, in their order. */
export const SETTLING_STATEMENTS = {
  MARK_REVIEWS,
  RESTORE_ITEMS,
  REOPEN_REVIEWS,
  KEEP_CELLS,
  REMOVE_REVIEWS,
  SETTLE_REST,
  END_CHUNK,
};

/** Statements of the undo step that reverts the last entries of a chunk: settle its rows and its items in the review queue. */
export function settleChunk(
  db: D1Database,
  { job, token }: JobStep,
  { chunk, first, last }: DueUndo,
): D1PreparedStatement[] {
  return Object.values(SETTLING_STATEMENTS).map((sql) =>
    db.prepare(sql).bind(job.jobId, token, job.userId, chunk, first, last),
  );
}
