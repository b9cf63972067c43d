import { readFileSync, writeFileSync } from "node:fs";
import { compile, type JSONSchema } from "json-schema-to-typescript";

/**
 * Writes the client's types from the components of openapi.json; with --check it writes nothing and exits 1 on any drift.
 */
const DOCUMENT = new URL("../openapi.json", import.meta.url);
const FILE = new URL("../client/src/schema.ts", import.meta.url);
const BANNER = "// Written by `npm run client:types` from openapi.json; not to be changed by hand.";

/** What json-schema-to-typescript calls the schema that only holds the definitions. */
const ROOT = "Components";
const ROOT_INTERFACE = /export interface Components \{[^}]*\}\n/;
/** What it says of each definition, and says in its name already. */
const PROVENANCE =
  /\/\*\*\n \* This interface was referenced by `Components`'s JSON-Schema\n \* via the `definition` "\w+"\.\n \*\/\n| \*\n \* This interface was referenced by `Components`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g;

interface OpenapiDocument {
  components: { schemas: Record<string, JSONSchema> };
}

const fresh = await typesOf(readFileSync(DOCUMENT, "utf8"));
if (!process.argv.includes("--check")) {
  writeFileSync(FILE, fresh);
  console.log("client/src/schema.ts is written");
} else if (readFileSync(FILE, "utf8") === fresh) {
  console.log("client/src/schema.ts is what openapi.json says");
} else {
  console.error(
    "client/src/schema.ts is not what openapi.json says: run `npm run client:types` and commit it",
  );
  process.exit(1);
}

async function typesOf(document: string): Promise<string> {
  const text = document.replaceAll("#/components/schemas/", "#/definitions/");
  const { schemas } = (JSON.parse(text) as OpenapiDocument).components;
  const source = await compile({ definitions: schemas }, ROOT, {
    bannerComment: BANNER,
    additionalProperties: false,
    unreachableDefinitions: true,
    style: { printWidth: 100 },
  });
  return source.replace(ROOT_INTERFACE, "").replaceAll(PROVENANCE, "");
}
