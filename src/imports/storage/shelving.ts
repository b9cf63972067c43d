import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { reason } from "../domain/job/reasons.ts";
import type { ShelvedRow, ShelvingPlan } from "../domain/job/shelving-plan.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";
import type { DueRow, DueRows } from "../domain/job/work-on-job.ts";
import type { StagedRow } from "../domain/upload/staged-row.ts";
import { claimStep, eventOf, IS_OURS, type JobStep } from "./advance.ts";
import { readChunk, withCells, writeBack } from "./chunks.ts";
import { accountStatements } from "./account-writes.ts";
import { entryStatements } from "./entry-writes.ts";
import { itemStatements } from "./waiting-items.ts";
import { jsonPieces } from "../../platform/d1/json-pieces.ts";
import { defined } from "../../platform/defined.ts";

// A row with a result was shelved by an earlier step that took part of the chunk. Shelved rows are
// removed from the chunk, so results are read only from the first remaining row on.
const NEXT_CHUNKS = `
  SELECT chunk, rows, (
    SELECT json_group_array(row) FROM ImportResults
    WHERE job_id = ?1 AND row BETWEEN ImportChunks.rows ->> '$[0].row' AND ImportChunks.last_row
  ) AS taken
  FROM ImportChunks WHERE job_id = ?1 AND is_done = 0 ORDER BY chunk LIMIT ?2`;

/** The columns of ImportResults that a step writes, besides `entry_id`. */
const RESULT_COLUMNS = [
  "row",
  "line",
  "is_match",
  "row_hash",
  "isbn",
  "title",
  "notes",
  "reason",
  "matched_by",
  "outcome",
  "enrichment",
  "before",
  "after",
  "entry_version",
] as const;

const resultColumn = (name: (typeof RESULT_COLUMNS)[number]): string =>
  `value ->> ${RESULT_COLUMNS.indexOf(name)}`;

// Parameters: ?1 job, ?2 the step's token, ?3 user, ?4 results as arrays of `RESULT_COLUMNS`.
const ADD_RESULTS = `
  INSERT INTO ImportResults (job_id, ${RESULT_COLUMNS.join(", ")}, entry_id)
  SELECT ?1, ${RESULT_COLUMNS.map(resultColumn).join(", ")},
    CASE WHEN ${resultColumn("entry_version")} IS NOT NULL THEN (
      SELECT id FROM UserLibrary WHERE user_id = ?3 AND isbn = ${resultColumn("isbn")}
    ) END
  FROM json_each(?4) WHERE ${IS_OURS}`;

// A row with the same key as another row is queued as its duplicate. The queue is ordered by time
// and id; the padded number puts the rows of one step in file order.
const QUEUE_REVIEWS = `
  INSERT INTO ReviewQueue
    (id, user_id, row_hash, source_key, job_id, row, title, authors, details, entry, raw, reason, candidates, added_at,
      created_at, text_key)
  SELECT printf('%s-%06d', ?1, value ->> 'row'), ?3, value ->> 'hash',
    CASE WHEN value ->> 'key' IS NULL
      OR EXISTS (SELECT 1 FROM ReviewQueue WHERE user_id = ?3 AND source_key = value ->> 'key')
      THEN printf('twin:%s-%06d', ?1, value ->> 'row') ELSE value ->> 'key' END,
    ?1, value ->> 'row',
    value ->> '$.parsed.book.title', coalesce(value -> '$.parsed.book.authors', '[]'),
    coalesce(json_remove(value -> '$.parsed.book', '$.title', '$.authors'), '{}'),
    coalesce(value -> '$.parsed.entry', '{}'), coalesce(value -> 'raw', '{}'), coalesce(value -> 'reason', ?5),
    coalesce(value -> '$.parsed.candidates', '[]'),
    value ->> '$.parsed.addedAt', ?6, value ->> 'textKey'
  FROM json_each(?4) WHERE ${IS_OURS}`;

/** Reads the rows of the next chunks, in file order; undefined when every row has an outcome. */
export async function nextRows(
  db: D1Database,
  { jobId }: WorkedJob,
  maxChunks: number,
): Promise<DueRows | undefined> {
  const { results } = await db
    .prepare(NEXT_CHUNKS)
    .bind(jobId, maxChunks)
    .all<{ chunk: number; rows: string; taken: string }>();
  const [first] = results;
  if (first === undefined) return undefined;
  const chunks = await Promise.all(
    results.map(async ({ chunk, rows, taken }) => ({
      chunk,
      rows: await withCells(db, jobId, readChunk(rows)),
      taken: new Set(JSON.parse(taken) as number[]),
    })),
  );
  const rows = chunks.flatMap(({ rows, taken }) =>
    rows.filter(({ row }) => !taken.has(row)).map(dueRowOf),
  );
  return { rows, chunk: first.chunk, chunks };
}

