import { readFileSync } from "node:fs";
import { isAlive, parentOf } from "./processes.ts";

/**
 * Aborts on Ctrl-C or SIGTERM, and when npm, which started this process, has gone: npm passes signals on, but it
 * cannot pass on a SIGKILL, and what it leaves behind would hold the port.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // The reader of the output may have closed it; the service continues.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const npm = process.env["npm_lifecycle_event"] === undefined ? undefined : npmPid();
  if (npm !== undefined) {
    const watch = setInterval(() => {
      if (!isAlive(npm)) stop();
    }, 100);
    watch.unref();
  }
  return controller.signal;
}

/** npm runs a script by `sh -c`; some shells stay in between, others become the script. */
function npmPid(): number | undefined {
  return isShell(process.ppid) ? parentOf(process.ppid) : process.ppid;
}

function isShell(pid: number): boolean {
  try {
    return /^(\S*\/)?(ba|da|z)?sh\0-c\0/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false;
  }
}

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
