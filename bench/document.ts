import type { BenchCase, Line } from "./case.ts";
import type { Report } from "./report.ts";

/** The chart beside the document. */
export const CHART_FILE = "performance.svg";

/**
 * docs/PERFORMANCE.md, made of one run of `npm run bench` and of what the cases say about themselves.
 * @throws Error when the run lacks a case: one run has to have measured them all
 */
export function performanceDocument(report: Report, cases: readonly BenchCase[]): string {
  const sections = cases.map((one) => sectionOf(one, linesOf(report, one)));
  const held = cases.flatMap((one) => linesOf(report, one)).filter(({ met }) => met !== undefined);
  const short = held.filter(({ met }) => met === false);
  const { machine } = report;
  return `# Performance

Made by \`npm run bench:document\` from [performance.json](performance.json), which is one run of \`npm run bench\`; nothing here is
typed by hand. It ran on ${machine.cpus} cores (${machine.model ?? "unknown"}), Node ${machine.node}, the service under workerd on the same machine
as its clients and the stand-in for the providers, at a load of ${machine.loadBefore.toFixed(1)} before the run. Speeds are of that machine; ratios to a
baseline of the same run are what to compare.

Of ${held.length} measurements that have a figure to reach, ${held.length - short.length} reach it.${
    short.length === 0
      ? ""
      : ` Short of it: ${short.map(({ what, measured, figure }) => `${what} (${measured}; ${figure})`).join("; ")}.`
  }

![How many times better than its figure each measurement is](${CHART_FILE})

${sections.join("\n\n")}

## Shown elsewhere

\`npm test\` holds the size of the bundle (at most 300 KiB gzip) and the coverage of lines (at least 90 %), and moves 10,000 keys of every
shape from KV to D1 in one run, undisturbed and under kill -9. The stages and thresholds of the load tests, and the soak, are in
[load-tests](../load-tests/README.md).
`;
}

function linesOf({ results }: Report, { name }: BenchCase): readonly Line[] {
  const result = results[name];
  if (!result) throw new Error(`The run has not measured ${name}.`);
  return result.lines;
}

function sectionOf({ title, name, about, shortfall }: BenchCase, lines: readonly Line[]): string {
  const falls = lines.some(({ met }) => met === false);
  const rows = lines.map(({ what, measured, baseline = "", ratio, figure = "", met }) => {
    const verdict = met === undefined ? figure : `${figure}: ${met ? "met" : "**falls short**"}`;
    return row([what, measured, baseline, ratio?.toFixed(2) ?? "", verdict]);
  });
  return [
    `## ${title}`,
    "",
    `\`npm run bench -- ${name}\`. ${about}`,
    "",
    row(["what", "measured", "baseline", "ratio", "figure"]),
    row(["---", "---", "---", "---:", "---"]),
    ...rows,
    ...(falls && shortfall ? ["", `**Why it falls short.** ${shortfall}`] : []),
  ].join("\n");
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
