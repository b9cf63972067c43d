import type { Log } from "./log.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** A piece of housekeeping: bounded, idempotent, and told how many things it dealt with. */
export type ScheduledTask = () => Promise<number>;

/**
 * Runs every task whatever the others do, and counts each; what fails is logged and tried again at the next tick.
 * docs/operations/SCHEDULED_WORK.md lists them.
 */
export async function runScheduled(deps: {
  tasks: Record<string, ScheduledTask>;
  log: Log;
  metrics: Pick<Metrics, "count" | "counter">;
}): Promise<void> {
  const { tasks, log, metrics } = deps;
  await Promise.all(
    Object.entries(tasks).map(async ([task, run]) => {
      try {
        const count = await run();
        metrics.count("scheduled_tasks", { task, outcome: "done" });
        metrics.counter("scheduled_items", { task }).value += count;
        if (count > 0) log.info("scheduled", { task, count });
      } catch (error) {
        metrics.count("scheduled_tasks", { task, outcome: "failed" });
        log.error("scheduled_failed", { task, error });
      }
    }),
  );
}
