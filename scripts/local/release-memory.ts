import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * For a moment after the service is ready, the start still has work to finish: connections,
 * dropping compiled code, timers.
 */
const REST_MS = 10_000;

/**
 * Releases the memory that the start used, once the process is idle. Otherwise V8 would keep it,
 * because an idle launcher allocates nothing and so never triggers a garbage collection. A second
 * release as soon as the service is ready would cost a tenth of the CPU of a start.
 */
export function releaseMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as NodeJS.GCFunction;
  const release = (): void => collect({ type: "major", execution: "sync", flavor: "last-resort" });
  setTimeout(release, REST_MS).unref();
}
