import { memoryMetrics, type Metrics, type MetricsBlock } from "./metrics.ts";
import type { Log } from "../log.ts";

/** How often an isolate that counts hands over what it has counted. */
const REPORT_EVERY_MS = 10_000;

export interface ReportDeps {
  /** Adds to the sum over all isolates. */
  add(block: MetricsBlock): Promise<void>;
  now(): number;
  defer(work: Promise<unknown>): void;
  log: Log;
}

/** An isolate's metrics, and how they get to the sum over all isolates. */
export interface ReportedMetrics extends Metrics {
  /** Hands over now; what cannot be handed over is kept for the next time. */
  report(): Promise<void>;
}

/** Metrics that are handed over in blocks, behind a request that was answered anyway. */
export function reportedMetrics({ add, now, defer, log }: ReportDeps): ReportedMetrics {
  let reportedAt = now();
  const metrics = memoryMetrics(() => {
    if (now() - reportedAt >= REPORT_EVERY_MS) defer(report());
  });

  async function report(): Promise<void> {
    reportedAt = now();
    const block = metrics.take();
    if (block.counters.length + block.histograms.length === 0) return;
    try {
      await add(block);
    } catch (error) {
      metrics.giveBack(block);
      log.error("metrics_not_reported", { error });
    }
  }

  return { ...metrics, report };
}
