/**
 * `npm run bench:document`: generates docs/PERFORMANCE.md, its chart and the table in the README from the newest complete run of
 * `npm run bench`, and stores that run in docs/performance.json. `node bench/write-document.ts --again` regenerates them from the stored run.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { CASES, PEER_CASES } from "./cases.ts";
import { performanceChart } from "./chart.ts";
import { CHART_FILE, performanceDocument } from "./document.ts";
import { readmeFigures } from "./figures.ts";
import { RESULTS, type Report } from "./report.ts";

const docs = join(PROJECT_ROOT, "docs");
const kept = join(docs, "performance.json");

const read = (file: string): Report => JSON.parse(readFileSync(file, "utf8")) as Report;

/** The newest run with every case. */
function newest(): Report | undefined {
  if (!existsSync(RESULTS)) return undefined;
  return readdirSync(RESULTS)
    .toSorted()
    .map((file) => read(join(RESULTS, file)))
    .findLast(({ results }) => [...CASES, ...PEER_CASES].every(({ name }) => name in results));
}

const report = process.argv.includes("--again") ? read(kept) : newest();
if (report === undefined) {
  console.error(
    "There is no run with all cases. Create one with `npm run bench`, which takes about ten minutes.",
  );
  process.exit(1);
}
writeFileSync(join(docs, "PERFORMANCE.md"), performanceDocument(report, CASES, PEER_CASES));
writeFileSync(join(docs, CHART_FILE), performanceChart(report, [...CASES, ...PEER_CASES]));
const readme = join(PROJECT_ROOT, "README.md");
const table = /(?<=<!-- npm run bench:document -->\n)[\s\S]*?(?=\n<!-- end -->)/;
writeFileSync(readme, readFileSync(readme, "utf8").replace(table, readmeFigures(report)));
writeFileSync(kept, `${JSON.stringify(report, null, 2)}\n`);
console.log("Written: docs/PERFORMANCE.md, its chart and its numbers, README.md");
