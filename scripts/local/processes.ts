import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

/** Environment variable with the state folder. A launcher sets it in every process that it starts. */
export const STATE_MARK = "BOOKSTRACK_STATE_DIR";

/**
 * Pids of processes that an earlier launcher started for this state folder, under any of its paths,
 * and left running. On Linux they are found by their environment. On other systems the recorded
 * pids count if they still run workerd.
 */
export function leftovers(stateDir: string, recorded: readonly number[]): number[] {
  if (existsSync("/proc/self/environ")) {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
      .filter((pid) => {
        const marked = environmentOf(pid).find((one) => one.startsWith(`${STATE_MARK}=`));
        return marked !== undefined && isSameFolder(marked.slice(STATE_MARK.length + 1), stateDir);
      })
      .map(Number);
  }
  return recorded.filter((pid) => {
    const ps = spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
    return ps.status === 0 && ps.stdout.includes("workerd");
  });
}

/** Whether two paths name the same folder, for example through a symbolic link. */
function isSameFolder(path: string, other: string): boolean {
  if (path === other) return true;
  try {
    const [one, two] = [statSync(path), statSync(other)];
    return one.dev === two.dev && one.ino === two.ino;
  } catch {
    // One of them no longer exists.
    return false;
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // The process belongs to another user or has just exited.
    return [];
  }
}

/** Pids of a process's direct children; empty on systems with neither /proc nor pgrep. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      pidsIn(readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"), " "),
    );
  } catch {
    // Other systems lack these files, and so do some kernels.
    const pgrep = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
    return pidsIn(pgrep.stdout ?? "", "\n");
  }
}

const pidsIn = (text: string, separator: string): number[] =>
  text.split(separator).filter(Boolean).map(Number);

/** Kills processes and waits up to 5 s until they are gone, so that their ports and files are free. */
export async function endNow(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    signal(pid, "SIGKILL");
  }
  const deadline = Date.now() + 5_000;
  while (pids.some(isAlive) && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/**
 * Whether a process with this pid is running. Zombies do not count unless they still have threads:
 * a process keeps its ports and files until its last thread has ended.
 */
export function isAlive(pid: number): boolean {
  if (!signal(pid, 0)) return false;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return !/^State:\s+[ZX]/m.test(status) || Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]) > 1;
  } catch {
    return true;
  }
}

/** Pid of a process's parent; undefined on systems other than Linux. */
export function parentOf(pid: number): number | undefined {
  try {
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** Sends a signal. Returns false if there is no such process or it belongs to another user. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
