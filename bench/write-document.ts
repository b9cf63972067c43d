/**
 * `npm run bench:document`: makes docs/PERFORMANCE.md and its chart of the newest results of `npm run bench`, which it keeps in
 * docs/performance.json; `-- --again` makes them of what is kept.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { CASES } from "./cases.ts";
import { performanceChart } from "./chart.ts";
import { CHART_FILE, performanceDocument } from "./document.ts";
import { RESULTS, type Report } from "./report.ts";

const docs = join(PROJECT_ROOT, "docs");
const kept = join(docs, "performance.json");

function newest(): string {
  const file = readdirSync(RESULTS).toSorted().at(-1);
  if (file === undefined) throw new Error("There are no results: run `npm run bench` first.");
  return join(RESULTS, file);
}

const source = process.argv.includes("--again") ? kept : newest();
const report = JSON.parse(readFileSync(source, "utf8")) as Report;
writeFileSync(join(docs, "PERFORMANCE.md"), performanceDocument(report, CASES));
writeFileSync(join(docs, CHART_FILE), performanceChart(report, CASES));
writeFileSync(kept, `${JSON.stringify(report, null, 2)}\n`);
console.log("Written: docs/PERFORMANCE.md, docs/performance.svg, docs/performance.json");
