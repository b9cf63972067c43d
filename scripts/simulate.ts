/**
 * `npm run simulate`: prints the load of every kind of database, the queues and the price of a day with a launch, for three numbers of users;
 * `-- --write` updates the tables of docs/SCALE.md. A test compares the document with them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "./local/settings.ts";
import { readSources } from "./scale/scan.ts";
import { cutTables, simulationTables } from "./scale/tables.ts";

const DOCUMENT = join(PROJECT_ROOT, "docs/SCALE.md");

if (process.argv.includes("--write")) {
  const tables = { simulation: simulationTables(), cut: cutTables(readSources(PROJECT_ROOT)) };
  let document = readFileSync(DOCUMENT, "utf8");
  for (const [name, text] of Object.entries(tables)) {
    const shown = new RegExp(
      `(?<=<!-- npm run simulate, ${name} -->\\n)[\\s\\S]*?(?=\\n<!-- end -->)`,
    );
    document = document.replace(shown, () => text);
  }
  writeFileSync(DOCUMENT, document);
  console.log("Written: docs/SCALE.md");
} else {
  console.log(simulationTables());
}
