import { ARCHIVE } from "../../../contract/archive.ts";
import type { EntryImage } from "../../library/domain/entry.ts";
import type { DueUndo, RevertPlan, WrittenEntry } from "../domain/job/revert-entries.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";
import type { ReadEntry } from "../domain/job/work-on-job.ts";
import { claimStep, eventOf, IS_OURS, type JobStep } from "./advance.ts";
import { entryStatements } from "./entry-writes.ts";
import { placesOf } from "./places.ts";
import { undoAccount } from "./undo-account.ts";
import { settleChunk } from "./undo-settling.ts";
import { defined } from "../../platform/defined.ts";
import { jsonPieces } from "../../platform/d1/json-pieces.ts";

/** Formats whose rows may add something other than entries. */
const HAS_MORE_THAN_ENTRIES: ReadonlySet<string> = new Set([ARCHIVE.format, "bookstrack"]);
/** Maximum bytes of images in one step. */
const STEP_BYTES = 4_000_000;

// Rows of a chunk without a result were never processed. ?3 whether the file may have added something other than entries.
const NEXT_CHUNK = `
  SELECT chunk, first_row, last_row, CASE WHEN is_done THEN 0 ELSE (
    SELECT count(*) FROM json_each(ImportChunks.rows) AS staged
    WHERE NOT EXISTS (SELECT 1 FROM ImportResults WHERE job_id = ?1 AND row = staged.value ->> 'row')
  ) END AS unprocessed, ?3 AND EXISTS (
    SELECT 1 FROM ImportResults
    WHERE job_id = ?1 AND row BETWEEN ImportChunks.first_row AND ImportChunks.last_row AND outcome IN ('created', 'updated')
      AND after ->> 'kind' IS NOT NULL
  ) AS has_added
  FROM ImportChunks WHERE job_id = ?1 AND chunk >= ?2 ORDER BY chunk LIMIT 1`;

// INDEXED BY and CROSS JOIN: the planner assumes that a job has only a few rows. For the entries
// that this chunk has written and that are not reverted yet, reads their writes in all chunks.
const WRITTEN = `
  SELECT written.isbn, count(*) AS writes, min(entry_version) AS first_version, max(entry_version) AS last_version,
    min(entry_id) AS least_id, max(entry_id) AS greatest_id, total(octet_length(before)) AS bytes
  FROM (
    SELECT DISTINCT isbn FROM ImportResults
    WHERE job_id = ?1 AND row BETWEEN ?2 AND ?3 AND entry_id IS NOT NULL AND undo IS NULL
  ) AS due
  CROSS JOIN ImportResults AS written INDEXED BY idx_import_results_isbn ON written.job_id = ?1 AND written.isbn = due.isbn
  WHERE written.entry_id IS NOT NULL
  GROUP BY written.isbn ORDER BY written.isbn`;

const IMAGES = `
  SELECT due.value ->> 'isbn' AS isbn, before
  FROM json_each(?2) AS due
  CROSS JOIN ImportResults INDEXED BY idx_import_results_isbn ON job_id = ?1 AND isbn = due.value ->> 'isbn' AND entry_version = due.value ->> 'version'
  WHERE before IS NOT NULL`;

const MARK_ROWS = `
  UPDATE ImportResults INDEXED BY idx_import_results_isbn SET undo = made.value ->> 'undo'
  FROM json_each(?4) AS made
  WHERE ?3 IS NOT NULL AND job_id = made.value ->> 'job' AND isbn = made.value ->> 'isbn' AND outcome IN ('created', 'updated')
    AND ${IS_OURS}`;

interface ChunkRow {
  chunk: number;
  first_row: number;
  last_row: number;
  unprocessed: number;
  has_added: number;
}

interface WrittenRow {
  isbn: string;
  writes: number;
  first_version: number;
  last_version: number;
  least_id: number;
  greatest_id: number;
  bytes: number;
}

/** Reads the next entries to revert, of the job's next chunk; undefined after the last chunk. */
export async function nextWritten(db: D1Database, job: WorkedJob): Promise<DueUndo | undefined> {
  const { jobId } = job;
  const range = await db
    .prepare(NEXT_CHUNK)
    .bind(jobId, job.nextChunk, Number(HAS_MORE_THAN_ENTRIES.has(job.format)))
    .first<ChunkRow>();
  if (range === null) return undefined;
  const { chunk, first_row: first, last_row: last, unprocessed, has_added: added } = range;
  const { results } = await db.prepare(WRITTEN).bind(jobId, first, last).all<WrittenRow>();
  const due = firstOfStep(results);
  const isbns = due.map(({ isbn }) => isbn);
  const firsts = due.map(({ isbn, first_version: version }) => ({ isbn, version }));
  const images = await db
    .prepare(IMAGES)
    .bind(jobId, JSON.stringify(firsts))
    .all<{ isbn: string; before: string }>();
  const before = new Map(images.results.map((row) => [row.isbn, row.before]));
  const { places, read } = await placesOf(db, job, isbns);
  const now = new Map(read.map((entry) => [entry.isbn, entry]));
  const entries = due.map((row): WrittenEntry => {
    const image = before.get(row.isbn);
    const { book, bookVersion = 0, entry, isUnkept } = places.get(row.isbn) ?? {};
    const { id, version } = now.get(row.isbn) ?? { id: null, version: null };
    return {
      isbn: row.isbn,
      firstVersion: row.first_version,
      lastVersion: row.last_version,
      writes: row.writes,
      bookVersion,
      ...defined({ before: image === undefined ? undefined : (JSON.parse(image) as EntryImage) }),
      ...(row.least_id === row.greatest_id ? { id: row.least_id } : {}),
      ...(id === null || version === null
        ? {}
        : { now: { id, version, ...defined({ status: entry?.status, isUnkept }) } }),
      ...defined({ book }),
    };
  });
  const isWhole = due.length === results.length;
  return { chunk, first, last, entries, isWhole, unprocessed, hasAdded: added === 1 };
}

/** Writes an undo step atomically. @returns `false` if another writer was first; then nothing is written */
export async function commitUndoStep(
  db: D1Database,
  step: JobStep,
  due: DueUndo,
  plan: RevertPlan,
): Promise<boolean> {
  const { jobId, userId } = step.job;
  const { token } = step;
  const touched = new Set(
    plan.marks.flatMap(({ isbn, undo }) => (undo === "reverted" ? [isbn] : [])),
  );
  const read = due.entries.flatMap(({ isbn, now }): ReadEntry[] =>
    now && touched.has(isbn) ? [{ isbn, id: now.id, version: now.version }] : [],
  );
  const pieces = (sql: string, list: readonly unknown[]) =>
    jsonPieces(list).map((piece) => db.prepare(sql).bind(jobId, token, userId, piece));
  const [claimed] = await db.batch([
    claimStep(db, { ...step, read }),
    ...entryStatements(db, { jobId, token, userId }, plan.writes, {
      removed: plan.removed,
      at: step.next.updatedAt,
    }),
    ...pieces(
      MARK_ROWS,
      plan.marks.map((mark) => ({ job: jobId, ...mark })),
    ),
    ...(due.isWhole
      ? [
          ...undoAccount(db, step, due, plan.writes.length + plan.removed.length > 0),
          ...settleChunk(db, step, due),
        ]
      : []),
    eventOf(db, step),
  ]);
  return (claimed?.meta.changes ?? 0) > 0;
}

function firstOfStep(rows: readonly WrittenRow[]): WrittenRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > STEP_BYTES;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}
