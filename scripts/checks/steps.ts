import { bundleFitsBudget } from "./bundle-budget.ts";
import { runCommand } from "./command.ts";
import { testsPass } from "./tests.ts";
import { webFitsBudget } from "./web-budget.ts";

/** One check. */
export interface Step {
  readonly title: string;
  readonly run: () => Promise<boolean>;
}

const command =
  (name: string, ...args: string[]): Step["run"] =>
  () =>
    runCommand(name, args);

/** All checks, the cheap ones first. */
export const STEPS: readonly Step[] = [
  { title: "Types of the bindings", run: command("npm", "run", "--silent", "types") },
  { title: "Format", run: command("oxfmt", "--check") },
  { title: "Lint", run: command("npm", "run", "--silent", "lint") },
  { title: "Type check", run: command("npm", "run", "--silent", "typecheck") },
  { title: "openapi.json is current", run: command("node", "scripts/openapi.ts", "--check") },
  {
    title: "The client's types are current",
    run: command("node", "scripts/client-types.ts", "--check"),
  },
  { title: "Dead code", run: command("npm", "run", "--silent", "dead-code") },
  // Before the tests, because they reuse these builds.
  { title: "Bundle budget", run: bundleFitsBudget },
  { title: "Budgets of the web app", run: webFitsBudget },
  { title: "Tests and coverage", run: testsPass },
];

/**
 * Runs steps in order and stops at the first that fails.
 * @returns the title of that step; undefined if all pass
 */
export async function firstFailure(steps: readonly Step[]): Promise<string | undefined> {
  for (const { title, run } of steps) {
    console.log(`\n== ${title}`);
    const started = performance.now();
    const passed = await run();
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`== ${title}: ${passed ? "ok" : "FAILED"} (${seconds} s)`);
    if (!passed) return title;
  }
  return undefined;
}
