/** Every counter of the service with its labels. The keys form one union, so a misspelt name does not compile. */
export interface CounterLabels {
  requests: { method: string; route: string; status: string };
  responses_not_logged: { status: "2xx" | "3xx" | "4xx" };
  lookups: { source: string; state: string };
  kv_unreadable: { reason: string };
  cache_failures: { operation: string };
  flight_failures: Record<string, never>;
  searches: { answer: "catalogue" | "providers" | "partial" | "unavailable" };
  rate_limiter_failed_open: { class: string };
  idempotency_keys: { event: string };
  flag_evaluations: { flag: string; state: "on" | "off" };
  migration_pages: { run: string; outcome: "committed" | "conflict" | "moved" };
  migration_keys: { run: string; outcome: "migrated" | "unchanged" | "skipped" | "failed" };
  migration_failures: { kind: string };
  provider_calls: Readonly<Record<string, string>>;
  provider_refusals: Readonly<Record<string, string>>;
  breaker_transitions: Readonly<Record<string, string>>;
  legacy_socket_uses: { state: "current" | "deprecated" | "gone" };
  streams_opened: { kind: "fresh" | "resumed" };
  scheduled_tasks: { task: string; outcome: "done" | "failed" };
  scheduled_items: { task: string };
  rows_written: { source: "imports" | "library" | "accounts" | "catalogue" };
  failed_pairings: Record<string, never>;
  quota_refusals: { quota: string };
}

/** Every histogram of the service with its labels. */
export interface HistogramLabels {
  request_ms: { route: string };
  d1_lookup_ms: Record<string, never>;
  event_delay_ms: Record<string, never>;
  provider_batch_size: Readonly<Record<string, string>>;
  provider_wait_ms: Readonly<Record<string, string>>;
  provider_call_ms: Readonly<Record<string, string>>;
}

/** Every gauge of the service with its labels. Gauges are read at scrape time. */
export interface GaugeLabels {
  queue_messages: { queue: string };
  queue_oldest_message_seconds: { queue: string };
  open_import_jobs: { state: string };
  import_job_idle_seconds: Record<string, never>;
  unfinished_deletion_seconds: Record<string, never>;
  dead_letters: Record<string, never>;
  service_budget_used_ratio: { share: "service" | "imports" | "young" };
  breaker_open: { provider: string };
  provider_quota_used_ratio: { provider: string };
  migration_keys: { kind: string; outcome: string };
  migration_running: { kind: string };
  backup_age_seconds: Record<string, never>;
  backup_failed: Record<string, never>;
  scrape_source_up: { source: string };
}

export type CounterName = keyof CounterLabels;
export type HistogramName = keyof HistogramLabels;
export type GaugeName = keyof GaugeLabels;
export type Labels = Readonly<Record<string, string>>;

/** One counter series. Hot paths keep a reference to it: finding the series costs more than counting. */
export interface Counter {
  value: number;
}

/** One histogram series: the number of values up to each bound, the number of all values, and their sum. */
export interface Histogram {
  /** Cumulative counts, in the order of `BUCKET_BOUNDS`. */
  buckets: number[];
  count: number;
  sum: number;
}

/** Upper bounds in the unit of the metric (ms, or queries per call). */
export const BUCKET_BOUNDS = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
] as const;

export type CounterSample = { name: CounterName; labels: Labels } & Counter;
export type HistogramSample = { name: HistogramName; labels: Labels } & Histogram;

/** Series with their totals, or with their increments since the last block. */
export interface MetricsBlock {
  counters: CounterSample[];
  histograms: HistogramSample[];
}

/** Metrics in the isolate's memory. Counting a request writes nothing to storage. */
export interface Metrics {
  /** Returns the counter with these labels: the same object for equal labels. */
  counter<Name extends CounterName>(name: Name, labels: CounterLabels[Name]): Counter;
  /** Returns the histogram with these labels: the same object for equal labels. Add values with `addValue`. */
  histogram<Name extends HistogramName>(name: Name, labels: HistogramLabels[Name]): Histogram;
  /** Must be called after a caller changes a series it keeps a reference to, so that blocks are reported regularly. */
  counted(): void;
  count<Name extends CounterName>(name: Name, labels: CounterLabels[Name]): void;
  observe<Name extends HistogramName>(
    name: Name,
    value: number,
    labels: HistogramLabels[Name],
  ): void;
  /** Returns the increments since the previous `take` and resets them. */
  take(): MetricsBlock;
  /** Adds a taken block back after it could not be reported. */
  restore(block: MetricsBlock): void;
}

