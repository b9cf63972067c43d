import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";

/** What a start reads; finished builds come along, so that an unchanged copy is not built again. */
const COPIED = [
  ".wrangler/builds",
  "contract",
  "migrations",
  "openapi.json",
  "package-lock.json",
  "package.json",
  "scripts",
  "src",
  "tsconfig.json",
  "wrangler.jsonc",
];

/** A copy of the project whose files a test may change. */
export interface Checkout {
  readonly path: string;
  remove(): void;
}

/** Copies the project; the installed packages are shared. */
export function checkout(): Checkout {
  const path = mkdtempSync(join(tmpdir(), "bookstrack-checkout-"));
  for (const name of COPIED) {
    const from = join(PROJECT_ROOT, name);
    mkdirSync(join(path, name, ".."), { recursive: true });
    if (existsSync(from)) cpSync(from, join(path, name), { recursive: true });
  }
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(path, "node_modules"), "dir");
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
