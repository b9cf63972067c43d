/**
 * `npm run bench`: runs all cases and writes the numbers to bench/results/. A case that fails does not stop the others.
 * `npm run bench -- hot-lookup` runs only the named cases; `--titles <file>` is the list of titles of the case `relevance`.
 */
import { parseArgs } from "node:util";
import { QUIET_ENV } from "../scripts/local/wrangler.ts";
import { CASES, DEVELOPER_CASES, PEER_CASES } from "./cases.ts";
import { printCase, resultsFile, thisMachine } from "./report.ts";
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

const add = resultsFile(thisMachine());
for (const one of cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  try {
    const result = await inWorld((world) => one.run(world), { titles: options.titles });
    printCase(one.title, result);
    console.log(`\nWrote ${add(one.name, result)}`);
  } catch (error) {
    console.error(`\nThe case ${one.name} failed:`, error);
    process.exitCode = 1;
  }
}
console.log("\n`npm run bench:document` updates docs/PERFORMANCE.md from a run with all cases.");
