/**
 * `npm run bench`: runs all cases and writes the numbers to bench/results/. `npm run bench -- hot-lookup` runs only the named
 * cases; `--titles <file>` is the list of titles of the case `relevance`.
 */
import { parseArgs } from "node:util";
import { QUIET_ENV } from "../scripts/local/wrangler.ts";
import type { CaseResult } from "./case.ts";
import { CASES, DEVELOPER_CASES, PEER_CASES } from "./cases.ts";
import { printCase, thisMachine, writeResults } from "./report.ts";
import { inWorld } from "./world.ts";

Object.assign(process.env, QUIET_ENV);
const cases = [...CASES, ...PEER_CASES, ...DEVELOPER_CASES];
const { positionals: wanted, values: options } = parseArgs({
  allowPositionals: true,
  options: { titles: { type: "string" } },
});
const unknown = wanted.filter((name) => !cases.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(
    `Unknown case: ${unknown.join(", ")}. Cases: ${cases.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}

const machine = thisMachine();
const results: Record<string, CaseResult> = {};
for (const one of cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const result = await inWorld((world) => one.run(world), { titles: options.titles });
  results[one.name] = result;
  printCase(one.title, result);
}
console.log(`\nWrote ${writeResults(machine, results)}`);
console.log("`npm run bench:document` updates docs/PERFORMANCE.md from it.");
