import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Work of the start goes on for a moment after the service is ready: connections, compiled code that is dropped, timers. */
const REST_MS = 10_000;

/**
 * Releases the memory that the start used, when the start has come to rest. Otherwise V8 would keep it, because an idle launcher
 * allocates nothing and so never triggers a garbage collection. Doing so as soon as it is ready as well would cost a tenth of the CPU of a start.
 */
export function releaseMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as NodeJS.GCFunction;
  const release = (): void => collect({ type: "major", execution: "sync", flavor: "last-resort" });
  setTimeout(release, REST_MS).unref();
}
