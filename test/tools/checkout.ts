import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";

/** Inputs of a start and of the image. */
export const COPIED = [
  ".npmrc",
  "LICENSE",
  "client",
  "contract",
  "migrations",
  "openapi.json",
  "package-lock.json",
  "package.json",
  "scripts",
  "src",
  // Shared by the demo and the tests.
  "test/support/imports",
  "test/tools/stand-in",
  "tsconfig.json",
  "web",
  "wrangler.jsonc",
];

/** A copy of the project that a test may change. */
export interface Checkout {
  readonly path: string;
  remove(): void;
}

const BUILDS = [".wrangler/builds", ".wrangler/web"];

/**
 * Copies the project and shares its installed packages.
 * @param options `built`: whether to copy finished builds as well, so that an unchanged copy is not built again
 */
export function checkout({ built = true }: { built?: boolean } = {}): Checkout {
  const path = mkdtempSync(join(tmpdir(), "bookstrack-checkout-"));
  for (const name of built ? [...COPIED, ...BUILDS] : COPIED) {
    const from = join(PROJECT_ROOT, name);
    mkdirSync(join(path, name, ".."), { recursive: true });
    if (existsSync(from)) cpSync(from, join(path, name), { recursive: true });
  }
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(path, "node_modules"), "dir");
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
