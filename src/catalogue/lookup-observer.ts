import type { AnswerState, CacheSource } from "../../contract/catalogue.ts";
import type { CacheMetrics } from "./storage/cache-metrics.ts";
import type { Counter, Metrics } from "../platform/metrics/metrics.ts";

type State = AnswerState | "unavailable";

/**
 * Records every answer of the lookup: in the metrics by tier and state, and, if the answer was a stored book, in the
 * cache metrics as a hit or miss of its key. This is on the path of every hot request, so the series are resolved once.
 */
export function lookupObserver(
  metrics: Metrics,
  cacheMetrics: CacheMetrics,
): (source: CacheSource, state: State, isbn13: string) => void {
  const series = new Map<CacheSource, Map<State, Counter>>();
  const seriesOf = (source: CacheSource, state: State): Counter => {
    let states = series.get(source);
    if (!states) {
      states = new Map();
      series.set(source, states);
    }
    let counter = states.get(state);
    if (!counter) {
      counter = metrics.counter("lookups", { source, state });
      states.set(state, counter);
    }
    return counter;
  };

  return (source, state, isbn13) => {
    seriesOf(source, state).value += 1;
    if (state !== "fresh" && state !== "stale") return;
    if (source === "memory" || source === "kv") cacheMetrics.hit(isbn13);
    else cacheMetrics.miss(isbn13);
  };
}
