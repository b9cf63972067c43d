import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../local/settings.ts";
import { runCommand } from "./command.ts";

/** Where the test run leaves its counts. */
const REPORT = "coverage/tests.json";

/** How many tests passed and failed in the last run. */
export interface TestCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** False also when a file could not be loaded or a test run was cut short. */
  readonly success: boolean;
}

/** Runs every test with coverage. Passes only on vitest's word in its report: an exit code alone can be lost. */
export async function testsPass(): Promise<boolean> {
  forgetTestRun();
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${REPORT}`];
  const passes = await runCommand("vitest", ["run", "--coverage", ...reporters]);
  return passes && lastTestRun()?.success === true;
}

/** Nothing when no run came to its end. */
export function lastTestRun(): TestCounts | undefined {
  try {
    return JSON.parse(readFileSync(join(PROJECT_ROOT, REPORT), "utf8"));
  } catch {
    return undefined;
  }
}

export function forgetTestRun(): void {
  rmSync(join(PROJECT_ROOT, REPORT), { force: true });
}
