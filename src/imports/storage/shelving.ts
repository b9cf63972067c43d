import { reason } from "../domain/job/reasons.ts";
import type { ShelvedRow, ShelvingPlan, StagedRow } from "../domain/job/shelve-chunk.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";
import type { DueRow } from "../domain/job/work-on-job.ts";
import { claimStep, eventOf, IS_OURS, type JobStep } from "./advance.ts";
import { entryStatements } from "./entry-writes.ts";
import { readParsedRow } from "./staging.ts";
import { jsonPieces } from "../../platform/d1/json-pieces.ts";

/** Chunks per step: up to 2,000 rows or 2 MB of JSON, which take a fifth of a second. */
const CHUNKS_PER_STEP = 2;

// The planner assumes that a job has only a few rows. Unary plus makes it use the index of chunks, which has the rows in
// order. INDEXED BY, CROSS JOIN and the job's id in each item of a list prevent it from reading all rows for each item.
const ROWS = `
  SELECT due.row, due.verdict, due.isbn, due.row_hash, due.title, due.filed,
    CASE WHEN due.verdict = 'match' THEN due.raw END AS raw
  FROM ImportRows AS due
  WHERE due.job_id = ?1 AND +due.outcome IS NULL AND due.chunk BETWEEN ?2 AND ?2 + ${CHUNKS_PER_STEP - 1}
  ORDER BY due.chunk, due.row`;

const FIRST_CHUNK = `
  SELECT chunk FROM ImportRows INDEXED BY idx_import_rows_outcome
  WHERE job_id = ?1 AND outcome IS NULL ORDER BY row LIMIT 1`;

// A shelved row no longer needs its cells. Rows in review and invalid rows retain them for the user, and a preview retains
// them for its commit.
const SETTLE_ROWS = `
  UPDATE ImportRows SET
    outcome = made.value ->> 'outcome',
    enrichment = coalesce(made.value ->> 'enrichment', ImportRows.enrichment),
    before = made.value -> 'before',
    after = made.value -> 'after',
    reason = coalesce(made.value -> 'reason', ImportRows.reason),
    entry_version = made.value ->> 'version',
    entry_id = CASE WHEN made.value ->> 'version' IS NOT NULL THEN (
      SELECT id FROM UserLibrary WHERE user_id = ?3 AND isbn = made.value ->> 'isbn'
    ) END,
    filed = CASE WHEN made.value ->> 'keep' THEN ImportRows.filed END,
    raw = CASE WHEN made.value ->> 'keep' THEN ImportRows.raw END
  FROM json_each(?4) AS made
  WHERE ImportRows.job_id = made.value ->> 'job' AND ImportRows.row = made.value ->> 'row' AND ${IS_OURS}`;

// Sets the key of books without an ISBN that were already on the shelf. Separate from SETTLE_ROWS, because isbn is indexed.
const NAME_ROWS = `
  UPDATE ImportRows SET isbn = made.value ->> 'isbn'
  FROM json_each(?4) AS made
  WHERE ?3 IS NOT NULL AND ImportRows.job_id = made.value ->> 'job' AND ImportRows.row = made.value ->> 'row'
    AND ${IS_OURS}`;

// A row whose key another row has is queued as its twin. The queue is ordered by time and id; the padded number puts the rows of one step in file order.
const QUEUE_REVIEWS = `
  INSERT INTO ReviewQueue
    (id, user_id, row_hash, source_key, job_id, row, title, authors, details, entry, raw, reason, candidates, added_at, created_at)
  SELECT printf('%s-%06d', due.job_id, due.row), ?3, due.row_hash,
    CASE WHEN made.value ->> 'key' IS NULL
      OR EXISTS (SELECT 1 FROM ReviewQueue WHERE user_id = ?3 AND source_key = made.value ->> 'key')
      THEN printf('twin:%s-%06d', due.job_id, due.row) ELSE made.value ->> 'key' END,
    due.job_id, due.row,
    due.filed ->> '$.book.title', coalesce(due.filed -> '$.book.authors', '[]'),
    coalesce(json_remove(due.filed -> '$.book', '$.title', '$.authors'), '{}'),
    coalesce(due.filed -> '$.entry', '{}'), coalesce(due.raw, '{}'), coalesce(due.reason, ?5), '[]', due.filed ->> '$.addedAt', ?6
  FROM json_each(?4) AS made CROSS JOIN ImportRows AS due ON due.job_id = ?1 AND due.row = made.value ->> 'row'
  WHERE ${IS_OURS}
  ON CONFLICT DO NOTHING`;

interface DueRowText {
  row: number;
  verdict: StagedRow["verdict"];
  isbn: string | null;
  row_hash: string;
  title: string | null;
  filed: string | null;
  raw: string | null;
}

/** Reads the rows of the next step, in file order; undefined when every row has an outcome. */
export async function nextRows(
  db: D1Database,
  { jobId }: WorkedJob,
): Promise<{ rows: DueRow[]; chunk: number } | undefined> {
  const chunk = await db.prepare(FIRST_CHUNK).bind(jobId).first<number>("chunk");
  if (chunk === null) return undefined;
  const { results } = await db.prepare(ROWS).bind(jobId, chunk).all<DueRowText>();
  return { rows: results.map(dueRowOf), chunk };
}

/** Writes a step atomically. @returns `false` if another writer was first; then nothing is written */
export async function commitShelving(
  db: D1Database,
  step: JobStep,
  plan: ShelvingPlan,
): Promise<boolean> {
  const { job, next, token } = step;
  const { jobId, userId } = job;
  const keys = new Map(plan.rows.map(({ row, queuedAs }) => [row, queuedAs]));
  const reviews = plan.reviews.map((row) => ({ row, key: keys.get(row) }));
  const pieces = (sql: string, list: readonly unknown[], ...values: unknown[]) =>
    jsonPieces(list).map((piece) => db.prepare(sql).bind(jobId, token, userId, piece, ...values));
  const [claimed] = await db.batch([
    claimStep(db, step),
    ...entryStatements(db, { jobId, token, userId }, plan.writes),
    ...pieces(QUEUE_REVIEWS, reviews, JSON.stringify(reason("NO_ISBN")), next.updatedAt),
    ...pieces(
      SETTLE_ROWS,
      plan.rows.map((row) => settledOf(row, job)),
    ),
    ...pieces(
      NAME_ROWS,
      plan.rows.flatMap(({ row, isbn }) =>
        isbn?.startsWith("local-") ? [{ job: jobId, row, isbn }] : [],
      ),
    ),
    eventOf(db, step),
  ]);
  return (claimed?.meta.changes ?? 0) > 0;
}

function settledOf(
  row: ShelvedRow,
  { jobId, dryRun }: Pick<WorkedJob, "jobId" | "dryRun">,
): Record<string, unknown> {
  const { isbn, written, queuedAs: _key, ...rest } = row;
  const keep = dryRun || row.outcome === "needsReview" || row.outcome === "invalid";
  return { job: jobId, ...rest, ...(written ? { isbn, ...written } : {}), keep: Number(keep) };
}

function dueRowOf(row: DueRowText): DueRow {
  const { isbn, title, filed, raw } = row;
  return {
    row: row.row,
    verdict: row.verdict,
    rowHash: row.row_hash,
    parsed: readParsedRow(filed),
    bytes: filed?.length ?? 0,
    ...(isbn === null ? {} : { isbn }),
    ...(title === null ? {} : { title }),
    ...(raw === null ? {} : { raw: JSON.parse(raw) as Record<string, string> }),
  };
}