/** Writes a step atomically. @returns `false` if another writer was first; then nothing is written */
export async function commitShelving(
  db: D1Database,
  step: JobStep,
  plan: ShelvingPlan,
  { chunks }: Pick<DueRows, "chunks">,
  limits: ShelfLimits = {},
): Promise<boolean> {
  const { job, next, token } = step;
  const { jobId, userId } = job;
  const batch = { jobId, token, userId };
  const staged = new Map(chunks.flatMap(({ rows }) => rows.map((row) => [row.row, row])));
  const keys = new Map(
    plan.rows.map(({ row, queuedAs: key, textKey }) => [row, defined({ key, textKey })]),
  );
  // Rows with the same cells share one item.
  const reviews = new Map<string, StagedRow & { key?: string; textKey?: string }>();
  for (const number of plan.reviews) {
    const row = staged.get(number);
    if (row && !reviews.has(row.hash)) reviews.set(row.hash, { ...row, ...keys.get(number) });
  }
  const queued = new Set([...reviews.values()].map(({ row }) => row));
  const results = plan.rows.flatMap((row) => {
    const file = staged.get(row.row);
    return file ? [resultOf(row, file)] : [];
  });
  const pieces = (sql: string, list: readonly unknown[], ...values: unknown[]) =>
    jsonPieces(list).map((piece) => db.prepare(sql).bind(jobId, token, userId, piece, ...values));
  const [claimed] = await db.batch([
    claimStep(db, { ...step, queued: [...reviews.keys()], account: plan.account }),
    ...entryStatements(db, batch, plan.writes),
    ...accountStatements(db, batch, plan, { at: next.updatedAt, maxBytes: limits.trashBytes }),
    ...pieces(
      QUEUE_REVIEWS,
      [...reviews.values()],
      JSON.stringify(reason("NO_ISBN")),
      next.updatedAt,
    ),
    ...itemStatements(db, batch, plan, { staged, at: next.updatedAt }),
    ...pieces(ADD_RESULTS, results),
    ...chunks.flatMap((chunk) => writeBack(db, step, chunk, { rows: plan.rows, queued })),
    eventOf(db, step),
  ]);
  return (claimed?.meta.changes ?? 0) > 0;
}

/** The values of `RESULT_COLUMNS` for a shelved row. */
function resultOf(row: ShelvedRow, file: StagedRow): (string | number | null)[] {
  const { line, hash, title, matchedBy } = file;
  const notes = [...file.notes, ...(row.notes ?? [])];
  const isOpen = row.outcome === "needsReview" || row.outcome === "invalid";
  const json = (value: unknown): string | null =>
    value === undefined ? null : JSON.stringify(value);
  const values: Record<(typeof RESULT_COLUMNS)[number], string | number | null> = {
    row: row.row,
    line,
    // Undo reopens the items of matched rows, except the item that identifies a settled row.
    is_match: Number(file.verdict === "match" && !row.isSettled),
    row_hash: hash,
    isbn: row.isbn ?? file.isbn ?? null,
    title: title ?? null,
    notes: notes.length > 0 ? JSON.stringify(notes) : null,
    reason: json(row.reason ?? (isOpen ? file.reason : undefined)),
    matched_by: matchedBy ?? null,
    outcome: row.outcome,
    enrichment: row.enrichment ?? null,
    before: json(row.written?.before),
    after: json(row.after ?? row.added),
    entry_version: row.written?.version ?? null,
  };
  return RESULT_COLUMNS.map((name) => values[name]);
}

function dueRowOf(staged: StagedRow): DueRow {
  const { row, verdict, hash, isbn, title, parsed, raw, reason: why } = staged;
  return {
    row,
    verdict,
    rowHash: hash,
    parsed: parsed ?? { book: {}, entry: {}, identifiers: {} },
    bytes: JSON.stringify(parsed ?? {}).length,
    ...defined({ isbn, title }),
    ...(raw && verdict === "match" ? { raw } : {}),
    ...(verdict === "match" && why?.code === "NO_ISBN" ? { isWithoutIsbn: true } : {}),
  };
}
