import {
  transitionOf,
  type Run,
  type RunAction,
  type RunKind,
  type RunStatus,
} from "../domain/run.ts";
import { withoutNulls } from "../../platform/defined.ts";

/** A row of `MigrationRuns`. */
export interface RunRow {
  run_id: string;
  kind: RunKind;
  status: RunStatus;
  prefix: string;
  dry_run: number;
  step: number;
  cursor: string | null;
  last_key: string | null;
  listed: number;
  migrated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  shapes: string;
  reasons: string;
  active_ms: number;
  error: string | null;
  started_at: number;
  updated_at: number;
  finished_at: number | null;
}

const COLUMNS = `
  run_id, kind, status, prefix, dry_run, step, cursor, last_key, listed, migrated, unchanged, skipped, failed,
  shapes, reasons, active_ms, error, started_at, updated_at, finished_at`;

// The unique index on open runs decides which of two concurrent starts wins.
const START = `
  INSERT INTO MigrationRuns (run_id, kind, status, prefix, dry_run, started_at, updated_at)
  VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?5)
  ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`;

const LATEST = `
  SELECT ${COLUMNS} FROM MigrationRuns WHERE kind = ?1 ORDER BY started_at DESC, rowid DESC LIMIT 1`;

const RUNNING = `SELECT ${COLUMNS} FROM MigrationRuns WHERE kind = ?1 AND status = 'running'`;

const KNOWN_TOTAL = `
  SELECT listed FROM MigrationRuns
  WHERE prefix = ?1 AND status = 'completed' ORDER BY started_at DESC LIMIT 1`;

// OR IGNORE: a failed run cannot be resumed while another one is open.
const CHANGE = `
  UPDATE OR IGNORE MigrationRuns
  SET status = ?3, updated_at = ?4, error = NULL, finished_at = iif(?3 = 'cancelled', ?4, NULL)
  WHERE run_id = ?1 AND status IN (SELECT value FROM json_each(?2)) RETURNING ${COLUMNS}`;

const NOTE_ERROR = `
  UPDATE MigrationRuns SET error = ?2, updated_at = ?3, status = iif(?4, 'failed', status)
  WHERE run_id = ?1 AND status = 'running'`;

/** Runs of the migration and of the validation. No user request depends on them. */
export interface MigrationRuns {
  /** Starts a run; undefined if a run of its kind is open (running or paused). */
  start(
    run: Pick<Run, "runId" | "kind" | "prefix" | "dryRun" | "startedAt">,
  ): Promise<Run | undefined>;
  latest(kind: RunKind): Promise<Run | undefined>;
  running(kind: RunKind): Promise<Run | undefined>;
  /** The number of keys that the last completed run over the prefix listed: the best estimate of the total. */
  knownTotal(prefix: string): Promise<number | undefined>;
  /** Performs an operator's action; undefined if the run's state does not allow it. */
  change(runId: string, action: RunAction, at: number): Promise<Run | undefined>;
  /** Records the error that blocks a run, and ends it as failed when `final`. */
  noteError(runId: string, error: string, at: number, final: boolean): Promise<void>;
}

export function d1MigrationRuns(db: D1Database): MigrationRuns {
  const one = async (sql: string, ...parameters: (string | number)[]): Promise<Run | undefined> => {
    const row = await db
      .prepare(sql)
      .bind(...parameters)
      .first<RunRow>();
    return row === null ? undefined : toRun(row);
  };
  return {
    start: ({ runId, kind, prefix, dryRun, startedAt }) =>
      one(START, runId, kind, prefix, Number(dryRun), startedAt),
    latest: (kind) => one(LATEST, kind),
    running: (kind) => one(RUNNING, kind),
    async knownTotal(prefix) {
      return (await db.prepare(KNOWN_TOTAL).bind(prefix).first<number>("listed")) ?? undefined;
    },
    change(runId, action, at) {
      const { from, to } = transitionOf(action);
      return one(CHANGE, runId, JSON.stringify(from), to, at);
    },
    async noteError(runId, error, at, final) {
      await db.prepare(NOTE_ERROR).bind(runId, error, at, Number(final)).run();
    },
  };
}

function toRun(row: RunRow): Run {
  const { listed, migrated, unchanged, skipped, failed } = row;
  return {
    runId: row.run_id,
    kind: row.kind,
    status: row.status,
    prefix: row.prefix,
    dryRun: row.dry_run === 1,
    step: row.step,
    counts: { listed, migrated, unchanged, skipped, failed },
    shapes: JSON.parse(row.shapes),
    reasons: JSON.parse(row.reasons),
    activeMs: row.active_ms,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    ...withoutNulls({
      cursor: row.cursor,
      lastKey: row.last_key,
      error: row.error,
      finishedAt: row.finished_at,
    }),
  };
}
