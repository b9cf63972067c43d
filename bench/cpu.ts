import { readFileSync } from "node:fs";
import { leftovers } from "../scripts/local/processes.ts";

/** Linux reports CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** CPU seconds used so far by the runtime on this state directory; undefined on systems without /proc. */
export function runtimeCpuSeconds(stateDir: string): number | undefined {
  try {
    const seconds = leftovers(stateDir, []).map(ownCpuSeconds);
    return seconds.length === 0 ? undefined : seconds.reduce((sum, one) => sum + one);
  } catch {
    return undefined;
  }
}

/** Processor seconds of a process alone. @throws Error where the system does not tell */
export const ownCpuSeconds = (pid: number): number => timesOf(pid, 11);

/** Processor seconds of those children of a process that have ended, and of theirs. @throws Error where the system does not tell */
export const endedChildrenCpuSeconds = (pid: number): number => timesOf(pid, 13);

/** User and system time, from that field of `/proc/PID/stat` on, counted behind the name. */
function timesOf(pid: number, field: number): number {
  // The name in the second field may hold spaces: what follows its bracket starts with the third.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[field]) + Number(fields[field + 1])) / TICKS_PER_SECOND;
}

/** The resident set of a process. @throws Error where the system does not tell */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) * 1024;
}
