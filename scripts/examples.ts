/** `npm run examples`: writes an example of each service's export, and a barcode, to docs/examples/. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLE_BARCODE, exampleBarcode } from "../test/tools/example-barcode.ts";
import { exampleFile } from "../test/support/imports/example-books.ts";
import { WRITERS, type Written } from "../test/support/imports/write-layout.ts";
import { PROJECT_ROOT } from "./local/settings.ts";

const folder = join(PROJECT_ROOT, "docs/examples");
mkdirSync(folder, { recursive: true });
for (const format of Object.keys(WRITERS) as Written[]) {
  const { name, bytes } = exampleFile(format);
  writeFileSync(join(folder, name), bytes);
}
writeFileSync(join(folder, EXAMPLE_BARCODE), await exampleBarcode());
console.log(`Wrote ${Object.keys(WRITERS).length + 1} files to docs/examples/`);