/** @param counted called after each count so that blocks are reported regularly; it must be very cheap */
export function memoryMetrics(counted: () => void = () => undefined): Metrics {
  const counters = new Map<string, CounterSample>();
  const histograms = new Map<string, HistogramSample>();

  const counter: Metrics["counter"] = (name, labels) =>
    getOrCreate(counters, seriesKey(name, labels), () => ({ name, labels, value: 0 }));

  const histogram: Metrics["histogram"] = (name, labels) =>
    getOrCreate(histograms, seriesKey(name, labels), () => ({ name, labels, ...emptyHistogram() }));

  return {
    counter,
    histogram,
    counted,
    count(name, labels) {
      counter(name, labels).value += 1;
      counted();
    },
    observe(name, value, labels) {
      addValue(histogram(name, labels), value);
      counted();
    },
    take() {
      const block: MetricsBlock = { counters: [], histograms: [] };
      for (const series of counters.values()) {
        if (series.value === 0) continue;
        block.counters.push({ ...series });
        series.value = 0;
      }
      for (const series of histograms.values()) {
        if (series.count === 0) continue;
        block.histograms.push({ ...series });
        Object.assign(series, emptyHistogram());
      }
      return block;
    },
    restore(block) {
      for (const { name, labels, value } of block.counters) {
        getOrCreate(counters, seriesKey(name, labels), () => ({ name, labels, value: 0 })).value +=
          value;
      }
      for (const sample of block.histograms) {
        const { name, labels } = sample;
        const series = getOrCreate(histograms, seriesKey(name, labels), () => ({
          name,
          labels,
          ...emptyHistogram(),
        }));
        addTo(series, sample);
      }
    },
  };
}

/** Adds one value to a distribution. */
export function addValue(histogram: Histogram, value: number): void {
  for (let index = BUCKET_BOUNDS.length - 1; index >= 0; index -= 1) {
    // Buckets are cumulative: walk down from the largest bound and stop at the first that is below the value.
    if (!(value <= (BUCKET_BOUNDS[index] ?? 0))) break;
    histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1;
  }
  histogram.count += 1;
  histogram.sum += value;
}

/** Adds a block to a sum, series by series, and returns the new sum. */
export function addBlocks(sum: MetricsBlock, block: MetricsBlock): MetricsBlock {
  const counters = bySeries(sum.counters);
  for (const sample of block.counters) {
    const key = seriesKey(sample.name, sample.labels);
    getOrCreate(counters, key, () => ({ ...sample, value: 0 })).value += sample.value;
  }
  const histograms = bySeries(sum.histograms);
  for (const sample of block.histograms) {
    const key = seriesKey(sample.name, sample.labels);
    addTo(
      getOrCreate(histograms, key, () => ({ ...sample, ...emptyHistogram() })),
      sample,
    );
  }
  return { counters: [...counters.values()], histograms: [...histograms.values()] };
}

/** Splits a block into its first `limit` series and the rest. */
export function takeSome(
  { counters, histograms }: MetricsBlock,
  limit: number,
): { taken: MetricsBlock; left: MetricsBlock } {
  const room = Math.max(0, limit - counters.length);
  return {
    taken: { counters: counters.slice(0, limit), histograms: histograms.slice(0, room) },
    left: { counters: counters.slice(limit), histograms: histograms.slice(room) },
  };
}

function emptyHistogram(): Histogram {
  return { buckets: BUCKET_BOUNDS.map(() => 0), count: 0, sum: 0 };
}

function addTo(histogram: Histogram, more: Histogram): void {
  histogram.buckets = histogram.buckets.map((count, index) => count + (more.buckets[index] ?? 0));
  histogram.count += more.count;
  histogram.sum += more.sum;
}

function bySeries<Sample extends { name: string; labels: Labels }>(
  samples: readonly Sample[],
): Map<string, Sample> {
  return new Map(samples.map((sample) => [seriesKey(sample.name, sample.labels), { ...sample }]));
}

function seriesKey(name: string, labels: Labels): string {
  let key = name;
  for (const label in labels) key += `\n${label}=${labels[label] ?? ""}`;
  return key;
}

function getOrCreate<Value>(series: Map<string, Value>, key: string, make: () => Value): Value {
  let value = series.get(key);
  if (value === undefined) {
    value = make();
    series.set(key, value);
  }
  return value;
}
