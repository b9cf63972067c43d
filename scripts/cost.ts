/** `npm run cost`: prints the tables of docs/COST.md; `-- --write` updates the document. A test compares the document with them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { costTables } from "./cost/tables.ts";
import { PROJECT_ROOT } from "./local/settings.ts";

const DOCUMENT = join(PROJECT_ROOT, "docs/COST.md");
const SHOWN = /(?<=<!-- npm run cost -->\n)[\s\S]*?(?=\n<!-- end -->)/;

if (process.argv.includes("--write")) {
  const document = readFileSync(DOCUMENT, "utf8");
  writeFileSync(DOCUMENT, document.replace(SHOWN, costTables));
  console.log("Written: docs/COST.md");
} else {
  console.log(costTables());
}
