import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Writes openapi.json from the routes and their schemas; with --check it writes nothing and exits 1 on any drift.
 */
const FILE = new URL("../openapi.json", import.meta.url);

// The document is itself one of the things that the app serves, so the very first run needs a file to import.
if (!existsSync(FILE)) writeFileSync(FILE, "{}\n");
// Not a literal: the types of the Worker and of Node do not go into one program.
const document = new URL("../src/openapi-document.ts", import.meta.url).href;
const { openapiDocument } = (await import(document)) as { openapiDocument(): object };
const fresh = `${JSON.stringify(openapiDocument(), null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(FILE, fresh);
  console.log("openapi.json is written");
} else if (readFileSync(FILE, "utf8") === fresh) {
  console.log("openapi.json is what the routes say");
} else {
  console.error("openapi.json is not what the routes say: run `npm run openapi` and commit it");
  process.exit(1);
}
