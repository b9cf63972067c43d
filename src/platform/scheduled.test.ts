import { expect, test } from "vitest";
import { memoryMetrics } from "./metrics/metrics.ts";
import { runScheduled } from "./scheduled.ts";

test("each task is counted with its items, even when others fail", async () => {
  const metrics = memoryMetrics(() => undefined);
  const logged: string[] = [];
  await runScheduled({
    tasks: {
      sweep: () => Promise.resolve(3),
      idle: () => Promise.resolve(0),
      broken: () => Promise.reject(new Error("no database")),
    },
    metrics,
    log: {
      info: (event) => logged.push(event),
      error: (event) => logged.push(event),
    },
  });
  const counted = metrics
    .take()
    .counters.map(({ name, labels, value }) => [name, ...Object.values(labels), value].join(" "));
  expect(counted.toSorted()).toEqual([
    "scheduled_items sweep 3",
    "scheduled_tasks broken failed 1",
    "scheduled_tasks idle done 1",
    "scheduled_tasks sweep done 1",
  ]);
  expect(logged.toSorted()).toEqual(["scheduled", "scheduled_failed"]);
});
