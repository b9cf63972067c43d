import type { ImportRowView, RowOutcome } from "../../../contract/imports.ts";
import type { FailedRow } from "../domain/job/failed-csv.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** What is shown of one row of ImportRows. */
interface ShownRow {
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

const SHOWN = "row, line, isbn, title, notes, reason, matched_by, score, outcome, enrichment, undo";

const PAGE = `
  SELECT ${SHOWN} FROM ImportRows WHERE job_id = ?1 AND row > ?2 ORDER BY row LIMIT ?3`;

// IS takes NULL, which is a row that is not processed.
const PAGE_OF_OUTCOME = `
  SELECT ${SHOWN} FROM ImportRows INDEXED BY idx_import_rows_outcome
  WHERE job_id = ?1 AND row > ?2 AND outcome IS ?4 ORDER BY row LIMIT ?3`;

const FAILED = "job_id = ?1 AND +outcome IN ('needsReview', 'invalid')";

/** Rows of a page of what failed, and characters: one row has up to a million. */
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

/** Rows of a job, in D1. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is away. */
export interface ImportRowPages {
  /** In the order of the file. @param afterRow the last row of the page before, or 0 */
  page(
    jobId: string,
    outcome: RowOutcome | undefined,
    afterRow: number,
    limit: number,
  ): Promise<ImportRowView[]>;
  /** Rows in need of a hand; a page ends early when its rows are large. Empty when none is left. */
  failed(jobId: string, afterRow: number): Promise<FailedRow[]>;
  /** Names under which such rows have cells beyond the columns of the file. */
  otherColumns(jobId: string, columns: readonly string[]): Promise<string[]>;
}

/** @param log is told of every failure. */
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
      return (await read(statement.all<ShownRow>())).results.map(viewOf);
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

/** A row as its reader sees it. What is in its columns was validated when it was written. */
function viewOf(row: ShownRow): ImportRowView {
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
