import type { Log } from "./log.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** A bounded, idempotent housekeeping task. Resolves to the number of items it processed. */
export type ScheduledTask = () => Promise<number>;

/**
 * Runs all tasks concurrently and counts each. A failed task does not affect the others: it is logged and retried at
 * the next tick. docs/operations/SCHEDULED_WORK.md lists the tasks.
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
