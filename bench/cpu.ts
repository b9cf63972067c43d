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

/** CPU seconds of a process, without its children. @throws Error on systems without /proc */
export const ownCpuSeconds = (pid: number): number => timesOf(pid, 11);

/** CPU seconds of the ended children of a process and of their ended descendants. @throws Error on systems without /proc */
export const endedChildrenCpuSeconds = (pid: number): number => timesOf(pid, 13);

/** Sum of user and system time, two adjacent fields of `/proc/PID/stat`. @param field index of the first, after the name */
function timesOf(pid: number, field: number): number {
  // The process name in the second field may contain spaces. The third field starts after its closing bracket.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[field]) + Number(fields[field + 1])) / TICKS_PER_SECOND;
}

/** Resident set size of a process. @throws Error on systems without /proc */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) * 1024;
}
