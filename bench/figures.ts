import type { Line } from "./case.ts";
import type { Report } from "./report.ts";

/** What the README shows: the case, how the line begins, and what it is called there. */
const SHOWN = [
  ["hot-lookup", "throughput, to bare Hono", "a lookup from memory, against a bare Hono Worker"],
  ["hot-lookup", "throughput, to bare Worker", "the same, against a bare Worker"],
  ["d1-hit", "D1 statements a lookup", "D1 statements of a lookup that KV does not have"],
  [
    "one-flight",
    "a book that Open Library",
    "calls to Open Library for 100 simultaneous readers of a new book",
  ],
  ["import-known", "rows from upload", "import of 10,000 known rows, from upload to completed"],
  ["import-unknown", "until the shelf", "import of 1,000 unknown rows: the shelf is whole after"],
  ["import-unknown", "calls to Open Library", "the same: calls to Open Library"],
  ["import-stream", "delay of an event, p99", "delay of an event at 200 listeners, p99"],
  [
    "resume",
    "killed at step 200",
    "after kill -9: from serving again to the next step of an import",
  ],
  [
    "migration",
    "time, the pauses",
    "1,000 keys from KV to D1, against a loop of get, upsert, verify",
  ],
  ["shelf", "a page, unfiltered", "a page of 20,000 books, against one of 200"],
] as const;

/** The README's table of figures. @throws Error when a line that it shows is not in the run */
export function readmeFigures({ results }: Report): string {
  const rows = SHOWN.map(([name, beginning, shown]) => {
    const line = results[name]?.lines.find(({ what }) => what.startsWith(beginning));
    if (!line) throw new Error(`The run has no "${beginning}" in ${name}.`);
    return `| ${shown} | ${cells(line).join(" | ")} |`;
  });
  return ["| | measured | baseline | figure |", "|---|---|---|---|", ...rows].join("\n");
}

function cells({ measured, baseline = "", ratio, figure = "", met }: Line): string[] {
  const against = ratio === undefined ? baseline : `${baseline} (ratio ${ratio.toFixed(2)})`;
  return [measured, against, met === false ? `${figure}: **falls short**` : figure];
}
