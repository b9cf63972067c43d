import type { Operator } from "../deploy/operator.ts";
import type { Target } from "../deploy/plan.ts";
import { SECRETS, type Resources } from "./resources.ts";

/** Dependencies of a setup. */
export interface SetupDeps {
  /**
   * Runs wrangler, with a text for its standard input, and returns its output.
   * @throws Error with `stdout` and `stderr` when it fails
   */
  wrangler(args: readonly string[], input?: string): Promise<string>;
  print(text: string): void;
  /** A long random text. */
  newSecret(): string;
}

export interface SetupOptions {
  readonly target: Target;
  readonly resources: Resources;
  /** Result of an earlier setup. */
  readonly operator?: Operator | undefined;
  /** Account to use if the login has several. */
  readonly accountId?: string | undefined;
  readonly domain?: string | undefined;
  /** Existing namespaces to use, by binding. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

/** The commands of a setup in an empty account, in order. */
export function setupCommands({ target, resources, namespaces = {} }: SetupOptions): string[][] {
  const made = resources.namespaces.filter(({ binding }) => namespaces[binding] === undefined);
  return [
    WHOAMI,
    LIST_DATABASES,
    ...resources.databases.map(createDatabase),
    LIST_NAMESPACES,
    ...made.map(({ title }) => createNamespace(title)),
    ...(made.length === 0 ? [] : [LIST_NAMESPACES]),
    ...resources.buckets.flatMap((name) => [bucketInfo(name), createBucket(name)]),
    ...resources.queues.flatMap((name) => [queueInfo(name), createQueue(name)]),
    listSecrets(target),
    ...SECRETS.map((name) => putSecret(name, target)),
  ];
}

export const WHOAMI = ["whoami", "--json"];
export const LIST_DATABASES = ["d1", "list", "--json"];
export const createDatabase = (name: string): string[] => ["d1", "create", name];
export const LIST_NAMESPACES = ["kv", "namespace", "list"];
export const createNamespace = (title: string): string[] => ["kv", "namespace", "create", title];
export const bucketInfo = (name: string): string[] => ["r2", "bucket", "info", name, "--json"];
export const createBucket = (name: string): string[] => ["r2", "bucket", "create", name];
export const queueInfo = (name: string): string[] => ["queues", "info", name];
export const createQueue = (name: string): string[] => ["queues", "create", name];
export const listSecrets = (target: Target): string[] => ["secret", "list", "--env", target];
export const putSecret = (name: string, target: Target): string[] => [
  "secret",
  "put",
  name,
  "--env",
  target,
];

/** The JSON in wrangler's output, which may have other lines before it. */
export function jsonIn(printed: string): unknown {
  return JSON.parse(printed.slice(Math.max(0, printed.search(/^[[{]/m))));
}
