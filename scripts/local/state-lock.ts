import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LaunchError } from "./launch-error.ts";
import { childrenOf, endNow, leftovers } from "./processes.ts";

/** How long a start waits for an earlier launcher that is on its way out. */
const WAIT_MS = 5_000;

/** What the pid file says. */
interface PidRecord {
  launcher: number;
  children: number[];
}

/** One launcher's hold on a state folder. */
export interface StateLock {
  /** Notes the pids of this process's children, for people and for the next start. */
  noteChildren(): void;
  release(): void;
}

/**
 * Takes a state folder for this process alone, and ends what a killed launcher left running on it. The lock is
 * SQLite's own on an empty database: the system takes it away with the process, however that ends, so it can
 * neither go stale nor be taken twice.
 * @throws LaunchError when another launcher holds the folder, or it cannot be written.
 */
export async function lockState(stateDir: string): Promise<StateLock> {
  const pidFile = join(stateDir, "launcher.json");
  const database = await holdDatabase(stateDir, pidFile);
  const orphans = leftovers(stateDir, readRecord(pidFile)?.children ?? []);
  if (orphans.length > 0) {
    console.log(`Ending what an earlier start left running (pid ${orphans.join(", ")}).`);
    await endNow(orphans);
  }
  const noteChildren = (): void => {
    const record: PidRecord = { launcher: process.pid, children: childrenOf(process.pid) };
    writeFileSync(pidFile, `${JSON.stringify(record)}\n`);
  };
  noteChildren();
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
  const holder = readRecord(pidFile)?.launcher;
  throw new LaunchError(
    `Another start is running on ${stateDir}${holder === undefined ? "" : ` (pid ${holder})`}. ` +
      "End it first, or set STATE_DIR to another folder.",
  );
}

/** Nothing when another process holds the lock. */
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
    throw new LaunchError(`STATE_DIR ${stateDir} cannot be written: ${message}`);
  }
}

function readRecord(pidFile: string): PidRecord | undefined {
  try {
    return JSON.parse(readFileSync(pidFile, "utf8"));
  } catch {
    return undefined;
  }
}
