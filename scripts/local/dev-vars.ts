import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { LaunchError } from "./launch-error.ts";
import { PROJECT_ROOT } from "./settings.ts";

/** The settings of a launcher: those of .dev.vars, overridden by the environment. */
export const launchEnv = (): NodeJS.ProcessEnv => ({ ...devVars(), ...process.env });

/** Values of .dev.vars, if the file exists. They are read at each start, so that builds contain no secrets. */
export function devVars(folder = PROJECT_ROOT): Record<string, string> {
  try {
    return parseEnv(readFileSync(join(folder, ".dev.vars"), "utf8")) as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new LaunchError(`.dev.vars cannot be read: ${String(error)}`);
  }
}
