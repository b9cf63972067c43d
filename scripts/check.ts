/** `npm test`: every check that a change must pass before it is merged. */
import { firstFailure, STEPS } from "./checks/steps.ts";

const failed = await firstFailure(STEPS);
console.log(failed === undefined ? "\nAll checks passed." : `\nFailed: ${failed}`);
process.exitCode = failed === undefined ? 0 : 1;
