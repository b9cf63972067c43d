import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import type { CaseResult } from "./case.ts";

const RESULTS = join(PROJECT_ROOT, "bench/results");

/** Prints what a case measured, and whether it reaches its figures. */
export function printCase(title: string, { lines }: CaseResult): void {
  console.log(`\n${title}`);
  for (const { what, value, figure, met } of lines) {
    const verdict = figure === undefined ? "" : `  ${met ? "met" : "MISSED"}: ${figure}`;
    console.log(`  ${what.padEnd(36)} ${value}${verdict}`);
  }
}

/** Writes everything measured in one run, with what it was measured on. @returns the file. */
export function writeResults(results: Readonly<Record<string, CaseResult>>): string {
  mkdirSync(RESULTS, { recursive: true });
  const at = new Date().toISOString();
  const file = join(RESULTS, `${at.replaceAll(":", "-")}.json`);
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
  writeFileSync(file, `${JSON.stringify({ at, commit: commit(), machine, results }, null, 2)}\n`);
  return file;
}

function commit(): string | undefined {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: PROJECT_ROOT,
      encoding: "utf8",
    }).trim();
  } catch {
    return undefined;
  }
}
