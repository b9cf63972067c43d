import { join, resolve } from "node:path";
import { unstable_readConfig } from "wrangler";
import { operatorConfig, readOperator } from "../deploy/operator.ts";
import { TARGETS } from "../deploy/plan.ts";
import { LaunchError } from "../local/launch-error.ts";
import { PROJECT_ROOT } from "../local/settings.ts";
import { localStore, type KvStore } from "./kv-store.ts";
import { wranglerStore } from "./kv-wrangler.ts";

/** Options that select the namespace. */
export const NAMESPACE_OPTIONS = {
  remote: { type: "boolean" },
  env: { type: "string" },
  binding: { type: "string", default: "BOOK_CACHE" },
  "state-dir": { type: "string" },
  help: { type: "boolean" },
} as const;

export const NAMESPACE_HELP = `  --remote --env staging|production
                 the namespace at Cloudflare, with wrangler's login (default: the local one)
  --state-dir D  directory of the local one (default: STATE_DIR, else .wrangler/state)
  --binding B    binding of the namespace (default: BOOK_CACHE)`;

/** What the options select. */
export interface NamespaceSelection {
  remote?: boolean | undefined;
  env?: string | undefined;
  binding: string;
  "state-dir"?: string | undefined;
}

/** The namespace of a backup. Two are equal if their texts are. */
export interface Namespace {
  readonly location: "local" | "remote";
  /** Only for a remote namespace. */
  readonly env?: string;
  readonly binding: string;
  /** Absent for a remote namespace without `npm run setup` here: wrangler finds it by its name. */
  readonly id?: string;
}

/** Names a namespace for the operator: `the remote namespace BOOK_CACHE of production`. */
export function namespaceText({ location, env, binding, id }: Namespace): string {
  const of = location === "local" ? "" : ` of ${env}`;
  return `the ${location} namespace ${binding}${of}${id === undefined ? "" : ` (${id})`}`;
}

/** The state folder that the options select. */
export function stateDirOf(options: NamespaceSelection): string {
  const stateDir = options["state-dir"] ?? (process.env["STATE_DIR"] || ".wrangler/state");
  return resolve(PROJECT_ROOT, stateDir);
}

/** Names the namespace that the options select, with its folder if it is local. */
export function namespacePlace(options: NamespaceSelection): string {
  const text = namespaceText(namespaceOf(options));
  return options.remote ? text : `${text} in ${stateDirOf(options)}`;
}

/**
 * The namespace that the options select.
 * @throws LaunchError for an environment or a binding that wrangler.jsonc does not have, or options that exclude each other
 */
export function namespaceOf({ remote, env, binding }: NamespaceSelection): Namespace {
  if (env !== undefined && !remote) {
    throw new LaunchError("--env selects a remote namespace: add --remote, or omit --env.");
  }
  if (remote && env === undefined) {
    throw new LaunchError("--remote requires an environment: --env staging or --env production.");
  }
  const namespaces = namespacesOf(env);
  const found = namespaces.find((each) => each.binding === binding);
  if (!found) {
    const names = namespaces.map((each) => each.binding).join(", ");
    throw new LaunchError(`wrangler.jsonc has no namespace ${binding}. It has ${names}.`);
  }
  return {
    location: remote ? "remote" : "local",
    ...(env === undefined ? {} : { env }),
    binding,
    ...(found.id === undefined ? {} : { id: found.id }),
  };
}

function namespacesOf(env: string | undefined): readonly { binding: string; id?: string }[] {
  const [, config = join(PROJECT_ROOT, "wrangler.jsonc")] = configOf(env);
  try {
    return unstable_readConfig({ config, ...(env === undefined ? {} : { env }) }).kv_namespaces;
  } catch (error) {
    // Wrangler explains over ten lines how to add the environment.
    if (env === undefined) throw error;
    throw new LaunchError(`wrangler.jsonc has no environment ${env}, only staging and production.`);
  }
}

/** Options that make wrangler use the namespaces of `npm run setup`, if it has run here. */
function configOf(env: string | undefined): string[] {
  const target = TARGETS.find((name) => name === env);
  return target === undefined ? [] : operatorConfig(target, readOperator(target));
}

/** Opens the namespace. @throws LaunchError if the options select none */
export async function openNamespace(options: NamespaceSelection): Promise<KvStore> {
  const { remote, env, binding } = options;
  const { id } = namespaceOf(options);
  if (remote) {
    const where = env === undefined ? [] : ["--env", env, ...configOf(env)];
    return wranglerStore(binding, ["--remote", ...where]);
  }
  if (id === undefined) throw new LaunchError(`wrangler.jsonc has no id for ${binding}.`);
  return localStore(stateDirOf(options), id);
}
