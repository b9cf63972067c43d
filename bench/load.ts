import autocannon from "autocannon";
import { runtimeCpuSeconds } from "./cpu.ts";

/** A running server, and the state directory that identifies its runtime process. */
export interface Served {
  readonly url: string;
  readonly stateDir: string;
}

/** Result of a burst of load. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the runtime per request. It measures the same as the rate, but is less sensitive to a busy machine. */
  readonly cpuMicroseconds: number | undefined;
}

/**
 * Sends requests for a path over a number of connections for a number of seconds.
 * @throws Error if any request failed or its status was not 2xx, because the measurement is then invalid
 */
export async function load(
  served: Served,
  { path, connections, seconds }: { path: string; connections: number; seconds: number },
): Promise<LoadResult> {
  const cpuBefore = runtimeCpuSeconds(served.stateDir);
  const result = await autocannon({ url: served.url + path, connections, duration: seconds });
  const cpuAfter = runtimeCpuSeconds(served.stateDir);
  if (result.errors + result.non2xx > 0) {
    throw new Error(`${path}: ${result.errors} errors, ${result.non2xx} statuses other than 2xx`);
  }
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMicroseconds:
      cpuBefore === undefined || cpuAfter === undefined
        ? undefined
        : ((cpuAfter - cpuBefore) / result.requests.total) * 1e6,
  };
}
