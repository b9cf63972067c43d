/** `npm run examples`: writes an example of each service's export to docs/examples/. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exampleFile } from "../test/support/imports/example-books.ts";
import { WRITERS, type Written } from "../test/support/imports/write-layout.ts";
import { PROJECT_ROOT } from "./local/settings.ts";

const folder = join(PROJECT_ROOT, "docs/examples");
mkdirSync(folder, { recursive: true });
for (const format of Object.keys(WRITERS) as Written[]) {
  const { name, bytes } = exampleFile(format);
  writeFileSync(join(folder, name), bytes);
}
console.log(`Wrote ${Object.keys(WRITERS).length} files to docs/examples/`);
