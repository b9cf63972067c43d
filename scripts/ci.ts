/** `npm run ci`: all checks, then the smoke test; the last line counts the tests, the smoke test among them. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { firstFailure, STEPS, TEST_REPORT } from "./checks/steps.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { smoke } from "./smoke.ts";

interface TestCounts {
  numPassedTests: number;
  numFailedTests: number;
}

const report = join(PROJECT_ROOT, TEST_REPORT);
rmSync(report, { force: true });

const smokeStep = { title: "Smoke test of npm start", run: smokePasses };
const failedStep = await firstFailure([...STEPS, smokeStep]);
const tests = readCounts();
const passed = tests.numPassedTests + (failedStep === undefined ? 1 : 0);
// A check that fails counts as one failure even if every test passed.
const failed = failedStep === undefined ? 0 : Math.max(1, tests.numFailedTests);
console.log(failedStep === undefined ? "\nAll checks hold." : `\nFailed: ${failedStep}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function smokePasses(): Promise<boolean> {
  try {
    await smoke();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}

function readCounts(): TestCounts {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    // The tests were not reached.
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}
