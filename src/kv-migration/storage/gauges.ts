import type { GaugeSample } from "../../platform/metrics/prometheus.ts";

const LATEST_RUNS = `
  SELECT kind, status, migrated, unchanged, skipped, failed FROM MigrationRuns
  WHERE rowid IN (SELECT max(rowid) FROM MigrationRuns GROUP BY kind)`;

const OUTCOMES = ["migrated", "unchanged", "skipped", "failed"] as const;

/** The latest run of the migration and of its validation. */
export async function migrationGauges(db: D1Database): Promise<GaugeSample[]> {
  const { results } = await db
    .prepare(LATEST_RUNS)
    .all<{ kind: string; status: string } & Record<(typeof OUTCOMES)[number], number>>();
  return results.flatMap((run): GaugeSample[] => [
    ...OUTCOMES.map((outcome): GaugeSample => ({
      name: "migration_keys",
      labels: { kind: run.kind, outcome },
      value: run[outcome],
    })),
    {
      name: "migration_running",
      labels: { kind: run.kind },
      value: run.status === "running" ? 1 : 0,
    },
  ]);
}
