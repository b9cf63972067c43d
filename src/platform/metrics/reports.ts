import { memoryMetrics, type Metrics, type MetricsBlock } from "./metrics.ts";
import { isRecent, SECOND_MS } from "../time.ts";
import type { Log } from "../log.ts";

/** How often an active isolate reports its counts. */
const REPORT_INTERVAL_MS = 10 * SECOND_MS;

export interface ReportDeps {
  /** Adds a block to the sum over all isolates. */
  add(block: MetricsBlock): Promise<void>;
  now(): number;
  defer(work: Promise<unknown>): void;
  log: Log;
}

/** An isolate's metrics, which are reported to the sum over all isolates. */
export interface ReportedMetrics extends Metrics {
  /** Reports immediately. If that fails, the counts are kept for the next report. */
  report(): Promise<void>;
}

/** Metrics that are reported in blocks after the response to a request has been sent. */
export function reportedMetrics({ add, now, defer, log }: ReportDeps): ReportedMetrics {
  let reportedAt = now();
  const metrics = memoryMetrics(() => {
    if (!isRecent(reportedAt, REPORT_INTERVAL_MS, now())) defer(report());
  });

  async function report(): Promise<void> {
    reportedAt = now();
    const block = metrics.take();
    if (block.counters.length + block.histograms.length === 0) return;
    try {
      await add(block);
    } catch (error) {
      metrics.restore(block);
      log.error("metrics_not_reported", { error });
    }
  }

  return { ...metrics, report };
}
