import { withTimeout } from "../d1/with-timeout.ts";
import type { Gauges } from "../module.ts";
import type { Platform } from "../platform.ts";
import { metricsHubOf } from "./hub-client.ts";
import { PROMETHEUS_TYPE, prometheusText, type GaugeSample } from "./prometheus.ts";

/** A source that does not answer in time is left out of the scrape. */
const GAUGE_BUDGET_MS = 2000;

/** Reads the sum over all isolates and the current values of `gauges`, as Prometheus text. */
export function metricsReader(
  { env, metrics, now }: Pick<Platform, "env" | "metrics" | "now">,
  gauges: Gauges,
): () => Promise<{ text: string; contentType: string }> {
  return async () => {
    await metrics.report();
    const [sums, samples] = await Promise.all([metricsHubOf(env, now).read(), readGauges(gauges)]);
    return { text: prometheusText(sums, samples), contentType: PROMETHEUS_TYPE };
  };
}

async function readGauges(gauges: Gauges): Promise<GaugeSample[]> {
  const read = Object.entries(gauges).map(async ([source, ask]): Promise<GaugeSample[]> => {
    const up = (value: number): GaugeSample => ({
      name: "scrape_source_up",
      labels: { source },
      value,
    });
    const answer = await withTimeout(GAUGE_BUDGET_MS, ask());
    return answer.ok ? [...answer.value, up(1)] : [up(0)];
  });
  return (await Promise.all(read)).flat();
}
