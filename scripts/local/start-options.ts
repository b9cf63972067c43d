import { LaunchError } from "./launch-error.ts";

/** What the command line of `npm start` says. */
export interface StartOptions {
  /** `--demo`: invented books and a sample library, in a state of their own. */
  readonly isDemo: boolean;
}

/**
 * Reads the arguments of `npm start`.
 * @throws LaunchError if one is unknown
 */
export function startOptions(args: readonly string[]): StartOptions {
  const unknown = args.find((arg) => arg !== "--demo");
  if (unknown !== undefined) {
    throw new LaunchError(
      `Unknown option ${unknown}. The only option is --demo: npm start -- --demo. Settings are in the environment or in .dev.vars; see docs/settings.md.`,
    );
  }
  return { isDemo: args.includes("--demo") };
}
