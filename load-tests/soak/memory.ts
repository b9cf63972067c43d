import { readFileSync } from "node:fs";
import { leftovers } from "../../scripts/local/processes.ts";

/** The resident memory of the runtime at one moment, ms since the epoch. */
export interface MemorySample {
  readonly at: number;
  readonly megabytes: number;
}

/** What was seen of the service from one start to its end. */
export interface Life {
  readonly startedAt: number;
  readonly samples: MemorySample[];
}

/** Until then caches fill, code is compiled and the heap finds its size: a run in peace grew for five minutes, then fell. */
const WARM_UP_MS = 300_000;
/** Shorter says nothing. */
const SHORTEST_MS = 120_000;
/** Between the first and the last third of what follows the warm-up. */
const MOST_GROWTH = 1.1;

/** The resident memory of workerd for this state folder, MB; nothing where the system does not tell (Linux does). */
export function residentMegabytes(stateDir: string): number | undefined {
  const kilobytes = leftovers(stateDir, []).flatMap((pid) => {
    try {
      const isRuntime = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd");
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const resident = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
      return isRuntime && resident !== undefined ? [Number(resident)] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
  if (kilobytes.length === 0) return undefined;
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/** What a life says about growth. `growth` is the last third over the first, by their medians. */
export type Flatness =
  | { readonly kind: "too short" }
  | { readonly kind: "flat" | "grows"; readonly growth: number };

/** Whether memory stays where it is after the warm-up. */
export function flatness({ startedAt, samples }: Life): Flatness {
  const warm = samples.filter(({ at }) => at >= startedAt + WARM_UP_MS);
  const [first, last] = [warm[0], warm.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < SHORTEST_MS) {
    return { kind: "too short" };
  }
  const third = Math.floor(warm.length / 3);
  const growth = median(warm.slice(-third)) / median(warm.slice(0, third));
  return { kind: growth <= MOST_GROWTH ? "flat" : "grows", growth };
}

function median(samples: readonly MemorySample[]): number {
  const sorted = samples.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
