import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LaunchError } from "./launch-error.ts";
import { childrenOf, endNow, leftovers } from "./processes.ts";
import { settleSwap } from "./state-swap.ts";

/** How long a start waits for an earlier launcher that is shutting down. */
const WAIT_MS = 5_000;

/** Another launcher is using the folder. */
export class StateInUseError extends LaunchError {
  /** The launcher's pid, if it is known. */
  readonly pid: number | undefined;

  constructor(stateDir: string, pid: number | undefined) {
    super(
      `Another instance is using ${stateDir}${pid === undefined ? "" : ` (pid ${pid})`}. ` +
        "Stop it first, or set STATE_DIR to another folder.",
    );
    this.pid = pid;
  }
}

/** Contents of the pid file. */
interface PidRecord {
  launcher: number;
  children: number[];
}

/** A launcher's exclusive lock on a state folder. */
export interface StateLock {
  /** Records the pids of this process's children for operators and for the next start. */
  noteChildren(): void;
  release(): void;
}

/**
 * Locks a state folder for this process, kills processes that a killed launcher left running on it, and completes a restore that
 * was killed. The lock is SQLite's
 * file lock on an empty database. The operating system releases it when the process exits for any reason, so it cannot go stale.
 * @throws StateInUseError if another launcher has the lock; LaunchError if the folder is not writable
 */
export async function lockState(stateDir: string): Promise<StateLock> {
  const pidFile = join(stateDir, "launcher.json");
  const database = await holdDatabase(stateDir, pidFile);
  const orphans = leftovers(stateDir, readRecord(pidFile)?.children ?? []);
  if (orphans.length > 0) {
    console.log(`Stopping processes left by an earlier start (pid ${orphans.join(", ")}).`);
    await endNow(orphans);
  }
  const noteChildren = (): void => {
    const record: PidRecord = { launcher: process.pid, children: childrenOf(process.pid) };
    writeFileSync(pidFile, `${JSON.stringify(record)}\n`);
  };
  noteChildren();
  try {
    settleSwap(stateDir);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    noteChildren,
    release() {
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

async function holdDatabase(stateDir: string, pidFile: string): Promise<DatabaseSync> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const held = tryHold(join(stateDir, "launcher.lock"), stateDir);
    if (held) return held;
    if (Date.now() > deadline) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new StateInUseError(stateDir, readRecord(pidFile)?.launcher);
}

/** Undefined if another process has the lock. */
function tryHold(path: string, stateDir: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    const message = error instanceof Error ? error.message : String(error);
    if (message === "database is locked") return undefined;
    throw new LaunchError(`STATE_DIR ${stateDir} is not writable: ${message}`);
  }
}

function readRecord(pidFile: string): PidRecord | undefined {
  try {
    return JSON.parse(readFileSync(pidFile, "utf8"));
  } catch {
    return undefined;
  }
}
