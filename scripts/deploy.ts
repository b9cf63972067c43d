/** `npm run deploy:staging`, `npm run deploy:production`: see docs/deployment/D1_DEPLOYMENT.md. */
import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { deploy } from "./deploy/deploy.ts";
import { TARGETS, workerName } from "./deploy/plan.ts";
import { smokeAt } from "./deploy/smoke-at.ts";
import { ensureWeb } from "./local/build/build-web.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { wranglerArgs } from "./local/wrangler.ts";

const USAGE = `npm run deploy:staging|deploy:production [-- --dry-run] [--all-at-once [--domain NAME]] [--url URL] [--watch-seconds N]

  --dry-run        build and check, and print the remaining steps
  --all-at-once    no gradual rollout: for the first deployment, or a new Durable Object class
  --domain         custom domain for the service, of a zone in the account; later deployments keep it
  --url            URL of the service, for the smoke test (default: BOOKSTRACK_URL)
  --watch-seconds  how long to watch each share of the traffic (default: 60)`;

const execute = promisify(execFile);
const MOST_OUTPUT = 16 * 1024 * 1024;

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
const url = values.url ?? process.env["BOOKSTRACK_URL"];
const rehearse = values["dry-run"] === true;
if (!target || values.help || (!rehearse && url === undefined)) {
  console.error(USAGE);
  process.exit(2);
}
if (values.domain !== undefined && !values["all-at-once"]) {
  console.error("--domain needs --all-at-once: a gradual deployment does not change domains.");
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

try {
  await ensureWeb({ onBuild: () => console.log("Building the web app") });
  await deploy(
    {
      target,
      tag: await committed(),
      rehearse,
      allAtOnce: values["all-at-once"] === true,
      domain: values.domain,
    },
    {
      async wrangler(args) {
        const { stdout } = await execute(process.execPath, wranglerArgs(args), {
          cwd: PROJECT_ROOT,
          maxBuffer: MOST_OUTPUT,
        });
        return stdout;
      },
      smoke: (version) =>
        smokeAt(
          url ?? "",
          version === undefined ? version : { worker: workerName(target), version },
        ),
      watch: () => new Promise((done) => setTimeout(done, Number(values["watch-seconds"]) * 1000)),
      print: (text) => console.log(text),
    },
  );
  console.log(rehearse ? "\nNothing was deployed." : `\nDeployed to ${target}.`);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
