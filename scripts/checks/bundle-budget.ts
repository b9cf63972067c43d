import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { builtWorker } from "../local/build/build-worker.ts";

// Cloudflare accepts 3 MB. About 60 KiB of the budget are the words of the layouts in twenty
// languages, the letter statistics of the encodings, and the table of traditional Chinese
// characters.
const BUDGET_KIB = 440;

/** Builds the Worker, or reuses the build of the same sources, and compares its gzipped size with the budget. Prints both. */
export async function bundleFitsBudget(): Promise<boolean> {
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-build-"));
  try {
    const { bundleDir } = await builtWorker({ stateDir });
    const bytes = readdirSync(bundleDir)
      .filter((file) => !/\.(map|md)$/.test(file))
      .map((file) => gzipSync(readFileSync(join(bundleDir, file))).length)
      .reduce((sum, size) => sum + size, 0);
    console.log(`Bundle: ${(bytes / 1024).toFixed(1)} KiB gzip of ${BUDGET_KIB} KiB`);
    return bytes <= BUDGET_KIB * 1024;
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}
