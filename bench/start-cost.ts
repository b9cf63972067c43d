import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { WEB_SCRIPT } from "../scripts/local/build/build-web.ts";
import { leftovers } from "../scripts/local/processes.ts";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { checkout } from "../test/tools/checkout.ts";
import { startService, type ServiceProcess } from "../test/tools/service.ts";
import { endedChildrenCpuSeconds, ownCpuSeconds, residentBytes } from "./cpu.ts";
import { buildEntry } from "./yardstick.ts";

const run = promisify(execFile);
/** Time without requests after which the service counts as idle. */
const IDLE_AFTER_MS = 3_000;

/** CPU time of one start until it served, and its memory when idle. */
export interface StartCost {
  /** All of its processes, including those that have ended. */
  readonly cpuSeconds: number;
  /** Resident set of the Node process. */
  readonly launcherBytes: number;
  /** Resident set of workerd. */
  readonly runtimeBytes: number;
}

/** Starts the service twice in a copy of the project that has never been built, on an empty state. Linux only. */
export async function firstAndLaterStart(): Promise<[first: StartCost, later: StartCost]> {
  const project = checkout({ built: false });
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
  const once = async (): Promise<StartCost> => {
    const service = await startService({ project: project.path, stateDir });
    const cost = await costOf(service);
    await service.stop();
    return cost;
  };
  try {
    return [await once(), await once()];
  } finally {
    project.remove();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function costOf({ child, stateDir }: ServiceProcess): Promise<StartCost> {
  const launcher = child.pid ?? 0;
  const sum = (of: (pid: number) => number): number =>
    leftovers(stateDir, []).reduce((total, pid) => total + of(pid), 0);
  const cpuSeconds =
    ownCpuSeconds(launcher) + endedChildrenCpuSeconds(launcher) + sum(ownCpuSeconds);
  await sleep(IDLE_AFTER_MS);
  return {
    cpuSeconds,
    launcherBytes: residentBytes(launcher),
    runtimeBytes: sum(residentBytes),
  };
}

/** CPU seconds of the builds alone: the bundle with wrangler's command, and the web app. Linux only. */
export async function buildCpuSeconds(): Promise<number> {
  const outDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
  const before = endedChildrenCpuSeconds(process.pid);
  try {
    const entry = join(PROJECT_ROOT, "src/worker.ts");
    await buildEntry(entry, join(PROJECT_ROOT, "wrangler.jsonc"), outDir);
    await run(process.execPath, ["--no-warnings", WEB_SCRIPT, join(outDir, "web")]);
    return endedChildrenCpuSeconds(process.pid) - before;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
