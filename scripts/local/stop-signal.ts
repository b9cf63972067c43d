import { readFileSync } from "node:fs";
import { isAlive, parentOf } from "./processes.ts";

/**
 * Aborts on Ctrl-C, on SIGTERM, and when the npm process that started this one has ended. npm
 * forwards signals but cannot forward a SIGKILL; without this check the orphaned service would keep
 * the port.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // If the other end of the output pipe is closed, the service continues.
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

/** npm runs a script with `sh -c`. Some shells remain as the parent process, others replace themselves with the script. */
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
