import type { WritePoint } from "../platform/metrics/metrics-hub.ts";
import type { Config } from "../config.ts";
import type { DeskStatus } from "../catalogue/domain/desk/ports.ts";
import { PROVIDER_IDS } from "../catalogue/domain/provider.ts";
import type { MetricsRouteDeps } from "../platform/http/metrics.ts";
import type { Log } from "../platform/log.ts";
import { reportedMetrics, type ReportedMetrics } from "../platform/metrics/metrics-reports.ts";
import {
  PROMETHEUS_TYPE,
  prometheusText,
  type GaugeSample,
} from "../platform/metrics/prometheus.ts";
import type { Metrics } from "../platform/metrics/metrics.ts";
import { withTimeout } from "../platform/d1/with-timeout.ts";
import type { BookStore } from "../catalogue/storage/books.ts";
import {
  deadLetterGauges,
  importGauges,
  migrationGauges,
  queueGauges,
} from "../platform/metrics/gauges.ts";
import { runtimeSecrets as secrets } from "./secrets.ts";

/** A source that does not answer in time is left out of the scrape. */
const GAUGE_BUDGET_MS = 2000;
const BREAKER_OPEN = { closed: 0, half_open: 0.5, open: 1 } as const;

interface Shared {
  log: Log;
  now(): number;
}

const hubOf = (env: Env) => env.METRICS_HUB.getByName("sum");

/** What this isolate counts, and hands over to the sum. */
export function metricsFor(
  env: Env,
  deps: Shared & { defer(work: Promise<unknown>): void },
): ReportedMetrics {
  return reportedMetrics({ ...deps, add: (block) => hubOf(env).add(block) });
}

/** Where the sum writes each block to. */
export function metricsSink(env: Env): WritePoint {
  return (point) => env.METRICS_DATASET.writeDataPoint(point);
}

/** `/metrics`: the sum over all isolates, and the states of the moment. */
export function metricsUseCases(
  env: Env,
  { config, metrics, now }: { config: Config; metrics: ReportedMetrics; now(): number },
): MetricsRouteDeps {
  const due = config.METRICS_TOKEN;
  return {
    isScraper:
      due === undefined
        ? undefined
        : async (token) => secrets.sameHash(await secrets.sha256(token), await secrets.sha256(due)),
    async readMetrics() {
      await metrics.report();
      const [sums, gauges] = await Promise.all([hubOf(env).read(), readGauges(env, now)]);
      return { text: prometheusText(sums, gauges), contentType: PROMETHEUS_TYPE };
    },
  };
}

/** A store whose reads of single books are timed. */
export function timedReads(
  books: BookStore,
  metrics: Pick<Metrics, "observe">,
  now: () => number,
): BookStore {
  return {
    ...books,
    async find(isbn13) {
      const startedAt = now();
      const found = await books.find(isbn13);
      metrics.observe("d1_lookup_ms", now() - startedAt, {});
      return found;
    },
  };
}

async function readGauges(env: Env, now: () => number): Promise<GaugeSample[]> {
  const sources: Record<string, () => Promise<GaugeSample[]>> = {
    imports: () => importGauges(env.DB, now()),
    dead_letters: () => deadLetterGauges(env.DB),
    migration: () => migrationGauges(env.DB),
    refresh_queue: () => queueGauges(env.REFRESH_QUEUE, "refresh", now()),
    imports_queue: () => queueGauges(env.IMPORT_QUEUE, "imports", now()),
    ...Object.fromEntries(
      PROVIDER_IDS.map((id) => [
        `desk_${id}`,
        async () => deskGauges(await env.PROVIDER_DESKS.getByName(id).status()),
      ]),
    ),
  };
  const read = Object.entries(sources).map(async ([source, ask]): Promise<GaugeSample[]> => {
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

function deskGauges({ provider, breaker, quota }: DeskStatus): GaugeSample[] {
  const labels = { provider };
  return [
    { name: "breaker_open", labels, value: BREAKER_OPEN[breaker] },
    ...(quota
      ? [
          {
            name: "provider_quota_used_ratio" as const,
            labels,
            value: quota.spent / quota.perDay,
          },
        ]
      : []),
  ];
}
