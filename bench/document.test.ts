import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import type { BenchCase, Line } from "./case.ts";
import { CASES, PEER_CASES } from "./cases.ts";
import { performanceChart } from "./chart.ts";
import { CHART_FILE, performanceDocument } from "./document.ts";
import { readmeFigures } from "./figures.ts";
import type { Report } from "./report.ts";

const inDocs = (file: string): string => readFileSync(join(PROJECT_ROOT, "docs", file), "utf8");

const tried: BenchCase = {
  name: "tried",
  title: "Something tried",
  about: "How it was tried.",
  shortfall: "It is slow.",
  run: () => Promise.reject(new Error("Nothing is measured here.")),
};

function reportOf(...lines: Line[]): Report {
  return {
    at: "2026-01-01T00:00:00.000Z",
    machine: { cpus: 2, node: "v24.0.0", loadBefore: 0.1 },
    results: { tried: { lines, data: {} } },
  };
}

test("the document and its chart match the stored run; `node bench/write-document.ts --again` regenerates them", () => {
  const report = JSON.parse(inDocs("performance.json")) as Report;
  expect(inDocs("PERFORMANCE.md")).toBe(performanceDocument(report, CASES, PEER_CASES));
  expect(inDocs(CHART_FILE)).toBe(performanceChart(report, [...CASES, ...PEER_CASES]));
  expect(inDocs("../README.md")).toContain(`${readmeFigures(report)}\n<!-- end -->`);
});

test("missed targets are listed at the top and explained; met targets are not", () => {
  const short = { what: "delay", measured: "2 s", figure: "under 1 s", met: false, headroom: 0.5 };
  const met = { ...short, measured: "0.5 s", met: true, headroom: 2 };
  const document = performanceDocument(reportOf(short), [tried]);
  expect(document).toContain("0 meet it. Missed: delay (2 s; under 1 s).");
  expect(document).toContain("**Why the target is missed.** It is slow.");
  expect(performanceDocument(reportOf(met), [tried])).not.toMatch(/missed/i);
});

test("a run without all cases is rejected", () => {
  expect(() => performanceDocument({ ...reportOf(), results: {} }, [tried])).toThrow(
    "The run does not contain the case tried.",
  );
});

test("peers have a separate section, which a run without them lacks", () => {
  const short = { what: "rows", measured: "9", baseline: "10", figure: "at least 10", met: false };
  const report = reportOf(short);
  const peer = { ...tried, name: "peer", title: "A peer" };
  expect(performanceDocument(report, [tried], [peer])).not.toContain("Side by side");
  const both = { ...report, results: { ...report.results, peer: { lines: [short], data: {} } } };
  const document = performanceDocument(both, [tried], [peer]);
  expect(document).toContain("Of 2 measurements with a target");
  expect(document).toMatch(
    /## Side by side with others[\s\S]*### A peer[\s\S]*\| rows \| 9 \| 10 \|/,
  );
  const another = { ...peer, name: "another" };
  expect(() => performanceDocument(both, [tried], [peer, another])).toThrow("the case another");
});

test("a bar starts at the target and extends right when it is met, left when it is missed", () => {
  const line = { what: "a < b", measured: "1", figure: "at most 1", met: true };
  const bars = (headroom: number): number[] =>
    [
      ...performanceChart(reportOf({ ...line, headroom }), [tried]).matchAll(/<rect x="([\d.]+)"/g),
    ].map(([, x]) => Number(x));
  const [met = 0] = bars(2);
  const [short = 0] = bars(0.5);
  expect(short).toBeLessThan(met);
  expect(performanceChart(reportOf({ ...line, headroom: 2 }), [tried])).toContain("a &lt; b");
});
