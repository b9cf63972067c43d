import { Cron } from "croner";

/** Calls `tick` at each moment that a cron expression names, in UTC as Cloudflare does; never two at once of one expression. */
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
          catch: (error: unknown) => console.error(`The cron trigger "${cron}" failed:`, error),
        },
        () => tick(cron),
      ),
  );
  return () => jobs.forEach((job) => job.stop());
}
