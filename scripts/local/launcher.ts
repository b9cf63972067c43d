import { LaunchError } from "./launch-error.ts";
import { stopSignal } from "./stop-signal.ts";
import { QUIET_ENV } from "./wrangler.ts";

/**
 * Runs a launcher until it is told to stop, and ends the process: 0 when it was stopped, 1 when it could not start.
 * What the person at the terminal can mend is said in one text, anything else with its stack.
 */
export async function runLauncher(launch: (stop: AbortSignal) => Promise<void>): Promise<never> {
  Object.assign(process.env, QUIET_ENV);
  const signal = stopSignal();
  try {
    await launch(signal);
    process.exit(0);
  } catch (error) {
    if (signal.aborted) process.exit(0);
    console.error(error instanceof LaunchError ? error.message : error);
    process.exit(1);
  }
}
