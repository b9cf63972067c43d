/** `npm run setup -- staging|production`: see docs/deployment/D1_DEPLOYMENT.md. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { parseArgs, promisify } from "node:util";
import { operatorFile, readOperator, writeOperator } from "./deploy/operator.ts";
import { TARGETS } from "./deploy/plan.ts";
import { LaunchError } from "./local/launch-error.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { QUIET_ENV, wranglerArgs } from "./local/wrangler.ts";
import { runCommand } from "./migration/command.ts";
import { resourcesOf } from "./setup/resources.ts";
import { setupCommands, type SetupDeps } from "./setup/commands.ts";
import { setup } from "./setup/setup.ts";

const USAGE = `npm run setup -- staging|production [options]

Makes the database, KV namespaces, bucket, queues and secrets of an environment in your Cloudflare account. What exists is kept.

  --domain NAME           custom domain for the service, of a zone in the account (default: an address under workers.dev)
  --account ID            the account, if the login has several (default: CLOUDFLARE_ACCOUNT_ID)
  --namespace BINDING=ID  use an existing KV namespace, for example BOOK_CACHE with values of an earlier version
  --dry-run               print the commands`;

const DOMAIN = /^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}$/;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      domain: { type: "string" },
      account: { type: "string" },
      namespace: { type: "string", multiple: true, default: [] },
      "dry-run": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const target = TARGETS.find((name) => name === positionals[0]);
  if (!target || positionals.length > 1 || values.help) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.domain !== undefined && !DOMAIN.test(values.domain)) {
    throw new LaunchError(`--domain ${values.domain}: not a domain, such as books.example.org`);
  }
  const operator = readOperator(target);
  const accountId = values.account ?? (process.env["CLOUDFLARE_ACCOUNT_ID"] || undefined);
  const options = {
    target,
    resources: resourcesOf(target),
    operator,
    accountId,
    domain: values.domain,
    namespaces: chosenNamespaces(target, values.namespace),
  };
  if (values["dry-run"]) {
    for (const args of setupCommands(options)) console.log(`wrangler ${args.join(" ")}`);
    console.log("\nNothing was created. A real run skips the commands for what already exists.");
    return 0;
  }
  writeOperator(target, await setup(options, wranglerDeps(operator?.accountId ?? accountId)));
  console.log(`\nReady: ${operatorFile(target)} has the ids. Next: npm run deploy:${target}`);
  return 0;
}

function chosenNamespaces(
  target: (typeof TARGETS)[number],
  texts: readonly string[],
): Record<string, string> {
  const bindings = resourcesOf(target).namespaces.map(({ binding }) => binding);
  return Object.fromEntries(
    texts.map((text) => {
      const [binding = "", id = ""] = text.split("=");
      if (!bindings.includes(binding) || !/^[\da-f]{32}$/.test(id)) {
        throw new LaunchError(
          `--namespace ${text}: must be ${bindings.join(" or ")}, "=" and an id of 32 hexadecimal digits`,
        );
      }
      return [binding, id];
    }),
  );
}

function wranglerDeps(accountId: string | undefined): SetupDeps {
  const execute = promisify(execFile);
  const env: NodeJS.ProcessEnv = { ...process.env, ...QUIET_ENV };
  if (accountId !== undefined) env["CLOUDFLARE_ACCOUNT_ID"] = accountId;
  return {
    async wrangler(args, input) {
      const running = execute(process.execPath, wranglerArgs(args), {
        cwd: PROJECT_ROOT,
        env,
        maxBuffer: 64 * 1024 * 1024,
      });
      running.child.stdin?.end(input ?? "");
      return (await running).stdout;
    },
    print: (text) => console.log(text),
    newSecret: () => randomBytes(32).toString("hex"),
  };
}

await runCommand(main);
