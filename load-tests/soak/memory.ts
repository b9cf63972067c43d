import { readFileSync } from "node:fs";
import { leftovers } from "../../scripts/local/processes.ts";

/** The resident memory of the runtime at one moment, ms since the epoch. */
export interface MemorySample {
  readonly at: number;
  readonly megabytes: number;
}

/** Memory samples of one run of the service, from its start to its kill or end. */
export interface Life {
  readonly startedAt: number;
  readonly samples: MemorySample[];
}

/**
 * During the warm-up caches fill, code is compiled and the heap grows. An undisturbed run grew for
 * five minutes, then shrank.
 */
const WARM_UP_MS = 300_000;
/** Minimum time after the warm-up for a verdict. */
const MIN_MS = 120_000;
/** Maximum ratio of the last third to the first third after the warm-up. */
const MAX_GROWTH = 1.1;

/** Resident memory of workerd on this state directory, in MB; undefined on systems without /proc. */
export function residentMegabytes(stateDir: string): number | undefined {
  const kilobytes = leftovers(stateDir, []).flatMap((pid) => {
    try {
      const isRuntime = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd");
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const resident = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
      return isRuntime && resident !== undefined ? [Number(resident)] : [];
    } catch {
      // The process has ended in the meantime.
      return [];
    }
  });
  if (kilobytes.length === 0) return undefined;
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/** Memory verdict for a run. `growth` is the median of the last third divided by that of the first. */
export type Flatness =
  | { readonly kind: "too short" }
  | { readonly kind: "flat" | "grows"; readonly growth: number };

/** Whether memory is stable after the warm-up. */
export function flatness({ startedAt, samples }: Life): Flatness {
  const warm = samples.filter(({ at }) => at >= startedAt + WARM_UP_MS);
  const [first, last] = [warm[0], warm.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < MIN_MS) {
    return { kind: "too short" };
  }
  const third = Math.floor(warm.length / 3);
  const growth = median(warm.slice(-third)) / median(warm.slice(0, third));
  return { kind: growth <= MAX_GROWTH ? "flat" : "grows", growth };
}

function median(samples: readonly MemorySample[]): number {
  const sorted = samples.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
