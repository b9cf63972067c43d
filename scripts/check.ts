/** `npm test`: everything that has to hold before a change is merged. */
import { firstFailure, STEPS } from "./checks/steps.ts";

const failed = await firstFailure(STEPS);
console.log(failed === undefined ? "\nAll checks hold." : `\nFailed: ${failed}`);
process.exitCode = failed === undefined ? 0 : 1;
