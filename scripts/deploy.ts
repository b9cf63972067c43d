/** `npm run deploy:staging`, `npm run deploy:production`: see docs/deployment/D1_DEPLOYMENT.md. */
import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { deploy } from "./deploy/deploy.ts";
import { operatorConfig, readOperator, writeOperator } from "./deploy/operator.ts";
import { TARGETS, workerName, type Target } from "./deploy/plan.ts";
import { smokeAt } from "./deploy/smoke-at.ts";
import { ensureWeb } from "./local/build/build-web.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { wranglerArgs } from "./local/wrangler.ts";

const USAGE = `npm run deploy:staging|deploy:production [-- --dry-run] [--all-at-once [--domain NAME]] [--url URL] [--watch-seconds N]

  --dry-run        build and check, and print the remaining steps
  --all-at-once    no gradual rollout: for a new Durable Object class, and for the first deployment (default after npm run setup)
  --domain         custom domain for the service, of a zone in the account; later deployments keep it (default: that of npm run setup)
  --url            URL of the service, for the smoke test (default: BOOKSTRACK_URL, else that of the first deployment)
  --watch-seconds  how long to watch each share of the traffic (default: 60)`;

const execute = promisify(execFile);
const MOST_OUTPUT = 16 * 1024 * 1024;
/** Five seconds apart. */
const FIRST_ATTEMPTS = 60;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "dry-run": { type: "boolean" },
    "all-at-once": { type: "boolean" },
    domain: { type: "string" },
    url: { type: "string" },
    "watch-seconds": { type: "string", default: "60" },
    help: { type: "boolean" },
  },
});

const target = TARGETS.find((name) => name === positionals[0]);
const rehearse = values["dry-run"] === true;
if (!target || values.help) {
  console.error(USAGE);
  process.exit(2);
}

/** Exits with a message about the arguments. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

async function committed(): Promise<string> {
  const { stdout: changes } = await execute("git", ["status", "--porcelain"], {
    cwd: PROJECT_ROOT,
  });
  if (changes.trim() !== "" && !rehearse) {
    throw new Error(
      "There are uncommitted changes. Commit them first: only committed code is deployed.",
    );
  }
  const { stdout } = await execute("git", ["rev-parse", "--short=12", "HEAD"], {
    cwd: PROJECT_ROOT,
  });
  return stdout.trim();
}

async function main(to: Target): Promise<void> {
  const operator = readOperator(to);
  const isFirst = operator?.isDeployed === false;
  const allAtOnce = values["all-at-once"] === true || isFirst;
  const domain = values.domain ?? (isFirst ? operator.domain : undefined);
  let url = values.url ?? (process.env["BOOKSTRACK_URL"] || operator?.url);
  if (domain !== undefined && !allAtOnce) {
    refuse("--domain needs --all-at-once: a gradual deployment does not change domains.");
  }
  if (url === undefined && !allAtOnce && !rehearse) {
    refuse(
      operator === undefined
        ? `Run \`npm run setup -- ${to}\` before the first deployment. To deploy a service that is already there, name its URL with --url.`
        : "Name the URL of the service with --url.",
    );
  }
  const env = { ...process.env };
  if (operator !== undefined) env["CLOUDFLARE_ACCOUNT_ID"] ??= operator.accountId;
  const config = operatorConfig(to, operator);
  await ensureWeb({ onBuild: () => console.log("Building the web app") });
  await deploy(
    { target: to, tag: await committed(), rehearse, allAtOnce, domain },
    {
      async wrangler(args) {
        const { stdout } = await execute(process.execPath, wranglerArgs([...args, ...config]), {
          cwd: PROJECT_ROOT,
          env,
          maxBuffer: MOST_OUTPUT,
        });
        return stdout;
      },
      smoke(version, deployed) {
        url ??= deployed;
        if (url === undefined) {
          throw new Error("wrangler printed no address. Name the URL of the service with --url.");
        }
        const wanted = version === undefined ? version : { worker: workerName(to), version };
        if (!isFirst) return smokeAt(url, wanted);
        console.log(`Waiting until ${url} answers; a new address takes up to five minutes`);
        return smokeAt(url, wanted, { attempts: FIRST_ATTEMPTS });
      },
      watch: () => new Promise((done) => setTimeout(done, Number(values["watch-seconds"]) * 1000)),
      print: (text) => console.log(text),
    },
  );
  if (rehearse) {
    console.log("\nNothing was deployed.");
    return;
  }
  if (operator !== undefined) writeOperator(to, { ...operator, url, isDeployed: true });
  console.log(`\nDeployed to ${to}: ${url}`);
}

try {
  await main(target);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
