import type { PagePlan } from "../domain/page.ts";
import type { Run } from "../domain/run.ts";
import type { Checkpoint, CommitOutcome } from "../domain/work.ts";
import {
  FIRST_VERSIONS,
  INSERT_BOOKS,
  OVERWRITE,
  searchTextsOf,
  toRow,
  WRITTEN_COLUMNS,
  writeSearchTexts,
} from "../../catalogue/module.ts";

/** D1 limits a parameter to 2,000,000 bytes. */
const MAX_PARAMETER_BYTES = 1_900_000;

// The checkpoint comes first and guards the rest: it only moves if the run has not moved since the worker read it and
// each row has the version that the plan was made against. The other statements check its token. All are one
// transaction.
const CHECKPOINT = `
  UPDATE MigrationRuns SET
    step = ?3, page_token = ?4, cursor = ?5, last_key = ?6, active_ms = ?7, status = ?8, updated_at = ?9,
    finished_at = iif(?8 = 'completed', ?9, NULL), shapes = ?10, reasons = ?11, error = NULL,
    listed = ?12 ->> 'listed', migrated = ?12 ->> 'migrated', unchanged = ?12 ->> 'unchanged',
    skipped = ?12 ->> 'skipped', failed = ?12 ->> 'failed'
  WHERE run_id = ?1 AND step = ?2 AND status = 'running' AND NOT EXISTS (
    SELECT 1 FROM json_each(?13) AS due LEFT JOIN Books ON Books.isbn = due.value ->> 'isbn'
    WHERE coalesce(Books.version, 0) <> due.value ->> 'version'
  )`;

const IS_OURS = "EXISTS (SELECT 1 FROM MigrationRuns WHERE run_id = ?2 AND page_token = ?3)";

const FORGET_KEYS = `
  DELETE FROM MigratedKeys WHERE isbn IN (SELECT value FROM json_each(?1)) AND ${IS_OURS}`;

const WRITE_BOOKS = `
  ${INSERT_BOOKS}
  SELECT ${WRITTEN_COLUMNS.map((name) => `value ->> '${name}'`).join(", ")}, ${FIRST_VERSIONS}
  FROM json_each(?1) WHERE ${IS_OURS}
  ON CONFLICT(isbn) DO UPDATE SET ${OVERWRITE}`;

const WRITE_TEXTS = writeSearchTexts(IS_OURS);

const WRITE_KEYS = `
  INSERT INTO MigratedKeys (key, isbn, content_hash, dated_at, is_isbn13, fields, run_id)
  SELECT value ->> 'key', value ->> 'isbn', value ->> 'hash', value ->> 'datedAt', value ->> 'isIsbn13',
         value ->> 'fields', ?2
  FROM json_each(?1) WHERE ${IS_OURS}
  ON CONFLICT(key) DO UPDATE SET
    isbn = excluded.isbn, content_hash = excluded.content_hash, dated_at = excluded.dated_at,
    is_isbn13 = excluded.is_isbn13, fields = excluded.fields, run_id = excluded.run_id`;

const WRITE_FAULTS = `
  INSERT INTO MigrationErrors (run_id, key, reason, detail, at)
  SELECT ?2, value ->> 'key', value ->> 'reason', value ->> 'differences', ?4
  FROM json_each(?1) WHERE ${IS_OURS}`;

const WHERE_IS_RUN = "SELECT step, status FROM MigrationRuns WHERE run_id = ?1";

/** Writes a page: rows, keys, faults and checkpoint in one atomic `batch()`. */
export function d1PageWriter(
  db: D1Database,
  newId: () => string,
): (run: Run, plan: PagePlan, checkpoint: Checkpoint) => Promise<CommitOutcome> {
  return async (run, plan, checkpoint) => {
    const token = newId();
    const { at } = checkpoint;
    const lists: [string, readonly unknown[]][] = [
      [FORGET_KEYS, plan.forget],
      [WRITE_BOOKS, plan.rows.map(({ record }) => toRow(record))],
      [WRITE_TEXTS, searchTextsOf(plan.rows.map(({ record }) => record.book))],
      [WRITE_KEYS, plan.keys.map((key) => ({ ...key, isIsbn13: Number(key.isIsbn13) }))],
    ];
    const [moved] = await db.batch([
      db.prepare(CHECKPOINT).bind(...checkpointBindings(run, plan, checkpoint, token)),
      ...lists.flatMap(([sql, list]) =>
        inParameters(list).map((json) => db.prepare(sql).bind(json, run.runId, token)),
      ),
      ...inParameters(plan.faults).map((json) =>
        db.prepare(WRITE_FAULTS).bind(json, run.runId, token, at),
      ),
    ]);
    if (moved && moved.meta.changes > 0) return "committed";
    const now = await db
      .prepare(WHERE_IS_RUN)
      .bind(run.runId)
      .first<{ step: number; status: string }>();
    return now?.step === run.step && now.status === "running" ? "conflict" : "moved";
  };
}

function checkpointBindings(
  run: Run,
  plan: PagePlan,
  checkpoint: Checkpoint,
  token: string,
): (string | number | null)[] {
  const due = plan.rows.map(({ record, version }) => ({ isbn: record.book.isbn, version }));
  return [
    run.runId,
    run.step,
    checkpoint.step,
    token,
    checkpoint.cursor ?? null,
    checkpoint.lastKey ?? null,
    checkpoint.activeMs,
    checkpoint.status,
    checkpoint.at,
    JSON.stringify(checkpoint.shapes),
    JSON.stringify(checkpoint.reasons),
    JSON.stringify(checkpoint.counts),
    JSON.stringify(due),
  ];
}

/** Splits a list into as few JSON parameters as D1's limit allows; none for an empty list. */
function inParameters(list: readonly unknown[]): string[] {
  const encoder = new TextEncoder();
  const parameters: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const item of list) {
    const json = JSON.stringify(item);
    const size = encoder.encode(json).length + 1;
    if (bytes + size > MAX_PARAMETER_BYTES && open.length > 0) {
      parameters.push(`[${open.join(",")}]`);
      open = [];
      bytes = 0;
    }
    open.push(json);
    bytes += size;
  }
  if (open.length > 0) parameters.push(`[${open.join(",")}]`);
  return parameters;
}
