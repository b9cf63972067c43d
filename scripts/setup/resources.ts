import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import type { Target } from "../deploy/plan.ts";
import { PROJECT_ROOT } from "../local/settings.ts";

/** The resources that an environment of wrangler.jsonc needs in an account, by name. */
export interface Resources {
  readonly databases: readonly string[];
  readonly buckets: readonly string[];
  /** Including the dead letter queues. */
  readonly queues: readonly string[];
  readonly namespaces: readonly { readonly binding: string; readonly title: string }[];
}

/** Secrets without which an environment does not start, or has no operator. */
export const SECRETS = ["ADMIN_TOKEN", "METRICS_TOKEN"] as const;

/** The part of the wrangler configuration that names resources. */
interface NamedResources {
  readonly name?: string;
  readonly d1_databases: readonly { readonly database_name?: string }[];
  readonly r2_buckets: readonly { readonly bucket_name?: string }[];
  readonly kv_namespaces: readonly { readonly binding: string }[];
  readonly queues: {
    readonly producers?: readonly { readonly queue?: string }[];
    readonly consumers?: readonly { readonly queue: string; readonly dead_letter_queue?: string }[];
  };
}

/** Reads from wrangler.jsonc what an environment needs. */
export function resourcesOf(target: Target): Resources {
  const path = join(PROJECT_ROOT, "wrangler.jsonc");
  const config = unstable_readConfig({ config: path, env: target }) as NamedResources;
  const { producers = [], consumers = [] } = config.queues;
  const queues = [
    ...producers.map(({ queue }) => queue),
    ...consumers.flatMap(({ queue, dead_letter_queue: dead }) => [queue, dead]),
  ];
  return {
    databases: config.d1_databases.map(({ database_name: name }) => name).filter(isNamed),
    buckets: config.r2_buckets.map(({ bucket_name: name }) => name).filter(isNamed),
    queues: [...new Set(queues.filter(isNamed))],
    namespaces: config.kv_namespaces.map(({ binding }) => ({
      binding,
      // The title that wrangler looks for when a command names only the binding.
      title: `${config.name}-${binding.toLowerCase().replaceAll("_", "-")}`,
    })),
  };
}

const isNamed = (name: string | undefined): name is string => name !== undefined;
