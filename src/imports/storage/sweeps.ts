import { CLOCK_SKEW_MS } from "../../platform/time.ts";
import { giveBackSql } from "../../quotas/module.ts";

// All sweeps are bounded and idempotent.

// A job that was changed after ?3 was changed before the clock was set back.
// Random order: jobs that wait for a provider stay at the front of any fixed order and would hide the others.
const STALLED = `
  SELECT job_id FROM (
    SELECT job_id FROM ImportJobs
    WHERE state IN ('uploading', 'queued', 'processing', 'undoing') AND state <> 'uploading' AND updated_at < ?1
    UNION ALL SELECT job_id FROM ImportJobs
    WHERE state IN ('uploading', 'queued', 'processing', 'undoing') AND state <> 'uploading' AND updated_at > ?3
    UNION ALL SELECT job_id FROM ImportJobs INDEXED BY idx_import_jobs_rows_due WHERE rows_due IS NOT NULL AND updated_at < ?1
    UNION ALL SELECT job_id FROM ImportJobs INDEXED BY idx_import_jobs_rows_due WHERE rows_due IS NOT NULL AND updated_at > ?3
  )
  ORDER BY random() LIMIT ?2`;

const OPEN_OF_USERS = `
  SELECT job_id FROM ImportJobs
  WHERE user_id IN (SELECT value FROM json_each(?1)) AND state IN ('uploading', 'queued', 'processing', 'undoing')`;

/** The beginning of a statement that deletes children of jobs; a condition on ImportJobs and a limit complete it. */
function deleteOf(table: string, key: string): string {
  return `
    DELETE FROM ${table} WHERE (job_id, ${key}) IN (
      SELECT ${table}.job_id, ${table}.${key} FROM ImportJobs CROSS JOIN ${table} ON ${table}.job_id = ImportJobs.job_id`;
}

const IS_ABANDONED = uploadingSql("updated_at < ?1");

// Checked first, so that a run without work reads only two rows.
const ANY_ABANDONED = `
  SELECT 1 FROM ImportJobs WHERE ${IS_ABANDONED}
  UNION ALL SELECT 1 FROM ImportJobs WHERE ${uploadingSql("updated_at > ?2")} LIMIT 1`;

// Treats an upload from before the clock was set back as active now, because it may still continue.
const TOUCH_UPLOADS = `
  UPDATE ImportJobs SET updated_at = ?1 WHERE ${uploadingSql("updated_at > ?2")}`;

// Children before their jobs. An upload that continues meanwhile can no longer be completed.
const ABANDONED_CHILDREN = [deleteOf("ImportRows", "row"), deleteOf("ImportChunks", "chunk")].map(
  (deletion) => `${deletion} WHERE ${IS_ABANDONED} LIMIT ?2)`,
);

const EMPTY_ABANDONED = `
    SELECT job_id FROM ImportJobs
    WHERE ${IS_ABANDONED}
      AND NOT EXISTS (SELECT 1 FROM ImportRows WHERE job_id = ImportJobs.job_id)
      AND NOT EXISTS (SELECT 1 FROM ImportChunks WHERE job_id = ImportJobs.job_id)
    ORDER BY updated_at LIMIT ?2`;

// Gives back the charges of an abandoned upload once none of its rows is left.
const GIVE_BACK = giveBackSql(
  "ImportJobs AS job CROSS JOIN json_each(job.charges) AS back",
  `job.job_id IN (${EMPTY_ABANDONED})`,
);

const ABANDONED = `
  DELETE FROM ImportJobs WHERE job_id IN (${EMPTY_ABANDONED})`;

/** The statements that sweep ended jobs. @param isOld condition of ImportJobs; ?1 in it is an instant */
const sweepOf = (isOld: string): { any: string; children: readonly string[]; swept: string } => ({
  any: `SELECT 1 FROM ImportJobs WHERE ${isOld} LIMIT 1`,
  children: [
    deleteOf("ImportResults", "row"),
    deleteOf("ImportRows", "row"),
    deleteOf("ImportChunks", "chunk"),
    deleteOf("ImportEvents", "seq"),
  ].map((deletion) => `${deletion} WHERE ${isOld} LIMIT ?2)`),
  swept: `
  UPDATE ImportJobs SET chunks = 0
  WHERE ${isOld}
    AND NOT EXISTS (SELECT 1 FROM ImportResults WHERE job_id = ImportJobs.job_id)
    AND NOT EXISTS (SELECT 1 FROM ImportRows WHERE job_id = ImportJobs.job_id)
    AND NOT EXISTS (SELECT 1 FROM ImportChunks WHERE job_id = ImportJobs.job_id)
    AND NOT EXISTS (SELECT 1 FROM ImportEvents WHERE job_id = ImportJobs.job_id)`,
});

