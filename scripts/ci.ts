/** `npm run ci`: all checks, then the smoke test; the last line counts the tests, the smoke test among them. */
import { firstFailure, STEPS } from "./checks/steps.ts";
import { forgetTestRun, lastTestRun } from "./checks/tests.ts";
import { smoke } from "./smoke.ts";

forgetTestRun();
const failedStep = await firstFailure([
  ...STEPS,
  { title: "Smoke test of npm start", run: smokePasses },
]);
const tests = lastTestRun();
const passed = (tests?.numPassedTests ?? 0) + (failedStep === undefined ? 1 : 0);
// A check that fails counts as one failure even if every test passed.
const failed = failedStep === undefined ? 0 : Math.max(1, tests?.numFailedTests ?? 0);
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
