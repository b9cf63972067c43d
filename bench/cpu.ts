import { readFileSync } from "node:fs";
import { leftovers } from "../scripts/local/processes.ts";

/** Linux reports CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** CPU seconds used so far by the runtime on this state directory; undefined on systems without /proc. */
export function runtimeCpuSeconds(stateDir: string): number | undefined {
  try {
    const ticks = leftovers(stateDir, []).map((pid) => {
      // The name in the second field may contain spaces. The text after its closing bracket starts with the third field.
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
