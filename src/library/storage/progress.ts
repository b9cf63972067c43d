import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { ProgressDeps, ProgressSave } from "../domain/progress-ports.ts";
import { appliedStatements } from "./applied-statements.ts";
import { noCounts } from "../domain/shelf-counts.ts";
import { PROGRESS_COLUMNS, progressOf, type ProgressRow } from "./progress-rows.ts";
import { progressStatements, SHOW_PROGRESS } from "./progress-writes.ts";
import { boundsOf, heldStatements, outcomeOf, type Held } from "./shelf-bounds.ts";
import { HAS_SHELF, sliceDueSql, takeShelf } from "./shelf-takes.ts";

const FIND = `
  SELECT ${PROGRESS_COLUMNS} FROM Progress WHERE user_id = ?1 AND id = ?2`;

// ?4 the id to exclude.
const PREVIOUS = `
  SELECT ${PROGRESS_COLUMNS} FROM Progress INDEXED BY idx_progress_book
  WHERE user_id = ?1 AND isbn = ?2 AND reading_id = ?3 AND removed_at IS NULL AND id <> ?4
  ORDER BY at DESC, id DESC LIMIT 1`;

// ?3 and ?4 the row after which the page starts, or NULL. The order spans all readings, so the
// book's rows have to be sorted.
const OF_BOOK = `
  SELECT ${PROGRESS_COLUMNS} FROM Progress INDEXED BY idx_progress_book
  WHERE user_id = ?1 AND isbn = ?2 AND removed_at IS NULL AND (?3 IS NULL OR (at, id) < (?3, ?4))
  ORDER BY at DESC, id DESC LIMIT ?5`;

const SLICE_DUE = sliceDueSql({ user: "?1", isbn: "?3" }, HAS_SHELF);

/** The statements that read, for a test of their query plans. */
export const PROGRESS_READS = { FIND, PREVIOUS, OF_BOOK };

/**
 * Progress in D1.
 * @param newId makes the tokens of batches
 * @param log receives every failure
 */
export function d1Progress(
  db: D1Database,
  newId: () => string,
  log: Log,
  limits: ShelfLimits = {},
): ProgressDeps["progress"] {
  const { read, write } = d1Errors(log);
  return {
    async find(userId, id) {
      const row = await read(db.prepare(FIND).bind(userId, id).first<ProgressRow>());
      return row ? { entry: progressOf(row), isRemoved: row.removed_at !== null } : undefined;
    },
    async previous(userId, { id, isbn, readingId }) {
      const statement = db.prepare(PREVIOUS).bind(userId, isbn, readingId, id);
      const row = await read(statement.first<ProgressRow>());
      return row ? progressOf(row) : undefined;
    },
    async ofBook(userId, isbn, after, limit) {
      const statement = db
        .prepare(OF_BOOK)
        .bind(userId, isbn, after?.at ?? null, after?.id ?? null, limit);
      const { results } = await read(statement.all<ProgressRow>());
      return results.map(progressOf);
    },
    async save(save) {
      const bounds = boundsOf(save, limits);
      const results = await write(
        db.batch<Held>([
          ...saveStatements(db, save, newId(), bounds),
          ...heldStatements(db, save.userId, bounds),
        ]),
      );
      return outcomeOf(results, bounds);
    },
  };
}

/** The statements of one batch that writes progress and leaves the entry unchanged. */
function saveStatements(
  db: D1Database,
  { userId, isbn, version, progress, answer, applied }: ProgressSave,
  token: string,
  bounds: ShelfLimits,
): D1PreparedStatement[] {
  const counts = noCounts();
  const maxProgress = bounds.progress;
  return [
    takeShelf(db, {
      userId,
      isbn,
      version,
      token,
      counts,
      progress,
      maxProgress,
      key: applied?.key,
    }),
    ...answerStatements(db, answer),
    ...appliedStatements(db, userId, token, applied),
    ...progressStatements(db, { userId, progress }, token),
    db.prepare(SHOW_PROGRESS).bind(userId, token, isbn),
    db.prepare(SLICE_DUE).bind(userId, token, isbn),
  ];
}
