import { readFileSync } from "node:fs";
import { leftovers } from "../scripts/local/processes.ts";

/** Linux counts a process's time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Processor seconds that the runtime on this state has used so far; nothing where the system does not tell. */
export function runtimeCpuSeconds(stateDir: string): number | undefined {
  try {
    const ticks = leftovers(stateDir, []).map((pid) => {
      // The name in the second field may hold spaces: what follows its bracket starts with the third.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return Number(fields[11]) + Number(fields[12]);
    });
    return ticks.length === 0
      ? undefined
      : ticks.reduce((sum, one) => sum + one) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
