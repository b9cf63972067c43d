import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { V4WorkerOptions } from "miniflare";
import { CONFIG_KEYS, parseConfig } from "../../src/config.ts";
import type { WorkerDescription } from "./build/description.ts";
import { LaunchError } from "./launch-error.ts";
import { bundleModules } from "./modules.ts";
import { PROJECT_ROOT } from "./settings.ts";

type JsonVars = NonNullable<V4WorkerOptions["bindings"]>;
type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** The Worker as wrangler.jsonc declares it, with the vars and secrets it will see. */
export interface LocalWorker {
  readonly description: WorkerDescription;
  /** What Miniflare needs to serve the bundle in `bundleDir`. */
  miniflare(bundleDir: string): V4WorkerOptions;
}

/**
 * Gives the described Worker its vars and secrets: .dev.vars overrules wrangler.jsonc, and the environment overrules both for
 * each name that the Worker knows.
 * @throws LaunchError when the Worker would refuse the configuration.
 */
export function localWorker(description: WorkerDescription, env: ProcessEnv): LocalWorker {
  const { name, vars: declared, modulesRules, options } = description;
  const vars = { ...declared, ...devVars(), ...Object.fromEntries(overrules(env)) } as JsonVars;
  try {
    parseConfig(vars);
  } catch (error) {
    throw new LaunchError(error instanceof Error ? error.message : String(error));
  }
  return {
    description,
    miniflare: (bundleDir) => ({
      ...options,
      name,
      rootPath: PROJECT_ROOT,
      bindings: vars,
      modules: bundleModules(bundleDir, modulesRules),
      modulesRoot: bundleDir,
    }),
  };
}

/** The vars and secrets of the Worker that the environment sets. */
export const overrules = (env: ProcessEnv): [name: string, value: string][] =>
  CONFIG_KEYS.flatMap((key) => {
    const value = env[key];
    return value === undefined ? [] : [[key, value]];
  });

/** What .dev.vars sets, if there is one; read at each start, so that no secret is kept with a build. */
export function devVars(folder = PROJECT_ROOT): Record<string, string> {
  try {
    return parseEnv(readFileSync(join(folder, ".dev.vars"), "utf8")) as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new LaunchError(`.dev.vars cannot be read: ${String(error)}`);
  }
}
