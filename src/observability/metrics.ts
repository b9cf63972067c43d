/** Every counter of the service with its labels; one union, so that a name cannot be misspelt. */
export interface MetricLabels {
  lookups: { source: string; state: string };
  kv_unreadable: { reason: string };
  cache_failures: { operation: string };
  flight_failures: Record<string, never>;
}

export type MetricName = keyof MetricLabels;

/** Counts in the isolate's memory; nothing is written for a request. */
export interface Metrics {
  count<Name extends MetricName>(name: Name, labels: MetricLabels[Name]): void;
  /** The counters so far, keyed as `name{label="value"}`. What an isolate counted is lost when it ends. */
  read(): ReadonlyMap<string, number>;
}

/** Counters in memory. */
export function memoryMetrics(): Metrics {
  const counters = new Map<string, number>();
  return {
    count(name, labels) {
      const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const key = pairs.length > 0 ? `${name}{${pairs.join(",")}}` : name;
      counters.set(key, (counters.get(key) ?? 0) + 1);
    },
    read: () => counters,
  };
}
