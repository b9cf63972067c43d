import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { wranglerArgs, wranglerEnv } from "../../scripts/local/wrangler.ts";

const run = promisify(execFile);

/** Runs wrangler on a local state as an operator would (`--local --persist-to`) and returns its output. */
export const wrangler = (stateDir: string, ...args: string[]): Promise<string> =>
  wranglerIn(PROJECT_ROOT, stateDir, ...args);

/** The same in another checkout. */
export async function wranglerIn(
  project: string,
  stateDir: string,
  ...args: string[]
): Promise<string> {
  const where = ["--local", "--persist-to", stateDir];
  const { stdout } = await run(process.execPath, wranglerArgs([...args, ...where]), {
    cwd: project,
    env: wranglerEnv(stateDir),
  });
  return stdout;
}

/** Names of all keys in a binding's KV namespace. */
export async function kvKeysOf(stateDir: string, binding: string): Promise<string[]> {
  const printed = await wrangler(stateDir, "kv", "key", "list", "--binding", binding);
  return (JSON.parse(printed) as { name: string }[]).map(({ name }) => name);
}

/** Runs a query on the local database and returns the rows. */
export async function queryD1(stateDir: string, sql: string): Promise<unknown[]> {
  const printed = await wrangler(stateDir, "d1", "execute", "DB", "--json", "--command", sql);
  return (JSON.parse(printed) as { results: unknown[] }[])[0]?.results ?? [];
}
