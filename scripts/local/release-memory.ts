import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Work of the start goes on for a moment after the service is ready: connections, compiled code that is dropped, timers. */
const AGAIN_MS = 10_000;

/**
 * Releases the memory that the start used, now and once more when the start has come to rest. Otherwise V8 would keep it, because
 * an idle launcher allocates nothing and so never triggers a garbage collection.
 */
export function releaseMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as NodeJS.GCFunction;
  const release = (): void => collect({ type: "major", execution: "sync", flavor: "last-resort" });
  release();
  setTimeout(release, AGAIN_MS).unref();
}
