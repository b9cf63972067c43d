import { addValue, type Counter, type Histogram, type Metrics } from "./metrics.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A method as it is counted and logged. A client may send any text as a method: each would be a separate series. */
export const methodLabel = (method: string): string => (METHODS.has(method) ? method : "other");

/** Counts the responses that are not logged, by class of status. */
export function unloggedMeter(metrics: Pick<Metrics, "counter">): (status: number) => void {
  const [fine, moved, refused] = (["2xx", "3xx", "4xx"] as const).map((status) =>
    metrics.counter("responses_not_logged", { status }),
  );
  return (status) => {
    const counter = status >= 400 ? refused : status >= 300 ? moved : fine;
    if (counter) counter.value += 1;
  };
}

/** A request and its response. `route` is the pattern, not the path; `ms` is the duration in milliseconds. */
export interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/**
 * Counts requests by route, method and status, and records their duration by route. It runs on every request, so it
 * caches the series: finding one by its labels costs two percent of the throughput of a response from memory.
 */
export function requestMeter(
  metrics: Pick<Metrics, "counter" | "histogram" | "counted">,
): (request: AnsweredRequest) => void {
  const routes = new Map<string, { times: Histogram; answers: Map<string, Counter> }>();
  return ({ method, route, status, ms }) => {
    let series = routes.get(route);
    if (series === undefined) {
      series = { times: metrics.histogram("request_ms", { route }), answers: new Map() };
      routes.set(route, series);
    }
    const known = methodLabel(method);
    const answer = `${known} ${status}`;
    let counter = series.answers.get(answer);
    if (counter === undefined) {
      counter = metrics.counter("requests", { method: known, route, status: String(status) });
      series.answers.set(answer, counter);
    }
    counter.value += 1;
    addValue(series.times, ms);
    metrics.counted();
  };
}
