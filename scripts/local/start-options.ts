import { parseArgs } from "node:util";
import { LaunchError } from "./launch-error.ts";

/** Options of the command line of `npm start`. */
export interface StartOptions {
  /** `--demo`: invented books and a sample library, with separate data. */
  readonly isDemo: boolean;
  /** `--log FORMAT`, which replaces `LOG_FORMAT`. */
  readonly logFormat: string | undefined;
}

/**
 * Reads the arguments of `npm start`.
 * @throws LaunchError if one is unknown
 */
export function startOptions(args: readonly string[]): StartOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { demo: { type: "boolean", default: false }, log: { type: "string" } },
    });
    return { isDemo: values.demo, logFormat: values.log };
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new LaunchError(
      `${reason}. The options are --demo and --log pretty|json: npm start -- --demo. Settings are in the environment or in .dev.vars; see docs/settings.md.`,
    );
  }
}
