import { parseArgs } from "node:util";
import { deploy } from "./deploy.ts";
import { operatorConfig, readOperator, writeOperator } from "./operator.ts";
import { TARGETS, workerName, type Target } from "./plan.ts";
import type { SmokePace, VersionOfWorker } from "./smoke-at.ts";

const USAGE = `npm run deploy:staging|deploy:production [-- --dry-run] [--all-at-once [--domain NAME]] [--url URL] [--watch-seconds N]

  --dry-run        build and check, and print the remaining steps
  --all-at-once    no gradual rollout: for a new Durable Object class, and for the first deployment (default after npm run setup)
  --domain         custom domain for the service, of a zone in the account; later deployments keep it (default: that of npm run setup)
  --url            URL of the service, for the smoke test (default: BOOKSTRACK_URL, else that of the first deployment)
  --watch-seconds  how long to watch each share of the traffic (default: 60)`;

/** Attempts are five seconds apart. */
const FIRST_ATTEMPTS = 60;

/** Dependencies of the command. */
export interface CommandDeps {
  /** Folder with wrangler.jsonc and the operator's file. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs wrangler and returns its output. @throws Error when it fails */
  wrangler(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string>;
  /** Builds the web app, unless its inputs are unchanged. */
  build(): Promise<void>;
  /** The current commit, and whether the checkout has uncommitted changes. */
  commit(): Promise<{ id: string; isChanged: boolean }>;
  /** See `smokeAt`. */
  smokeAt(url: string, wanted: VersionOfWorker | undefined, pace?: SmokePace): Promise<void>;
  /** Waits this long. */
  watch(seconds: number): Promise<void>;
  print(text: string): void;
  /** Prints a message about the arguments. */
  explain(text: string): void;
}

/**
 * Deploys to the environment named in the arguments, and records the first deployment in the
 * operator's file.
 * @returns the exit code
 * @throws Error when a step fails
 */
export async function deployCommand(args: readonly string[], deps: CommandDeps): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      "all-at-once": { type: "boolean", default: false },
      domain: { type: "string" },
      url: { type: "string" },
      "watch-seconds": { type: "string", default: "60" },
      help: { type: "boolean" },
    },
  });
  const target = TARGETS.find((name) => name === positionals[0]);
  const refuse = (message: string): number => {
    deps.explain(message);
    return 2;
  };
  if (!target || values.help) return refuse(USAGE);
  const rehearse = values["dry-run"];
  const operator = readOperator(target, deps.root);
  const isFirst = operator?.isDeployed === false;
  const allAtOnce = values["all-at-once"] || isFirst;
  const domain = values.domain ?? (isFirst ? operator.domain : undefined);
  let url = values.url ?? (deps.env["BOOKSTRACK_URL"] || operator?.url);
  if (domain !== undefined && !allAtOnce) {
    return refuse("--domain needs --all-at-once: a gradual deployment does not change domains.");
  }
  if (url === undefined && !allAtOnce && !rehearse) {
    return refuse(
      operator === undefined
        ? `Run \`npm run setup -- ${target}\` before the first deployment. To deploy an existing service, name its URL with --url.`
        : "Name the URL of the service with --url.",
    );
  }
  const env = { ...deps.env };
  if (operator !== undefined) env["CLOUDFLARE_ACCOUNT_ID"] ??= operator.accountId;
  const config = operatorConfig(target, operator, deps.root);
  await deps.build();
  await deploy(
    { target, tag: await committed(deps, rehearse), rehearse, allAtOnce, domain },
    {
      wrangler: (command) => deps.wrangler([...command, ...config], env),
      smoke(version, deployed) {
        url ??= deployed;
        if (url === undefined) {
          throw new Error("wrangler did not print the service's address. Name its URL with --url.");
        }
        const wanted = wantedVersion(target, version);
        if (!isFirst) return deps.smokeAt(url, wanted);
        deps.print(`Waiting until ${url} answers; a new address takes up to five minutes`);
        return deps.smokeAt(url, wanted, { attempts: FIRST_ATTEMPTS });
      },
      watch: () => deps.watch(Number(values["watch-seconds"])),
      print: deps.print,
    },
  );
  if (rehearse) {
    deps.print("\nNothing was deployed.");
    return 0;
  }
  if (operator !== undefined) {
    writeOperator(target, { ...operator, url, isDeployed: true }, deps.root);
  }
  deps.print(`\nDeployed to ${target}: ${url}`);
  return 0;
}

const wantedVersion = (target: Target, version: string | undefined): VersionOfWorker | undefined =>
  version === undefined ? undefined : { worker: workerName(target), version };

async function committed({ commit }: CommandDeps, rehearse: boolean): Promise<string> {
  const { id, isChanged } = await commit();
  if (isChanged && !rehearse) {
    throw new Error(
      "There are uncommitted changes. Commit them first: only committed code is deployed.",
    );
  }
  return id;
}
