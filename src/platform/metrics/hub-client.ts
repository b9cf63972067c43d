import type { WritePoint } from "./hub.ts";
import type { MetricsBlock } from "./metrics.ts";

/** The sum over all isolates. */
export interface MetricsHubClient {
  add(block: MetricsBlock): Promise<void>;
  read(): Promise<MetricsBlock>;
}

/** Calls the one Durable Object that adds up the counts of all isolates. */
export function metricsHubOf(env: Env): MetricsHubClient {
  const hub = () => env.METRICS_HUB.getByName("sum");
  return {
    add: async (block) => hub().add(block),
    read: async () => hub().read(),
  };
}

/** Writes the points of each block to Analytics Engine. */
export function metricsSink(env: Env): WritePoint {
  return (point) => env.METRICS_DATASET.writeDataPoint(point);
}
