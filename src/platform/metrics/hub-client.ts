import type { WritePoint } from "./hub.ts";
import { DAY_MS } from "../time.ts";
import type { MetricsBlock } from "./metrics.ts";
import type { WrittenRows } from "./written-rows.ts";

/** Access to the metrics summed over all isolates. */
export interface MetricsHubClient {
  add(block: MetricsBlock): Promise<void>;
  read(): Promise<MetricsBlock>;
  /** The rows that the service has written to D1 today (UTC). It lags by the interval of the reports. */
  writtenRows(): Promise<WrittenRows>;
}

/** Calls the Durable Object that sums the metrics of all isolates. */
export function metricsHubOf(env: Env, now: () => number): MetricsHubClient {
  const hub = () => env.METRICS_HUB.getByName("sum");
  const today = (): number => Math.floor(now() / DAY_MS);
  return {
    add: async (block) => hub().add(block, today()),
    read: async () => hub().read(),
    writtenRows: async () => hub().writtenRows(today()),
  };
}

/** Writes the points of each block to Analytics Engine. */
export function metricsSink(env: Env): WritePoint {
  return (point) => env.METRICS_DATASET.writeDataPoint(point);
}
