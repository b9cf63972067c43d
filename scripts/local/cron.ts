import { Cron } from "croner";

/**
 * Calls `tick` on the schedule of each cron expression, in UTC as on Cloudflare. Calls for the same expression never overlap.
 * @returns a function that stops the schedules
 */
export function startCron(
  expressions: readonly string[],
  tick: (cron: string) => Promise<void>,
): () => void {
  const jobs = expressions.map(
    (cron) =>
      new Cron(
        cron,
        {
          timezone: "UTC",
          protect: true,
          catch: (error: unknown) => console.error(`Cron trigger "${cron}" failed:`, error),
        },
        () => tick(cron),
      ),
  );
  return () => jobs.forEach((job) => job.stop());
}
