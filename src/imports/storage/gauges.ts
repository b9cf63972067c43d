import type { GaugeSample } from "../../platform/metrics/prometheus.ts";

const OPEN_JOBS = `
  SELECT state, count(*) AS jobs, min(updated_at) AS oldest FROM ImportJobs
  WHERE state IN ('uploading', 'queued', 'processing', 'undoing') GROUP BY state`;

/** Imports that have not ended. @param now ms since the epoch */
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
