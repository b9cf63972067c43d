/** `npm run deploy:staging`, `npm run deploy:production`: see docs/deployment/D1_DEPLOYMENT.md. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { deployCommand } from "./deploy/command.ts";
import { smokeAt } from "./deploy/smoke-at.ts";
import { ensureWeb } from "./local/build/build-web.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { wranglerArgs } from "./local/wrangler.ts";

const MOST_OUTPUT = 16 * 1024 * 1024;

const execute = promisify(execFile);
const git = async (...args: string[]): Promise<string> =>
  (await execute("git", args, { cwd: PROJECT_ROOT })).stdout.trim();

try {
  process.exitCode = await deployCommand(process.argv.slice(2), {
    root: PROJECT_ROOT,
    env: process.env,
    async wrangler(args, env) {
      const { stdout } = await execute(process.execPath, wranglerArgs(args), {
        cwd: PROJECT_ROOT,
        env,
        maxBuffer: MOST_OUTPUT,
      });
      return stdout;
    },
    async build() {
      await ensureWeb({ onBuild: () => console.log("Building the web app") });
    },
    async commit() {
      const isChanged = (await git("status", "--porcelain")) !== "";
      return { id: await git("rev-parse", "--short=12", "HEAD"), isChanged };
    },
    smokeAt,
    watch: (seconds) => sleep(seconds * 1000),
    print: (text) => console.log(text),
    explain: (text) => console.error(text),
  });
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
