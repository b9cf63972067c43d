import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./launch-error.ts";
import { STATE_MARK } from "./processes.ts";
import { PROJECT_ROOT } from "./settings.ts";

const WRANGLER = join(PROJECT_ROOT, "node_modules/wrangler/bin/wrangler.js");

/** Keeps wrangler quiet, local and fast: no telemetry, no look for updates, no trace store (half the throughput). */
export const QUIET_ENV = {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  X_LOCAL_OBSERVABILITY: "false",
} as const;

/** The environment of a wrangler that works on this state folder and registers with no other. */
export function wranglerEnv(stateDir: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...QUIET_ENV,
    WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    [STATE_MARK]: stateDir,
  };
}

/** Arguments for Node that run wrangler's command line. */
export const wranglerArgs = (args: readonly string[]): string[] => [WRANGLER, ...args];

/** Builds the Worker into `outDir` as it would be deployed. */
export function buildBundle(stateDir: string, outDir: string, signal: AbortSignal): Promise<void> {
  // What an older build left there would be served along.
  rmSync(outDir, { recursive: true, force: true });
  return run("Building the Worker", ["deploy", "--dry-run", "--outdir", outDir], stateDir, signal);
}

/** Applies the D1 migrations that the local database has not seen yet. */
export function applyMigrations(stateDir: string, signal: AbortSignal): Promise<void> {
  const args = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir];
  return run("Applying the D1 migrations", args, stateDir, signal);
}

/** Runs wrangler in silence; its output is shown only if it fails. */
async function run(
  task: string,
  args: readonly string[],
  stateDir: string,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, wranglerArgs(args), {
    cwd: PROJECT_ROOT,
    env: wranglerEnv(stateDir),
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new LaunchError(`${task} failed.\n${output.trim()}`);
}
