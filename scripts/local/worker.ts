import { join } from "node:path";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import type { V4WorkerOptions } from "miniflare";
import { CONFIG_KEYS, parseConfig } from "../../src/config.ts";
import { LaunchError } from "./launch-error.ts";
import { bundleModules } from "./modules.ts";
import { PROJECT_ROOT } from "./settings.ts";

type JsonVars = NonNullable<V4WorkerOptions["bindings"]>;

/** The Worker as wrangler.jsonc declares it, with the vars and secrets it will see. */
export interface LocalWorker {
  readonly crons: readonly string[];
  /** The vars and secrets that the environment overrules. */
  readonly overrules: readonly (readonly [name: string, value: string])[];
  /** What Miniflare needs to serve the bundle in `bundleDir`. */
  miniflare(bundleDir: string): V4WorkerOptions;
}

/**
 * Reads wrangler.jsonc and .dev.vars, and lets the environment overrule each var or secret that the Worker knows.
 * @throws LaunchError when the Worker would refuse the configuration.
 */
export function readWorker(env: Readonly<Record<string, string | undefined>>): LocalWorker {
  const config = unstable_readConfig({ config: join(PROJECT_ROOT, "wrangler.jsonc") });
  const { modulesRules = [], ...workerOptions } =
    unstable_getMiniflareWorkerOptions(config).workerOptions;
  const overrules = CONFIG_KEYS.flatMap((key) => {
    const value = env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const vars = { ...(workerOptions.bindings as JsonVars), ...Object.fromEntries(overrules) };
  try {
    parseConfig(vars);
  } catch (error) {
    throw new LaunchError(error instanceof Error ? error.message : String(error));
  }
  return {
    crons: config.triggers.crons ?? [],
    overrules,
    miniflare: (bundleDir) => ({
      ...workerOptions,
      // Durable Objects are stored under the Worker's name: it has to be the one that wrangler uses.
      name: config.name ?? "worker",
      bindings: vars,
      modules: bundleModules(bundleDir, modulesRules),
      modulesRoot: bundleDir,
    }),
  };
}
