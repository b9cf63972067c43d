import type { Line } from "./case.ts";
import type { Report } from "./report.ts";

/** Lines in the README: the case, the beginning of the line's name, and its label in the README. */
const SHOWN = [
  ["hot-lookup", "throughput vs. bare Hono", "lookups from memory, vs. a bare Hono Worker"],
  ["d1-hit", "D1 statements per lookup", "D1 statements per lookup of a book outside of KV"],
  [
    "one-flight",
    "a book that Open Library",
    "calls to Open Library for 100 lookups of a new book at once",
  ],
  ["import-known", "throughput in rows", "import of 10,000 known rows, from upload to completed"],
  [
    "import-unknown",
    "time until the shelf",
    "import of 1,000 unknown rows: time until the shelf is complete",
  ],
  ["import-stream", "event delay, p99", "event delay with 200 listeners, p99"],
  ["resume", "killed at step 200", "kill -9: from restart to the next step of an import"],
  ["shelf", "a page, unfiltered", "a page of a shelf of 20,000 books, vs. one of 200"],
] as const;

/** Builds the README's table of results. @throws Error if the run lacks one of its lines */
export function readmeFigures({ results }: Report): string {
  const rows = SHOWN.map(([name, beginning, label]) => {
    const line = results[name]?.lines.find(({ what }) => what.startsWith(beginning));
    if (!line) throw new Error(`The run has no line "${beginning}" in the case ${name}.`);
    return `| ${label} | ${cells(line).join(" | ")} |`;
  });
  return ["| | measured | baseline | target |", "|---|---|---|---|", ...rows].join("\n");
}

function cells({ measured, baseline = "", ratio, figure = "", met }: Line): string[] {
  const against = ratio === undefined ? baseline : `${baseline} (ratio ${ratio.toFixed(2)})`;
  return [measured, against, met === false ? `${figure}: **missed**` : figure];
}
