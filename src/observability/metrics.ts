/** Every counter of the service with its labels; one union, so that a name cannot be misspelt. */
export interface MetricLabels {
  lookups: { source: string; state: string };
  kv_unreadable: { reason: string };
  cache_failures: { operation: string };
  flight_failures: Record<string, never>;
  rate_limiter_failed_open: { class: string };
}

export type MetricName = keyof MetricLabels;

/** One series. Take it once and keep it: finding it costs more than counting. */
export interface Counter {
  value: number;
}

/** Counts in the isolate's memory; nothing is written for a request. */
export interface Metrics {
  /** The series of these labels; the same one for the same labels. */
  counter<Name extends MetricName>(name: Name, labels: MetricLabels[Name]): Counter;
  count<Name extends MetricName>(name: Name, labels: MetricLabels[Name]): void;
  /** The series so far, keyed as `name{label="value"}`. What an isolate counted is lost when it ends. */
  read(): ReadonlyMap<string, Counter>;
}

/** Counters in memory. */
export function memoryMetrics(): Metrics {
  const series = new Map<string, Counter>();
  const counter: Metrics["counter"] = (name, labels) => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const key = pairs.length > 0 ? `${name}{${pairs.join(",")}}` : name;
    let found = series.get(key);
    if (!found) {
      found = { value: 0 };
      series.set(key, found);
    }
    return found;
  };
  return {
    counter,
    count: (name, labels) => void (counter(name, labels).value += 1),
    read: () => series,
  };
}
