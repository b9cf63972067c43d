import type { ImportRowView, RowOutcome } from "../../../contract/imports.ts";
import type { FailedRow } from "../domain/job/failed-csv.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** The public columns of a row of ImportRows. */
interface VisibleRow {
  row: number;
  line: number;
  isbn: string | null;
  title: string | null;
  notes: string;
  reason: string | null;
  matched_by: ImportRowView["matchedBy"] | null;
  score: number | null;
  outcome: Exclude<RowOutcome, "notProcessed"> | null;
  enrichment: ImportRowView["enrichment"] | null;
  undo: ImportRowView["undo"] | null;
}

const VISIBLE_COLUMNS =
  "row, line, isbn, title, notes, reason, matched_by, score, outcome, enrichment, undo";

const PAGE = `
  SELECT ${VISIBLE_COLUMNS} FROM ImportRows WHERE job_id = ?1 AND row > ?2 ORDER BY row LIMIT ?3`;

// IS also matches NULL, the outcome of rows that are not processed.
const PAGE_OF_OUTCOME = `
  SELECT ${VISIBLE_COLUMNS} FROM ImportRows INDEXED BY idx_import_rows_outcome
  WHERE job_id = ?1 AND row > ?2 AND outcome IS ?4 ORDER BY row LIMIT ?3`;

const FAILED = "job_id = ?1 AND +outcome IN ('needsReview', 'invalid')";

/** Maximum rows and characters of a page of failed rows; a single row has up to a million characters. */
const FAILED_ROWS = 500;
const FAILED_CHARACTERS = 1_000_000;

const FAILED_PAGE = `
  SELECT row, raw, reason FROM (
    SELECT row, raw, reason, sum(length(raw)) OVER (ORDER BY row) - length(raw) AS before
    FROM (
      SELECT row, coalesce(raw, '{}') AS raw, reason FROM ImportRows
      WHERE ${FAILED} AND row > ?2 ORDER BY row LIMIT ${FAILED_ROWS}
    )
  ) WHERE before < ${FAILED_CHARACTERS} ORDER BY row`;

const OTHER_COLUMNS = `
  SELECT DISTINCT cell.key AS name FROM ImportRows JOIN json_each(raw) AS cell
  WHERE ${FAILED} AND raw IS NOT NULL AND cell.key NOT IN (SELECT value FROM json_each(?2))
  ORDER BY length(name), name LIMIT 1000`;

/** Reads rows of a job from D1. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable. */
export interface ImportRowPages {
  /** Lists rows in file order. @param afterRow the last row of the previous page, or 0 */
  page(
    jobId: string,
    outcome: RowOutcome | undefined,
    afterRow: number,
    limit: number,
  ): Promise<ImportRowView[]>;
  /** Lists failed rows; a page ends early when its rows are large. Empty after the last one. */
  failed(jobId: string, afterRow: number): Promise<FailedRow[]>;
  /** Lists names of cells of failed rows that are not among the columns of the file. */
  otherColumns(jobId: string, columns: readonly string[]): Promise<string[]>;
}

/** @param log receives every failure */
export function d1ImportRowPages(db: D1Database, log: Log): ImportRowPages {
  const { read } = d1Errors(log);
  return {
    async page(jobId, outcome, afterRow, limit) {
      const statement =
        outcome === undefined
          ? db.prepare(PAGE).bind(jobId, afterRow, limit)
          : db
              .prepare(PAGE_OF_OUTCOME)
              .bind(jobId, afterRow, limit, outcome === "notProcessed" ? null : outcome);
      return (await read(statement.all<VisibleRow>())).results.map(viewOf);
    },
    async failed(jobId, afterRow) {
      const { results } = await read(
        db
          .prepare(FAILED_PAGE)
          .bind(jobId, afterRow)
          .all<{ row: number; raw: string; reason: string | null }>(),
      );
      return results.map(({ row, raw, reason }) => ({
        row,
        raw: JSON.parse(raw) as Record<string, string>,
        ...(reason === null ? {} : { reason: JSON.parse(reason) as ImportRowView["reason"] }),
      }));
    },
    async otherColumns(jobId, columns) {
      const statement = db.prepare(OTHER_COLUMNS).bind(jobId, JSON.stringify(columns));
      return (await read(statement.all<{ name: string }>())).results.map(({ name }) => name);
    },
  };
}

/** Maps a row to its public view. Its columns were validated when they were written. */
function viewOf(row: VisibleRow): ImportRowView {
  return {
    row: row.row,
    line: row.line,
    outcome: row.outcome ?? "notProcessed",
    ...(row.isbn === null ? {} : { isbn: row.isbn }),
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.reason === null ? {} : { reason: JSON.parse(row.reason) as ImportRowView["reason"] }),
    notes: JSON.parse(row.notes) as ImportRowView["notes"],
    ...(row.matched_by === null ? {} : { matchedBy: row.matched_by }),
    ...(row.score === null ? {} : { score: row.score }),
    ...(row.enrichment === null ? {} : { enrichment: row.enrichment }),
    ...(row.undo === null ? {} : { undo: row.undo }),
  };
}
