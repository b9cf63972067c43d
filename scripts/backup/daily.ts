import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import type { MachineGauges } from "../../src/platform/metrics/machine-gauges.ts";
import { terminalLines, type LogSettings } from "../local/console-lines.ts";
import { commandPath } from "../local/prebuilt.ts";
import { PROJECT_ROOT, type BackupSettings } from "../local/settings.ts";
import { STATE_MARK } from "../local/processes.ts";
import { backupName, isDue, newestAt, outdated } from "./names.ts";

const CHECK_MS = 60_000;
/** Pause after a failure, such as a full disk. */
const RETRY_MS = 3_600_000;

/** Running daily backups. */
export interface DailyBackups {
  /** Their state, for `/metrics`. */
  gauges(): MachineGauges;
  /** Stops them, and a backup in progress. */
  stop(): Promise<void>;
}

/**
 * Makes a backup per day, as soon as the folder has none of today in UTC, and then removes the
 * oldest ones. A backup runs in a separate process at low priority; a failure is printed and
 * retried after an hour.
 */
export function startDailyBackups({
  dir,
  keep,
  stateDir,
  logging,
}: BackupSettings & { stateDir: string; logging: LogSettings }): DailyBackups {
  const lineOf = terminalLines(logging);
  const report = (level: "info" | "error", event: string, message: string): void => {
    const text = JSON.stringify({ level, event, message });
    const line = lineOf({ timestamp: Date.now(), level, message: text });
    if (line !== undefined) (level === "error" ? console.error : console.log)(line);
  };
  let running: { child: ChildProcess; ended: Promise<void> } | undefined;
  // In ms of the monotonic clock, because the system clock may be set back.
  let pausedUntil = 0;
  const startedAt = Date.now();
  let hasFailed = false;
  const check = (): void => {
    if (running || performance.now() < pausedUntil) return;
    try {
      mkdirSync(dir, { recursive: true });
      if (!isDue(readdirSync(dir), new Date())) return;
      const made = backupName(new Date());
      const child = backup(join(dir, made), stateDir);
      const ended = exitOf(child)
        .then(({ code, output }) => {
          if (code !== 0) return fail(output);
          hasFailed = false;
          report("info", "backup_made", output);
          prune(dir, made, keep);
        })
        .catch(failWith)
        .finally(() => {
          running = undefined;
        });
      running = { child, ended };
    } catch (error) {
      failWith(error);
    }
  };
  let isStopped = false;
  const fail = (text: string): void => {
    if (isStopped) return;
    pausedUntil = performance.now() + RETRY_MS;
    hasFailed = true;
    report("error", "backup_failed", text);
  };
  const failWith = (error: unknown): void =>
    fail(error instanceof Error ? error.message : String(error));
  const timer = setInterval(check, CHECK_MS);
  check();
  return {
    gauges: () => ({
      backup_age_seconds: Math.max(0, Date.now() - (newestIn(dir) ?? startedAt)) / 1000,
      backup_failed: hasFailed ? 1 : 0,
    }),
    async stop() {
      isStopped = true;
      clearInterval(timer);
      running?.child.kill("SIGTERM");
      await running?.ended;
    },
  };
}

/**
 * When the newest backup in a folder was made; undefined if there is none or the folder cannot be
 * read.
 */
function newestIn(dir: string): number | undefined {
  try {
    return newestAt(readdirSync(dir), new Date());
  } catch {
    return undefined;
  }
}

function backup(path: string, stateDir: string): ChildProcess {
  const child = spawn(process.execPath, ["--no-warnings", commandPath("backup"), "--out", path], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, STATE_DIR: stateDir, [STATE_MARK]: stateDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  } catch {
    // The process has already exited, or the system does not permit the change.
  }
  return child;
}

/** Resolves when a backup has ended. */
function exitOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return new Promise((done) => {
    child.once("error", (error) => done({ code: null, output: error.message }));
    child.once("close", (code) => done({ code, output: output.trim() }));
  });
}

function prune(dir: string, made: string, keep: number): void {
  for (const name of outdated(readdirSync(dir), made, keep)) {
    rmSync(join(dir, name), { force: true });
  }
}
