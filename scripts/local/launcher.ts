import { LaunchError } from "./launch-error.ts";
import { stopSignal } from "./stop-signal.ts";
import { QUIET_ENV } from "./wrangler.ts";

/**
 * Runs a launcher until it is stopped, then exits the process: 0 after a stop, 1 if the launcher failed. For errors that the
 * user can fix it prints only the message, for others the stack as well.
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
