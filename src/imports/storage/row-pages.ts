import type { ImportRowView, RowOutcome } from "../../../contract/imports.ts";
import type { FailedRow } from "../domain/job/failed-csv.ts";
import { defined, withoutNulls } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { readChunk } from "./chunks.ts";
import { ENRICHMENT, HAS_UNPROCESSED, IS_LIVE } from "./moves.ts";
import { restageJob } from "./restaging.ts";

/** The public columns of a row of ImportResults. */
interface VisibleRow {
  row: number;
  line: number;
  isbn: string | null;
  title: string | null;
  notes: string | null;
  reason: string | null;
  matched_by: ImportRowView["matchedBy"] | null;
  score: number | null;
  outcome: Exclude<RowOutcome, "notProcessed">;
  enrichment: ImportRowView["enrichment"] | null;
  undo: ImportRowView["undo"] | null;
}

const VISIBLE_COLUMNS = `
  row, line, isbn, title, notes, reason, matched_by, score, outcome, ${ENRICHMENT} AS enrichment, undo`;

const PAGE = `
  SELECT ${VISIBLE_COLUMNS} FROM ImportResults
  WHERE job_id = ?1 AND row > ?2 AND ${IS_LIVE} ORDER BY row LIMIT ?3`;

const PAGE_OF_OUTCOME = `
  SELECT ${VISIBLE_COLUMNS} FROM ImportResults
  WHERE job_id = ?1 AND row > ?2 AND outcome = ?4 AND ${IS_LIVE} ORDER BY row LIMIT ?3`;

/** The condition of idx_import_results_outcome; queries repeat it, so that SQLite may use the index. */
const NEEDS_LOOK = "outcome IN ('updated', 'needsReview', 'invalid')";

const PAGE_OF_INDEXED_OUTCOME = `
  SELECT ${VISIBLE_COLUMNS} FROM ImportResults INDEXED BY idx_import_results_outcome
  WHERE job_id = ?1 AND row > ?2 AND outcome = ?4 AND ${NEEDS_LOOK} AND ${IS_LIVE} ORDER BY row LIMIT ?3`;

// Rows without a result, from one chunk.
const UNPROCESSED = `
  SELECT chunk.last_row, (
    SELECT json_group_array(json_object(
      'row', staged.value ->> 'row', 'line', staged.value ->> 'line', 'isbn', staged.value ->> 'isbn',
      'title', staged.value ->> 'title', 'notes', staged.value -> 'notes', 'reason', staged.value -> 'reason',
      'matchedBy', staged.value ->> 'matchedBy'
    ))
    FROM json_each(chunk.rows) AS staged
    WHERE staged.value ->> 'row' > ?2
      AND NOT EXISTS (SELECT 1 FROM ImportResults WHERE job_id = ?1 AND row = staged.value ->> 'row' AND ${IS_LIVE})
  ) AS rows
  FROM ImportChunks AS chunk
  WHERE chunk.job_id = ?1 AND ${HAS_UNPROCESSED} AND chunk.last_row > ?2 ORDER BY chunk.chunk LIMIT 1`;

const FAILED = "result.outcome IN ('needsReview', 'invalid')";

// A page is the failed rows of one chunk, which has at most 1 MB.
const FAILED_CHUNK = `
  SELECT chunk FROM ImportChunks
  WHERE job_id = ?1 AND last_row > ?2 AND EXISTS (
    SELECT 1 FROM ImportResults AS result INDEXED BY idx_import_results_outcome
    WHERE job_id = ?1 AND row BETWEEN max(ImportChunks.first_row, ?2 + 1) AND ImportChunks.last_row
      AND result.${NEEDS_LOOK} AND ${FAILED} AND ${IS_LIVE}
  )
  ORDER BY chunk LIMIT 1`;

const FAILED_ROWS = `
  FROM ImportChunks AS chunk CROSS JOIN json_each(chunk.rows) AS staged
  CROSS JOIN ImportResults AS result ON result.job_id = ?1 AND result.row = staged.value ->> 'row'
  WHERE chunk.job_id = ?1 AND ${FAILED} AND ${IS_LIVE}`;

const RAW = `
  coalesce(nullif(staged.value -> 'raw', 'null'), (
    SELECT raw FROM ReviewQueue WHERE job_id = ?1 AND row = staged.value ->> 'row' AND staged.value ->> 'isQueued'
  ), '{}') AS raw`;

const FAILED_PAGE = `
  SELECT result.row, ${RAW}, result.reason ${FAILED_ROWS}
  AND chunk.chunk = ?2 AND result.row > ?3 ORDER BY result.row`;

