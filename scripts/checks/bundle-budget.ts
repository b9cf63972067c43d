import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PROJECT_ROOT } from "../local/settings.ts";
import { runCommand } from "./command.ts";

const BUDGET_KIB = 300;

/** Builds the Worker and holds its size, gzipped, against the budget; prints both. */
export async function bundleFitsBudget(): Promise<boolean> {
  const dist = join(PROJECT_ROOT, "dist");
  rmSync(dist, { recursive: true, force: true });
  if (!(await runCommand("wrangler", ["deploy", "--dry-run", "--outdir", dist]))) return false;
  const bytes = readdirSync(dist)
    .filter((file) => !/\.(map|md)$/.test(file))
    .map((file) => gzipSync(readFileSync(join(dist, file))).length)
    .reduce((sum, size) => sum + size, 0);
  console.log(`Bundle: ${(bytes / 1024).toFixed(1)} KiB gzip of ${BUDGET_KIB} KiB`);
  return bytes <= BUDGET_KIB * 1024;
}
