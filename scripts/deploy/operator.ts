import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { experimental_readRawConfig } from "wrangler";
import { LaunchError } from "../local/launch-error.ts";
import { PROJECT_ROOT } from "../local/settings.ts";
import type { Target } from "./plan.ts";

/**
 * Resources of an environment in one operator's account. Git ignores the file, because the
 * repository must not depend on an operator.
 */
export interface Operator {
  readonly accountId: string;
  /**
   * Ids of the KV namespaces by binding. Other resources are found by their names in
   * wrangler.jsonc.
   */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Custom domain for the first deployment. */
  readonly domain?: string | undefined;
  /** Address of the service, once known. */
  readonly url?: string | undefined;
  /**
   * Whether the service has been deployed. Until then there is no earlier version to roll back to.
   */
  readonly isDeployed: boolean;
}

/** Name of the file, in the project's folder. */
export const operatorFile = (target: Target): string => `cloudflare.${target}.json`;

/**
 * Reads the file that `npm run setup` wrote.
 * @returns undefined if setup has not run here
 * @throws LaunchError if the file cannot be used
 */
export function readOperator(target: Target, root = PROJECT_ROOT): Operator | undefined {
  const path = join(root, operatorFile(target));
  if (!existsSync(path)) return undefined;
  try {
    const { accountId, namespaces, ...rest } = JSON.parse(readFileSync(path, "utf8")) as Operator;
    if (typeof accountId !== "string" || typeof namespaces !== "object") {
      throw new Error("accountId or namespaces is missing");
    }
    return { ...rest, accountId, namespaces };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LaunchError(
      `${path} cannot be used (${reason}). Remove it and run: npm run setup -- ${target}`,
    );
  }
}

/** Writes it, replacing an earlier one. */
export function writeOperator(target: Target, operator: Operator, root = PROJECT_ROOT): void {
  const path = join(root, operatorFile(target));
  writeFileSync(`${path}.part`, `${JSON.stringify(operator, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}

/**
 * A wrangler configuration as written in the file, with separate environments and without defaults.
 */
interface RawConfig {
  env?: Record<string, { kv_namespaces?: { binding: string; id?: string }[] } | undefined>;
}

/**
 * Options that make wrangler use the operator's namespaces: a copy of wrangler.jsonc with their
 * ids, which Git ignores. It is beside the original because its paths are relative.
 * @returns no options if `npm run setup` has not run here: wrangler then keeps the namespaces of
 * the deployed version
 */
export function operatorConfig(
  target: Target,
  operator: Operator | undefined,
  root = PROJECT_ROOT,
): string[] {
  if (operator === undefined) return [];
  const { rawConfig } = experimental_readRawConfig({ config: join(root, "wrangler.jsonc") });
  const config = rawConfig as RawConfig;
  for (const namespace of config.env?.[target]?.kv_namespaces ?? []) {
    const id = operator.namespaces[namespace.binding];
    if (id !== undefined) namespace.id = id;
  }
  const path = join(root, `wrangler.${target}.json`);
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
  return ["--config", path];
}
