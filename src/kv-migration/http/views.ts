import type {
  MigrationError,
  MigrationStatus,
  ValidationStatus,
} from "../../../contract/kv-migration.ts";
import { NO_COUNTS, speedOf, type Run } from "../domain/run.ts";
import type { ListedFault } from "../domain/page.ts";
import { defined } from "../../platform/defined.ts";
import { isoTime } from "../../platform/time.ts";

/** A run with derived data for an operator. */
export interface RunReport {
  run: Run | undefined;
  /** The number of keys that the last completed run listed, if known. */
  knownTotal: number | undefined;
  firstFaults: ListedFault[];
}

export function presentFault({ id: _id, at, ...fault }: ListedFault): MigrationError {
  return { ...fault, at: isoTime(at) };
}

function common({ run, knownTotal }: RunReport, now: number) {
  if (run === undefined) {
    return {
      status: "not_started" as const,
      listed: 0,
      shapes: {},
      reasons: {},
      timestamp: isoTime(now),
    };
  }
  return {
    status: run.status,
    runId: run.runId,
    prefix: run.prefix,
    listed: run.counts.listed,
    shapes: run.shapes,
    reasons: run.reasons,
    ...defined({ cursor: run.cursor, lastProcessedKey: run.lastKey }),
    ...speedOf(run, knownTotal),
    startedAt: isoTime(run.startedAt),
    ...defined({ finishedAt: isoTime(run.finishedAt) }),
    timestamp: isoTime(run.updatedAt),
    ...defined({ error: run.error }),
  };
}

export function presentMigration(report: RunReport, now: number): MigrationStatus {
  const { migrated, unchanged, skipped, failed } = report.run?.counts ?? NO_COUNTS;
  return {
    ...common(report, now),
    dryRun: report.run?.dryRun ?? false,
    migrated,
    unchanged,
    skipped,
    failed,
    totalMigrated: migrated,
    totalErrors: failed,
    ...estimate(report),
    firstFailures: report.firstFaults.map(presentFault),
  };
}

/** The estimated duration of the real run after a dry run, from the dry run's speed. */
function estimate({ run, knownTotal }: RunReport): { estimatedSeconds?: number } {
  if (run === undefined || !run.dryRun) return {};
  const { keysPerSecond } = speedOf(run, undefined);
  const keys = run.status === "completed" ? run.counts.listed : knownTotal;
  if (!keysPerSecond || keys === undefined) return {};
  return { estimatedSeconds: Math.ceil(keys / keysPerSecond) };
}

export function presentValidation(report: RunReport, now: number): ValidationStatus {
  const { migrated, unchanged, skipped, failed } = report.run?.counts ?? NO_COUNTS;
  const reasons = report.run?.reasons ?? {};
  return {
    ...common(report, now),
    same: migrated,
    superseded: unchanged,
    skipped,
    different: failed,
    differences: {
      missing: reasons["missing"] ?? 0,
      differs: reasons["differs"] ?? 0,
      columnVsBlob: reasons["columnVsBlob"] ?? 0,
    },
    ...(report.run?.status === "completed" ? { valid: failed === 0 } : {}),
    firstDifferences: report.firstFaults.map(presentFault),
  };
}