const OTHER_COLUMNS = `
  SELECT DISTINCT cell.key AS name FROM (SELECT ${RAW} ${FAILED_ROWS}) AS failed
  JOIN json_each(failed.raw) AS cell
  WHERE cell.key NOT IN (SELECT value FROM json_each(?2))
  ORDER BY length(name), name LIMIT 1000`;

/** All statements, for a test of their query plans. */
export const ROW_PAGE_STATEMENTS = {
  PAGE,
  PAGE_OF_OUTCOME,
  PAGE_OF_INDEXED_OUTCOME,
  UNPROCESSED,
  FAILED_CHUNK,
  FAILED_PAGE,
  OTHER_COLUMNS,
};

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
export function d1ImportRowPages(
  db: D1Database,
  stamps: { newId(): string; now(): number },
  log: Log,
): ImportRowPages {
  const { read } = d1Errors(log);
  return {
    async page(jobId, outcome, afterRow, limit) {
      await read(restageJob(db, jobId, stamps));
      const [processed, others] = await Promise.all([
        outcome === "notProcessed" ? [] : read(processedPage(db, jobId, outcome, afterRow, limit)),
        outcome === undefined || outcome === "notProcessed"
          ? read(unprocessedPage(db, jobId, afterRow, limit))
          : [],
      ]);
      return [...processed, ...others].sort((a, b) => a.row - b.row).slice(0, limit);
    },
    async failed(jobId, afterRow) {
      await read(restageJob(db, jobId, stamps));
      const chunk = await read(
        db.prepare(FAILED_CHUNK).bind(jobId, afterRow).first<number>("chunk"),
      );
      if (chunk === null) return [];
      const { results } = await read(
        db
          .prepare(FAILED_PAGE)
          .bind(jobId, chunk, afterRow)
          .all<{ row: number; raw: string; reason: string | null }>(),
      );
      return results.map(({ row, raw, reason }) => ({
        row,
        raw: JSON.parse(raw) as Record<string, string>,
        ...(reason === null ? {} : { reason: JSON.parse(reason) as ImportRowView["reason"] }),
      }));
    },
    async otherColumns(jobId, columns) {
      await read(restageJob(db, jobId, stamps));
      const statement = db.prepare(OTHER_COLUMNS).bind(jobId, JSON.stringify(columns));
      return (await read(statement.all<{ name: string }>())).results.map(({ name }) => name);
    },
  };
}

async function processedPage(
  db: D1Database,
  jobId: string,
  outcome: Exclude<RowOutcome, "notProcessed"> | undefined,
  afterRow: number,
  limit: number,
): Promise<ImportRowView[]> {
  const isIndexed = outcome === "updated" || outcome === "needsReview" || outcome === "invalid";
  const statement =
    outcome === undefined
      ? db.prepare(PAGE).bind(jobId, afterRow, limit)
      : db
          .prepare(isIndexed ? PAGE_OF_INDEXED_OUTCOME : PAGE_OF_OUTCOME)
          .bind(jobId, afterRow, limit, outcome);
  return (await statement.all<VisibleRow>()).results.map(viewOf);
}

/** Rows without a result, chunk by chunk until the page is full. */
async function unprocessedPage(
  db: D1Database,
  jobId: string,
  afterRow: number,
  limit: number,
): Promise<ImportRowView[]> {
  const page: ImportRowView[] = [];
  for (let after = afterRow; page.length < limit;) {
    const chunk = await db
      .prepare(UNPROCESSED)
      .bind(jobId, after)
      .first<{ last_row: number; rows: string }>();
    if (chunk === null) break;
    const rows = readChunk(chunk.rows);
    page.push(
      ...rows.map(({ row, line, isbn, title, notes, reason, matchedBy }): ImportRowView => ({
        row,
        line,
        outcome: "notProcessed",
        ...defined({ isbn, title, reason }),
        notes: [...notes],
        ...defined({ matchedBy }),
      })),
    );
    after = chunk.last_row;
  }
  return page;
}

/** Maps a row to its public view. Its columns were validated when they were written. */
function viewOf(row: VisibleRow): ImportRowView {
  return {
    row: row.row,
    line: row.line,
    outcome: row.outcome,
    ...withoutNulls({ isbn: row.isbn, title: row.title }),
    ...(row.reason === null ? {} : { reason: JSON.parse(row.reason) as ImportRowView["reason"] }),
    notes: JSON.parse(row.notes ?? "[]") as ImportRowView["notes"],
    ...withoutNulls({
      matchedBy: row.matched_by,
      score: row.score,
      enrichment: row.enrichment,
      undo: row.undo,
    }),
  };
}
