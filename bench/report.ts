import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import type { CaseResult, Line } from "./case.ts";

/** Folder for the results of runs. */
export const RESULTS = join(PROJECT_ROOT, "bench/results");

/** One run, as stored. */
export interface Report {
  readonly at: string;
  readonly commit?: string;
  readonly machine: Machine;
  readonly results: Readonly<Record<string, CaseResult>>;
}

interface Machine {
  readonly cpus: number;
  readonly model?: string;
  readonly node: string;
  /** Load average over the minute before the run. */
  readonly loadBefore: number;
}

/** Describes this machine before a run. */
export function thisMachine(): Machine {
  const [first, ...others] = cpus();
  return {
    cpus: others.length + 1,
    ...(first ? { model: first.model } : {}),
    node: process.version,
    loadBefore: loadavg()[0] ?? Number.NaN,
  };
}

/** Prints the results of a case beside their baselines, and whether they meet their targets. */
export function printCase(title: string, { lines }: CaseResult): void {
  const rows = [["", "measured", "baseline", "ratio", "target", ""], ...lines.map(cells)];
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
  const verdict = met === undefined ? "" : met ? "met" : "MISSED";
  return [what, measured, baseline, ratio?.toFixed(2) ?? "", figure, verdict];
}

/**
 * Creates the file with the results of one run. It is rewritten after each case, so that a later
 * failure loses no results.
 * @returns a function that adds the result of a case, and returns the file's path
 */
export function resultsFile(machine: Machine): (name: string, result: CaseResult) => string {
  mkdirSync(RESULTS, { recursive: true });
  const at = new Date().toISOString();
  const file = join(RESULTS, `${at.replaceAll(":", "-")}.json`);
  const head = commit();
  const results: Record<string, CaseResult> = {};
  return (name, result) => {
    results[name] = result;
    const report: Report = { at, ...(head ? { commit: head } : {}), machine, results };
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    return file;
  };
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
