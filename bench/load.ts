import autocannon from "autocannon";
import { runtimeCpuSeconds } from "./cpu.ts";

/** Something that serves, and the state folder by which its runtime process is known. */
export interface Served {
  readonly url: string;
  readonly stateDir: string;
}

/** What a burst of load came to. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the runtime for one request: says the same as the rate, but a busy machine touches it less. */
  readonly cpuMicroseconds: number | undefined;
}

/**
 * Sends requests for a path over so many connections for so many seconds.
 * @throws Error if any request failed or was not answered with 2xx: then it was something else that was measured.
 */
export async function load(
  served: Served,
  { path, connections, seconds }: { path: string; connections: number; seconds: number },
): Promise<LoadResult> {
  const cpuBefore = runtimeCpuSeconds(served.stateDir);
  const result = await autocannon({ url: served.url + path, connections, duration: seconds });
  const cpuAfter = runtimeCpuSeconds(served.stateDir);
  if (result.errors + result.non2xx > 0) {
    throw new Error(`${path}: ${result.errors} errors, ${result.non2xx} answers other than 2xx`);
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
