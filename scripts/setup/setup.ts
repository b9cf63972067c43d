import type { Operator } from "../deploy/operator.ts";
import type { Target } from "../deploy/plan.ts";
import { LaunchError } from "../local/launch-error.ts";
import { accountOf } from "./account.ts";
import {
  bucketInfo,
  createBucket,
  createDatabase,
  createNamespace,
  createQueue,
  jsonIn,
  LIST_DATABASES,
  LIST_NAMESPACES,
  listSecrets,
  putSecret,
  queueInfo,
  type SetupDeps,
  type SetupOptions,
} from "./commands.ts";
import { explained, outputOf, type Permission } from "./explain.ts";
import { SECRETS, type Resources } from "./resources.ts";

/**
 * Creates the resources of an environment that the account lacks; existing ones are not changed.
 * @throws LaunchError with advice when a step fails; the next setup continues with that step
 */
export async function setup(options: SetupOptions, deps: SetupDeps): Promise<Operator> {
  const { target, resources, operator } = options;
  const account = await accountOf(options, deps);
  deps.print(`Account: ${account.name} (${account.id})`);
  await databases(resources, deps);
  const namespaces = await namespacesOf(options, deps);
  await buckets(resources, deps);
  await queues(resources, deps);
  await secrets(target, deps);
  return {
    accountId: account.id,
    namespaces,
    domain: options.domain ?? operator?.domain,
    url: options.domain === undefined ? operator?.url : undefined,
    isDeployed: operator?.isDeployed ?? false,
  };
}

async function databases({ databases: names }: Resources, deps: SetupDeps): Promise<void> {
  const needs = "D1: Edit";
  const found = (await listed(deps, LIST_DATABASES, "list the databases", needs)) as {
    name: string;
  }[];
  for (const name of names) {
    if (found.some((one) => one.name === name)) deps.print(`Database ${name}: found`);
    else await make(deps, createDatabase(name), `database ${name}`, needs);
  }
}

async function namespacesOf(
  { resources, operator, namespaces: given = {} }: SetupOptions,
  deps: SetupDeps,
): Promise<Record<string, string>> {
  const needs = "Workers KV Storage: Edit";
  const list = async () =>
    (await listed(deps, LIST_NAMESPACES, "list the KV namespaces", needs)) as {
      id: string;
      title: string;
    }[];
  let found = await list();
  const ids: Record<string, string> = {};
  for (const { binding, title } of resources.namespaces) {
    const chosen = given[binding] ?? operator?.namespaces[binding];
    const find = () =>
      found.find((one) => (chosen === undefined ? one.title === title : one.id === chosen));
    if (chosen !== undefined && !find()) {
      throw new LaunchError(
        `The account has no KV namespace with the id ${chosen}, for ${binding}. \`npx wrangler kv namespace list\` lists its namespaces.`,
      );
    }
    if (find()) {
      deps.print(`KV namespace ${find()?.title ?? title}: found`);
    } else {
      await make(deps, createNamespace(title), `KV namespace ${title}`, needs);
      found = await list();
    }
    const id = find()?.id;
    if (id === undefined) {
      throw new LaunchError(
        `The KV namespace ${title} was created but is not listed yet. Run this command again.`,
      );
    }
    ids[binding] = id;
  }
  return ids;
}

async function buckets({ buckets: names }: Resources, deps: SetupDeps): Promise<void> {
  const needs = "Workers R2 Storage: Edit";
  for (const name of names) {
    const exists = await isThere(deps, bucketInfo(name), /code: 10006\]|does not exist/, {
      what: `look for the bucket ${name}`,
      needs,
    });
    if (exists) deps.print(`Bucket ${name}: found`);
    else await make(deps, createBucket(name), `bucket ${name}`, needs);
  }
}

async function queues({ queues: names }: Resources, deps: SetupDeps): Promise<void> {
  const needs = "Queues: Edit";
  for (const name of names) {
    const exists = await isThere(deps, queueInfo(name), /does not exist/, {
      what: `look for the queue ${name}`,
      needs,
    });
    if (exists) deps.print(`Queue ${name}: found`);
    else await make(deps, createQueue(name), `queue ${name}`, needs);
  }
}

async function secrets(target: Target, deps: SetupDeps): Promise<void> {
  const needs = "Workers Scripts: Edit";
  const printed = await deps.wrangler(listSecrets(target)).catch((error: unknown) => {
    // Without a Worker there are no secrets; the first one creates it.
    if (/Worker ".*not found/.test(outputOf(error))) return "[]";
    throw explained("list the secrets", needs, error);
  });
  const found = (jsonIn(printed) as { name: string }[]).map(({ name }) => name);
  for (const name of SECRETS) {
    if (found.includes(name)) {
      deps.print(`Secret ${name}: found`);
      continue;
    }
    const value = deps.newSecret();
    await make(deps, putSecret(name, target), `secret ${name}`, needs, value);
    deps.print(`  ${name}=${value}    (keep it: it is not shown again)`);
  }
}

async function make(
  deps: SetupDeps,
  args: readonly string[],
  what: string,
  needs: Permission,
  input?: string,
): Promise<void> {
  try {
    await deps.wrangler(args, input);
  } catch (error) {
    throw explained(`create the ${what}`, needs, error);
  }
  deps.print(`${what.replace(/^./, (first) => first.toUpperCase())}: created`);
}

async function listed(
  deps: SetupDeps,
  args: readonly string[],
  what: string,
  needs: Permission,
): Promise<unknown> {
  try {
    return jsonIn(await deps.wrangler(args));
  } catch (error) {
    throw explained(what, needs, error);
  }
}

/**
 * Whether a command finds the resource.
 * @param missing what wrangler prints if it does not exist
 */
async function isThere(
  deps: SetupDeps,
  args: readonly string[],
  missing: RegExp,
  { what, needs }: { what: string; needs: Permission },
): Promise<boolean> {
  try {
    await deps.wrangler(args);
    return true;
  } catch (error) {
    if (missing.test(outputOf(error))) return false;
    throw explained(what, needs, error);
  }
}
