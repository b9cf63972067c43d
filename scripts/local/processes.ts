import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Every process that a launcher starts carries its state folder under this name in its environment. */
export const STATE_MARK = "BOOKSTRACK_STATE_DIR";

/**
 * The pids of processes that an earlier launcher started for this state folder and left behind. Linux tells by the
 * environment of each process; elsewhere only the noted pids are looked at, and count if they still run workerd.
 */
export function leftovers(stateDir: string, noted: readonly number[]): number[] {
  if (existsSync("/proc/self/environ")) {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
      .filter((pid) => environmentOf(pid).includes(`${STATE_MARK}=${stateDir}`))
      .map(Number);
  }
  return noted.filter((pid) => {
    const ps = spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
    return ps.status === 0 && ps.stdout.includes("workerd");
  });
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // Another user's process, or one that has just ended: not ours.
    return [];
  }
}

/** The pids of a process's own children; none where the system cannot tell. */
export function childrenOf(pid: number): number[] {
  const pgrep = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
  return (pgrep.stdout ?? "").split("\n").filter(Boolean).map(Number);
}

/** Ends processes at once and waits until they are gone, so that what they held (a port, a file) is free. */
export async function endNow(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    signal(pid, "SIGKILL");
  }
  const deadline = Date.now() + 5_000;
  while (pids.some(isAlive) && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Whether a process with this pid runs (a zombie that waits for its parent does not). */
export function isAlive(pid: number): boolean {
  if (!signal(pid, 0)) return false;
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}

/** The pid of a process's parent, where the system tells (Linux). */
export function parentOf(pid: number): number | undefined {
  try {
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** False when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
