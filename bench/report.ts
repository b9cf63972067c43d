import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import type { CaseResult, Line } from "./case.ts";

const RESULTS = join(PROJECT_ROOT, "bench/results");

/** Prints what a case measured beside its baseline, and whether it reaches its figures. */
export function printCase(title: string, { lines }: CaseResult): void {
  const rows = [["", "measured", "baseline", "ratio", "figure", ""], ...lines.map(cells)];
  const widths = rows[0]?.map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  console.log(`\n${title}`);
  for (const row of rows) {
    const padded = row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0));
    console.log(`  ${padded.join("  ").trimEnd()}`);
  }
}

function cells({ what, measured, baseline = "", ratio, figure = "", met }: Line): string[] {
  const verdict = met === undefined ? "" : met ? "met" : "FALLS SHORT";
  return [what, measured, baseline, ratio?.toFixed(2) ?? "", figure, verdict];
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
