import { join } from "node:path";
import { STATE_MARK } from "./processes.ts";
import { PROJECT_ROOT } from "./settings.ts";

const WRANGLER = join(PROJECT_ROOT, "node_modules/wrangler/bin/wrangler.js");

/**
 * Keeps wrangler quiet, offline and fast: no telemetry, no update check, no trace store (it halves the throughput). Local vars
 * come from .dev.vars and the environment, not from .env.
 */
export const QUIET_ENV = {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  X_LOCAL_OBSERVABILITY: "false",
} as const;

/**
 * Environment for a wrangler process on this state folder. The process does not register with other
 * wrangler processes.
 */
export function wranglerEnv(
  stateDir: string,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    ...env,
    ...QUIET_ENV,
    WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    [STATE_MARK]: stateDir,
  };
}

/** Arguments for Node that run wrangler's command line. */
export const wranglerArgs = (args: readonly string[]): string[] => [WRANGLER, ...args];
