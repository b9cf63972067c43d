/** Every counter of the service with its labels; one union, so that a name cannot be misspelt. */
export interface CounterLabels {
  lookups: { source: string; state: string };
  kv_unreadable: { reason: string };
  cache_failures: { operation: string };
  flight_failures: Record<string, never>;
  searches: { answer: "catalogue" | "providers" | "partial" | "unavailable" };
  rate_limiter_failed_open: { class: string };
  migration_pages: { run: string; outcome: "committed" | "conflict" | "moved" };
  migration_keys: { run: string; outcome: "migrated" | "unchanged" | "skipped" | "failed" };
  migration_failures: { kind: string };
  provider_calls: Readonly<Record<string, string>>;
  provider_refusals: Readonly<Record<string, string>>;
  breaker_transitions: Readonly<Record<string, string>>;
}

/** Every distribution of the service with its labels. */
export interface HistogramLabels {
  provider_batch_size: Readonly<Record<string, string>>;
  provider_wait_ms: Readonly<Record<string, string>>;
  provider_call_ms: Readonly<Record<string, string>>;
}

/** One series. Take it once and keep it: finding it costs more than counting. */
export interface Counter {
  value: number;
}

/** One distribution: how many values were at most each bound, how many there were, and their sum. */
export interface Histogram {
  /** Cumulative, in the order of `BUCKET_BOUNDS`. */
  buckets: number[];
  count: number;
  sum: number;
}

/** Upper bounds, in the unit of the metric (ms, or questions a call). */
export const BUCKET_BOUNDS = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
] as const;

/** Counts in the isolate's memory; nothing is written for a request. */
export interface Metrics {
  /** The series of these labels; the same one for the same labels. */
  counter<Name extends keyof CounterLabels>(name: Name, labels: CounterLabels[Name]): Counter;
  count<Name extends keyof CounterLabels>(name: Name, labels: CounterLabels[Name]): void;
  observe<Name extends keyof HistogramLabels>(
    name: Name,
    value: number,
    labels: HistogramLabels[Name],
  ): void;
  /** The series so far, keyed as `name{label="value"}`. What an isolate counted is lost when it ends. */
  read(): {
    counters: ReadonlyMap<string, Counter>;
    histograms: ReadonlyMap<string, Histogram>;
  };
}

/** Metrics in memory. */
export function memoryMetrics(): Metrics {
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();

  const counter: Metrics["counter"] = (name, labels) =>
    found(counters, seriesKey(name, labels), () => ({ value: 0 }));

  return {
    counter,
    count: (name, labels) => void (counter(name, labels).value += 1),
    observe(name, value, labels) {
      const histogram = found(histograms, seriesKey(name, labels), () => ({
        buckets: BUCKET_BOUNDS.map(() => 0),
        count: 0,
        sum: 0,
      }));
      histogram.buckets = BUCKET_BOUNDS.map(
        (bound, index) => (histogram.buckets[index] ?? 0) + (value <= bound ? 1 : 0),
      );
      histogram.count += 1;
      histogram.sum += value;
    },
    read: () => ({ counters, histograms }),
  };
}

function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(",")}}` : name;
}

function found<Value>(series: Map<string, Value>, key: string, make: () => Value): Value {
  let value = series.get(key);
  if (value === undefined) {
    value = make();
    series.set(key, value);
  }
  return value;
}