// A job of 50,000 rows takes fifty runs of the sweep, about an hour.
const OLD = sweepOf("completed_at IS NOT NULL AND chunks > 0 AND completed_at < ?1");

// The first condition is that of idx_import_jobs_previewed.
const OLD_PREVIEWS = sweepOf("state = 'previewed' AND completed_at < ?1 AND chunks > 0");

/** Condition of an upload whose last chunk was stored at some time. */
function uploadingSql(when: string): string {
  return `state IN ('uploading', 'queued', 'processing', 'undoing') AND state = 'uploading' AND ${when}`;
}

/** All statements, for a test of their query plans. */
export const SWEEP_STATEMENTS: Readonly<Record<string, string>> = {
  STALLED,
  OPEN_OF_USERS,
  ANY_ABANDONED,
  TOUCH_UPLOADS,
  GIVE_BACK,
  ABANDONED,
  ...Object.fromEntries(
    [
      ...ABANDONED_CHILDREN,
      ...[OLD, OLD_PREVIEWS].flatMap(({ any, children, swept }) => [any, ...children, swept]),
    ].map((sql) => [sql, sql]),
  ),
};

/**
 * Lists up to `limit` unfinished jobs, and ended ones whose results are not settled, that have not
 * changed for some ms, even if the clock was set back.
 */
export async function stalledJobs(
  db: D1Database,
  { now, idleMs }: { now: number; idleMs: number },
  limit: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(STALLED)
    .bind(now - idleMs, limit, now + CLOCK_SKEW_MS)
    .all<{ job_id: string }>();
  return results.map((row) => row.job_id);
}

/** Lists the unfinished jobs of some users. */
export async function openJobsOf(db: D1Database, userIds: readonly string[]): Promise<string[]> {
  const { results } = await db
    .prepare(OPEN_OF_USERS)
    .bind(JSON.stringify(userIds))
    .all<{ job_id: string }>();
  return results.map((row) => row.job_id);
}

/**
 * Deletes uploads that have not changed for some ms, even if the clock was set back: up to
 * `rowLimit` of their rows, then up to `limit` uploads without rows. `now` is in ms since the
 * epoch.
 * @returns the number of deleted uploads
 */
export async function sweepAbandonedUploads(
  db: D1Database,
  { now, idleMs }: { now: number; idleMs: number },
  { rowLimit, limit }: { rowLimit: number; limit: number },
): Promise<number> {
  const before = now - idleMs;
  const ahead = now + CLOCK_SKEW_MS;
  if ((await db.prepare(ANY_ABANDONED).bind(before, ahead).first()) === null) return 0;
  const results = await db.batch([
    db.prepare(TOUCH_UPLOADS).bind(now, ahead),
    ...ABANDONED_CHILDREN.map((sql) => db.prepare(sql).bind(before, rowLimit)),
    db.prepare(GIVE_BACK).bind(before, limit),
    db.prepare(ABANDONED).bind(before, limit),
  ]);
  return results.at(-1)?.meta.changes ?? 0;
}

/**
 * Deletes rows, chunks and events of jobs that ended before `before` (ms since the epoch). The jobs themselves are retained.
 * @returns the number of deleted rows, chunks and events
 */
export function sweepOldRows(db: D1Database, before: number, limit: number): Promise<number> {
  return sweep(db, OLD, before, limit);
}

const HAS_OLD_PREVIEW = `
  SELECT 1 AS found FROM ImportJobs WHERE state = 'previewed' AND completed_at < ?1 AND chunks > 0 LIMIT 1`;

/** Does the same for previews that were not committed. */
export async function sweepPreviews(
  db: D1Database,
  before: number,
  limit: number,
): Promise<number> {
  const old = await db.prepare(HAS_OLD_PREVIEW).bind(before).first();
  return old === null ? 0 : sweep(db, OLD_PREVIEWS, before, limit);
}

async function sweep(
  db: D1Database,
  { any, children, swept }: ReturnType<typeof sweepOf>,
  before: number,
  limit: number,
): Promise<number> {
  if ((await db.prepare(any).bind(before).first()) === null) return 0;
  const deletions = children.map((sql) => db.prepare(sql).bind(before, limit));
  const results = await db.batch([...deletions, db.prepare(swept).bind(before)]);
  return results.slice(0, -1).reduce((sum, { meta }) => sum + meta.changes, 0);
}
