import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Generates openapi.json from the routes and their schemas. With --check it writes nothing and exits with 1 if the file is
 * out of date.
 */
const FILE = new URL("../openapi.json", import.meta.url);

// Not a literal, because the types of the Worker and of Node conflict in one program.
const document = new URL("../src/openapi-document.ts", import.meta.url).href;
const { openapiDocument } = (await import(document)) as { openapiDocument(): object };
const fresh = `${JSON.stringify(openapiDocument(), null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(FILE, fresh);
  console.log("Wrote openapi.json");
} else if (existsSync(FILE) && readFileSync(FILE, "utf8") === fresh) {
  console.log("openapi.json is up to date");
} else {
  console.error("openapi.json is out of date: run `npm run openapi` and commit it");
  process.exit(1);
}
