import type { Log } from "../observability/log.ts";

/** A piece of housekeeping: bounded, idempotent, and told how many things it dealt with. */
export type ScheduledTask = () => Promise<number>;

/** Runs every task whatever the others do; what fails is logged and tried again at the next tick. */
export async function runScheduled(deps: {
  tasks: Record<string, ScheduledTask>;
  log: Log;
}): Promise<void> {
  await Promise.all(
    Object.entries(deps.tasks).map(async ([task, run]) => {
      try {
        const count = await run();
        if (count > 0) deps.log.info("scheduled", { task, count });
      } catch (error) {
        deps.log.error("scheduled_failed", { task, error });
      }
    }),
  );
}
