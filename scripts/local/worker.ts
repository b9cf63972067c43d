import type { V4WorkerOptions } from "miniflare";
import { CONFIG_KEYS, parseConfig } from "../../src/config.ts";
import type { WorkerDescription } from "./build/description.ts";
import { devVars } from "./dev-vars.ts";
import { LaunchError } from "./launch-error.ts";
import { bundleModules } from "./modules.ts";
import { PROJECT_ROOT } from "./settings.ts";

type JsonVars = NonNullable<V4WorkerOptions["bindings"]>;
type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** The Worker as declared in wrangler.jsonc, with its vars and secrets. */
export interface LocalWorker {
  readonly description: WorkerDescription;
  /** Whether a proxy passes the addresses of callers. */
  readonly knowsAddresses: boolean;
  /** Whether a contact is sent to the providers. */
  readonly hasContact: boolean;
  /** Miniflare's options for the bundle in `bundleDir`. */
  miniflare(bundleDir: string): V4WorkerOptions;
}

/**
 * Adds vars and secrets to a described Worker: .dev.vars overrides wrangler.jsonc, and the
 * environment overrides both, for each name that the Worker reads.
 * @throws LaunchError if the Worker would reject the configuration
 */
export function localWorker(description: WorkerDescription, env: ProcessEnv): LocalWorker {
  const { name, vars: declared, modulesRules, options } = description;
  // Only Cloudflare removes a CF-Connecting-IP sent by a client, so a local service must not trust
  // that header.
  const vars = {
    CLIENT_IP_HEADER: "",
    ...declared,
    ...devVars(),
    ...Object.fromEntries(overrides(env)),
  } as JsonVars;
  try {
    parseConfig(vars);
  } catch (error) {
    throw new LaunchError(error instanceof Error ? error.message : String(error));
  }
  return {
    description,
    knowsAddresses: vars["CLIENT_IP_HEADER"] !== "",
    hasContact: (vars["PROVIDER_CONTACT"] ?? "") !== "",
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

/** Vars and secrets of the Worker that the environment sets. */
export const overrides = (env: ProcessEnv): [name: string, value: string][] =>
  CONFIG_KEYS.flatMap((key) => {
    const value = env[key];
    return value === undefined ? [] : [[key, value]];
  });
