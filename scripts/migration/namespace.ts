import { join, resolve } from "node:path";
import { unstable_readConfig } from "wrangler";
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

/** Opens the namespace. @throws LaunchError if the binding has no id in wrangler.jsonc */
export async function openNamespace(options: {
  remote?: boolean | undefined;
  env?: string | undefined;
  binding: string;
  "state-dir"?: string | undefined;
}): Promise<KvStore> {
  const { remote, env, binding } = options;
  if (remote) {
    return wranglerStore(binding, ["--remote", ...(env === undefined ? [] : ["--env", env])]);
  }
  const config = unstable_readConfig({ config: join(PROJECT_ROOT, "wrangler.jsonc") });
  const namespaces: { binding: string; id?: string }[] = config.kv_namespaces;
  const id = namespaces.find((each) => each.binding === binding)?.id;
  if (id === undefined) throw new LaunchError(`wrangler.jsonc has no id for ${binding}.`);
  const stateDir = options["state-dir"] ?? (process.env["STATE_DIR"] || ".wrangler/state");
  return localStore(resolve(PROJECT_ROOT, stateDir), id);
}
