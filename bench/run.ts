/**
 * `npm run bench`: measures what the service promises, case by case, and writes the numbers to bench/results/.
 * `npm run bench -- hot-lookup` runs the cases named.
 */
import { QUIET_ENV } from "../scripts/local/wrangler.ts";
import type { BenchCase, CaseResult } from "./case.ts";
import { d1Hit } from "./cases/d1-hit.ts";
import { hotLookup } from "./cases/hot-lookup.ts";
import { importKnown } from "./cases/import-known.ts";
import { importStream } from "./cases/import-stream.ts";
import { importUnknown } from "./cases/import-unknown.ts";
import { migration } from "./cases/migration.ts";
import { oneFlight } from "./cases/one-flight.ts";
import { providerMiss } from "./cases/provider-miss.ts";
import { shelf } from "./cases/shelf.ts";
import { titleSearch } from "./cases/title-search.ts";
import { zipfMix } from "./cases/zipf.ts";
import { printCase, writeResults } from "./report.ts";
import { inWorld } from "./world.ts";

const CASES: readonly BenchCase[] = [
  hotLookup,
  d1Hit,
  zipfMix,
  titleSearch,
  providerMiss,
  oneFlight,
  shelf,
  migration,
  importKnown,
  importUnknown,
  importStream,
];

Object.assign(process.env, QUIET_ENV);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CASES.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(
    `No such case: ${unknown.join(", ")}. There are: ${CASES.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}

const results: Record<string, CaseResult> = {};
for (const one of CASES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const result = await inWorld((world) => one.run(world));
  results[one.name] = result;
  printCase(one.title, result);
}
console.log(`\nWritten to ${writeResults(results)}`);
