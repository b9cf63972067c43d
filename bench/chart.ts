import type { BenchCase, Line } from "./case.ts";
import type { Report } from "./report.ts";

const BAR_HEIGHT = 22;
const LABEL_WIDTH = 520;
const PLOT_WIDTH = 420;
const TOP = 44;
/** The plot ranges from a tenth of the target to a hundred times the target, in steps of ten. */
const DECADES = [0.1, 1, 10, 100];
const MET = "#2f7d4f";
const SHORT = "#c0392b";

/** Bar chart as SVG: each measurement relative to its target, on a logarithmic scale. */
export function performanceChart({ results }: Report, cases: readonly BenchCase[]): string {
  const bars = cases.flatMap(({ name }) =>
    (results[name]?.lines ?? []).flatMap((line) =>
      line.headroom === undefined ? [] : [{ name, line, headroom: line.headroom }],
    ),
  );
  const height = TOP + bars.length * BAR_HEIGHT + 12;
  const width = LABEL_WIDTH + PLOT_WIDTH + 20;
  const grid = DECADES.map(
    (decade) => `
  <line x1="${at(decade)}" x2="${at(decade)}" y1="${TOP - 8}" y2="${height - 8}" stroke="${decade === 1 ? "#333" : "#ddd"}"/>
  <text x="${at(decade)}" y="${TOP - 14}" text-anchor="middle">${decade === 1 ? "target" : `${decade} x`}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">
  <title>Each measurement relative to its target</title>
  <rect width="100%" height="100%" fill="#fff"/>${grid.join("")}${bars
    .map(({ name, line, headroom }, index) => bar(name, line, headroom, TOP + index * BAR_HEIGHT))
    .join("")}
</svg>
`;
}

function bar(name: string, { what, measured }: Line, headroom: number, y: number): string {
  const [from, to] = [at(1), at(headroom)].toSorted((one, other) => one - other);
  const color = headroom >= 1 ? MET : SHORT;
  const label = `${name}: ${what}`;
  const text = label.length > 84 ? `${label.slice(0, 83)}…` : label;
  return `
  <text x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escaped(text)}</text>
  <rect x="${from}" y="${y + 3}" width="${Math.max(2, (to ?? 0) - (from ?? 0)).toFixed(1)}" height="${BAR_HEIGHT - 8}" fill="${color}"/>
  <text x="${((to ?? 0) + 6).toFixed(1)}" y="${y + 14}" font-size="11">${escaped(measured)}</text>`;
}

/** The x position of a ratio, clamped to the plot. */
function at(ratio: number): number {
  const [least = 0.1, most = 100] = [DECADES[0], DECADES.at(-1)];
  const share = Math.log(Math.min(most, Math.max(least, ratio)) / least) / Math.log(most / least);
  return Math.round((LABEL_WIDTH + share * (PLOT_WIDTH - 70)) * 10) / 10;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
