/**
 * `npm run bench`: measures what the service promises, case by case, and writes the numbers to bench/results/.
 * `npm run bench -- hot-lookup` runs the cases named.
 */
import { QUIET_ENV } from "../scripts/local/wrangler.ts";
import type { CaseResult } from "./case.ts";
import { CASES, DEVELOPER_CASES } from "./cases.ts";
import { printCase, thisMachine, writeResults } from "./report.ts";
import { inWorld } from "./world.ts";

Object.assign(process.env, QUIET_ENV);
const cases = [...CASES, ...DEVELOPER_CASES];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !cases.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(
    `No such case: ${unknown.join(", ")}. There are: ${cases.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}

const machine = thisMachine();
const results: Record<string, CaseResult> = {};
for (const one of cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const result = await inWorld((world) => one.run(world));
  results[one.name] = result;
  printCase(one.title, result);
}
console.log(`\nWritten to ${writeResults(machine, results)}`);
console.log("`npm run bench:document` makes docs/PERFORMANCE.md of it.");
