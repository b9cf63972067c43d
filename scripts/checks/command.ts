import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { COMPILE_CACHE } from "../local/compile-cache.ts";
import { QUIET_ENV } from "../local/wrangler.ts";
import { PROJECT_ROOT } from "../local/settings.ts";

/** The project's own tools come first, so that commands run on the pinned Node. */
const PATH = [join(PROJECT_ROOT, "node_modules/.bin"), process.env["PATH"]].join(delimiter);

/** Runs a command in the project's folder and shows its output. Resolves to true if it succeeds. */
export async function runCommand(command: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(command, args, {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...QUIET_ENV, NODE_COMPILE_CACHE: COMPILE_CACHE, PATH },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  return code === 0;
}
