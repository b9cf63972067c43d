/** `npm run deploy:staging`, `npm run deploy:production`: see docs/deployment/D1_DEPLOYMENT.md. */
import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { deploy } from "./deploy/deploy.ts";
import { TARGETS, workerName } from "./deploy/plan.ts";
import { smokeAt } from "./deploy/smoke-at.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { wranglerArgs } from "./local/wrangler.ts";

const USAGE = `npm run deploy:staging|deploy:production [-- --dry-run] [--all-at-once] [--url URL] [--watch-seconds N]

  --dry-run        build and check, and say what would be done
  --all-at-once    no gradual versions: the first deployment, or a new class of Durable Objects
  --url            where the service answers, for the smoke test (or BOOKSTRACK_URL)
  --watch-seconds  how long each share of the traffic is watched (60)`;

const execute = promisify(execFile);
const MOST_OUTPUT = 16 * 1024 * 1024;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "dry-run": { type: "boolean" },
    "all-at-once": { type: "boolean" },
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

async function committed(): Promise<string> {
  const { stdout: changes } = await execute("git", ["status", "--porcelain"], {
    cwd: PROJECT_ROOT,
  });
  if (changes.trim() !== "" && !rehearse) {
    throw new Error("There are changes that are not committed: what runs must be what is kept.");
  }
  const { stdout } = await execute("git", ["rev-parse", "--short=12", "HEAD"], {
    cwd: PROJECT_ROOT,
  });
  return stdout.trim();
}

try {
  await deploy(
    {
      target,
      tag: await committed(),
      rehearse,
      allAtOnce: values["all-at-once"] === true,
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
      say: (text) => console.log(text),
    },
  );
  console.log(rehearse ? "\nNothing was deployed." : `\nDeployed to ${target}.`);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
