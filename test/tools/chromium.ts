import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The headless shell has no window, tabs or toolbar, which take half of the CPU of a browser test.
 */
const NAMES = ["chromium-headless-shell", "chromium", "google-chrome"];

/**
 * Path of the browser for the browser tests: `CHROMIUM`, else the first of `NAMES` in the folders
 * of PATH; undefined if there is none.
 */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env["CHROMIUM"];
  if (given) return given;
  const folders = (env["PATH"] ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
