import type { GaugeSample } from "./prometheus.ts";

/** The part of a queue binding that reports its backlog. */
export type MeasuredQueue = Pick<Queue, "metrics">;

const OPEN_JOBS = `
  SELECT state, count(*) AS jobs, min(updated_at) AS oldest FROM ImportJobs
  WHERE state IN ('uploading', 'queued', 'processing', 'undoing') GROUP BY state`;

const DEAD_LETTERS = "SELECT count(*) AS letters FROM DeadLetters WHERE state = 'open'";

const LATEST_RUNS = `
  SELECT kind, status, migrated, unchanged, skipped, failed FROM MigrationRuns
  WHERE rowid IN (SELECT max(rowid) FROM MigrationRuns GROUP BY kind)`;

/** Gauges of the imports that have not ended. @param now ms since the epoch */
export async function importGauges(db: D1Database, now: number): Promise<GaugeSample[]> {
  const { results } = await db
    .prepare(OPEN_JOBS)
    .all<{ state: string; jobs: number; oldest: number }>();
  const oldest = Math.min(now, ...results.map((row) => row.oldest));
  return [
    ...results.map(({ state, jobs }): GaugeSample => ({
      name: "open_import_jobs",
      labels: { state },
      value: jobs,
    })),
    { name: "import_job_idle_seconds", labels: {}, value: (now - oldest) / 1000 },
  ];
}

/** The number of open dead letters. */
export async function deadLetterGauges(db: D1Database): Promise<GaugeSample[]> {
  const value = (await db.prepare(DEAD_LETTERS).first<number>("letters")) ?? 0;
  return [{ name: "dead_letters", labels: {}, value }];
}

/** Gauges of the latest migration run and of the latest validation run. */
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

const OUTCOMES = ["migrated", "unchanged", "skipped", "failed"] as const;

/** Backlog and oldest message of a queue. @param now ms since the epoch */
export async function queueGauges(
  queue: MeasuredQueue,
  name: string,
  now: number,
): Promise<GaugeSample[]> {
  const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
  const age = oldestMessageTimestamp ? (now - oldestMessageTimestamp.getTime()) / 1000 : 0;
  return [
    { name: "queue_messages", labels: { queue: name }, value: backlogCount },
    { name: "queue_oldest_message_seconds", labels: { queue: name }, value: Math.max(0, age) },
  ];
}
