import { readFileSync } from "node:fs";
import type { SetupDeps } from "../../scripts/setup/commands.ts";

/** Output of wrangler 4.155 for a response of the API, and the part that a setup recognises. */
interface Words {
  readonly text: string;
  readonly pattern: RegExp;
}

const apiError = (path: string, message: string, code: number): string =>
  `✘ [ERROR] A request to the Cloudflare API (${path}) failed.\n\n  ${message} [code: ${code}]\n`;
const words = (text: string, pattern: RegExp): Words => ({ text, pattern });

export const WORDS = {
  loggedOut: words('{\n  "loggedIn": false\n}\n', /"loggedIn": ?false/),
  forbidden: words(
    apiError("/accounts/a/d1/database", "Authentication error", 10000),
    /code: 10000\]/,
  ),
  noBucket: words(
    apiError("/accounts/a/r2/buckets/files", "The specified bucket does not exist.", 10006),
    /code: 10006\]/,
  ),
  noQueue: words(
    '✘ [ERROR] Queue "queue" does not exist. To create it, run: wrangler queues create queue\n',
    /does not exist/,
  ),
  noWorker: words(
    '✘ [ERROR] Worker "bookstrack-backend-production" (env: production) not found.\n',
    /Worker ".*not found/,
  ),
  noR2: words(
    apiError(
      "/accounts/a/r2/buckets/files",
      "Please enable R2 through the Cloudflare Dashboard.",
      10042,
    ),
    /code: 10042\]/,
  ),
  limit: words(
    "✘ [ERROR] You have reached the maximum number of D1 databases for your account.\n",
    /maximum number/,
  ),
  taken: words('✘ [ERROR] A KV namespace with the title "x" already exists.\n', /already exists/),
  network: words("✘ [ERROR] fetch failed\n", /fetch failed/),
} as const;

/** Error of a failed process, as reported by execFile. */
const failure = ({ text }: Words): Error =>
  Object.assign(new Error("Command failed: wrangler"), { stdout: "", stderr: text });

/** The part of wrangler's configuration that a deployment needs from the account. */
interface RawConfig {
  env: Record<string, { kv_namespaces?: { binding: string; id?: string }[] } | undefined>;
}

/** Id of the nth uploaded version. */
export const versionId = (n: number): string =>
  `${String(n).repeat(8)}-1111-4111-8111-111111111111`;

/**
 * A Cloudflare account behind a fake wrangler that prints the same as the real one, and records its
 * calls.
 */
export function fakeAccount(others: readonly { id: string; name: string }[] = []) {
  const id = "a".repeat(32);
  const databases: string[] = [];
  const buckets: string[] = [];
  const queues: string[] = [];
  const namespaces: { id: string; title: string }[] = [];
  const secrets = new Map<string, string>();
  let calls: string[] = [];
  const printed: string[] = [];
  let failing: { call: (command: string, index: number) => boolean; with: Words } | undefined;
  let hasWorker = false;
  let live: string | undefined;
  let uploads = 0;
  /** A deployment needs all its resources in the account. */
  const upload = (args: readonly string[]): string => {
    const file = args[args.indexOf("--config") + 1] ?? "";
    const { env } = JSON.parse(readFileSync(file, "utf8")) as RawConfig;
    const bound = env[args[args.indexOf("--env") + 1] ?? ""]?.kv_namespaces ?? [];
    const missing = bound.filter(({ id: one }) => !namespaces.some((held) => held.id === one));
    if (missing.length > 0)
      throw new Error(`the namespace does not exist: ${JSON.stringify(missing)}`);
    uploads += 1;
    return versionId(uploads);
  };
  const addNamespace = (title: string): string => {
    const added = String(namespaces.length + 1).repeat(32);
    namespaces.push({ id: added, title });
    return added;
  };
  const found = (list: readonly string[], name: string, missing: Words): string => {
    if (!list.includes(name)) throw failure(missing);
    return "{}";
  };
  const answer = (args: readonly string[], input: string | undefined): string => {
    const command = args.join(" ");
    const name = args.find((_, at) => /^(create|info|put)$/.test(args[at - 1] ?? "")) ?? "";
    if (command === "whoami --json") {
      return JSON.stringify({ loggedIn: true, accounts: [{ id, name: "Acme" }, ...others] });
    }
    if (command === "d1 list --json")
      return JSON.stringify(databases.map((one) => ({ name: one })));
    if (command.startsWith("d1 create")) return `Created ${databases.push(name)}`;
    if (command === "kv namespace list") return JSON.stringify(namespaces, null, "  ");
    if (command.startsWith("kv namespace create")) return addNamespace(name);
    if (command.startsWith("r2 bucket info")) return found(buckets, name, WORDS.noBucket);
    if (command.startsWith("r2 bucket create")) return `Created ${buckets.push(name)}`;
    if (command.startsWith("queues info")) return found(queues, name, WORDS.noQueue);
    if (command.startsWith("queues create")) return `Created ${queues.push(name)}`;
    if (command.startsWith("secret list")) {
      if (!hasWorker) throw failure(WORDS.noWorker);
      return JSON.stringify([...secrets.keys()].map((one) => ({ name: one, type: "secret_text" })));
    }
    if (command.startsWith("secret put")) {
      hasWorker = true;
      secrets.set(name, input ?? "");
      return "Success";
    }
    if (/^(check startup|deploy --dry-run|d1 time-travel info) /.test(command)) return "{}";
    if (command.startsWith("d1 migrations apply"))
      return found(databases, "bookstrack-db", words("", /x/));
    if (command.startsWith("deployments status")) {
      return JSON.stringify({ versions: live ? [{ version_id: live, percentage: 100 }] : [] });
    }
    if (command.startsWith("versions upload")) return `Worker Version ID: ${upload(args)}\n`;
    if (command.startsWith("versions deploy")) {
      live = /([0-9a-f-]{36})@100%/.exec(command)?.[1] ?? live;
      return "";
    }
    if (command.startsWith("rollback")) return (live = args[1] ?? "");
    if (command.startsWith("deploy ")) {
      live = upload(args);
      return `  https://bookstrack-backend-production.acme.workers.dev\nCurrent Version ID: ${live}\n`;
    }
    throw new Error(`unknown command: ${command}`);
  };
  const deps: SetupDeps = {
    async wrangler(args, input) {
      const command = args.join(" ");
      const index = calls.push(command) - 1;
      if (failing?.call(command, index)) {
        const error = failure(failing.with);
        failing = undefined;
        throw error;
      }
      return answer(args, input);
    },
    print: (text) => printed.push(text),
    newSecret: () => `secret-${secrets.size}`,
  };
  return {
    id,
    deps,
    addNamespace,
    calls: (): readonly string[] => calls,
    /** Calls that created a resource. */
    created: () => calls.filter((call) => / (create|put) /.test(call)),
    printed: () => printed.join("\n"),
    secrets: () => [...secrets.values()],
    namespace: (title: string) => namespaces.find((one) => one.title === title)?.id,
    /** The version with all the traffic. */
    live: () => live,
    forgetCalls: () => (calls = []),
    /** Fails the call with this number, once. */
    failAt: (at: number, why: Words) => (failing = { call: (_, index) => index === at, with: why }),
    /** Fails the first call of a command, once. */
    failOn: (command: string, why: Words) =>
      (failing = { call: (call) => call.startsWith(command), with: why }),
  };
}
