import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "../../test/tools/chromium.ts";
import { PROJECT_ROOT } from "../local/settings.ts";
import { runCommand } from "./command.ts";

/** Report of the test run. */
const REPORT = "coverage/tests.json";

/** Numbers of passed and failed tests in the last run. */
export interface TestCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Also false if a file could not be loaded or the run was interrupted. */
  readonly success: boolean;
}

/**
 * Runs every test with coverage; in CI, a browser is required. Passes only if vitest's report
 * confirms it, because an exit code alone can be lost.
 */
export async function testsPass(): Promise<boolean> {
  forgetTestRun();
  if (chromiumPath() === undefined) {
    console.log("browser part not run: no Chromium");
    if (process.env["CI"] === "true") return false;
  }
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${REPORT}`];
  const passes = await runCommand("vitest", ["run", "--coverage", ...reporters]);
  return passes && lastTestRun()?.success === true;
}

/** Undefined if no run has finished. */
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
