import { HELP } from "./help.ts";
import {
  BUCKET_BOUNDS,
  type GaugeName,
  type HistogramSample,
  type Labels,
  type MetricsBlock,
} from "./metrics.ts";

/** Content type of the Prometheus text format, version 0.0.4. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const PREFIX = "bookstrack_";

export interface GaugeSample {
  name: GaugeName;
  labels: Labels;
  value: number;
}

/** Formats all samples as Prometheus text. Counter names end in `_total`; durations are converted to seconds. */
export function prometheusText(sums: MetricsBlock, gauges: readonly GaugeSample[]): string {
  const families = [
    ...grouped(sums.counters).map(([name, samples]) =>
      family(`${PREFIX}${name}_total`, "counter", HELP.counters[name], (full) =>
        samples.map(({ labels, value }) => line(full, labels, value)),
      ),
    ),
    ...grouped(sums.histograms).map(([name, samples]) =>
      family(histogramName(name), "histogram", HELP.histograms[name], (full) =>
        samples.flatMap((sample) => histogramLines(full, sample)),
      ),
    ),
    ...grouped(gauges).map(([name, samples]) =>
      family(`${PREFIX}${name}`, "gauge", HELP.gauges[name], (full) =>
        samples.map(({ labels, value }) => line(full, labels, value)),
      ),
    ),
  ];
  return families.join("");
}

function family(
  name: string,
  type: "counter" | "gauge" | "histogram",
  help: string,
  lines: (name: string) => readonly string[],
): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines(name).join("")}`;
}

const isDuration = (name: string): boolean => name.endsWith("_ms");

function histogramName(name: string): string {
  return PREFIX + (isDuration(name) ? name.replace(/_ms$/, "_seconds") : name);
}

function histogramLines(
  full: string,
  { name, labels, buckets, count, sum }: HistogramSample,
): string[] {
  const scale = isDuration(name) ? 1000 : 1;
  return [
    ...BUCKET_BOUNDS.map((bound, index) =>
      line(`${full}_bucket`, { ...labels, le: String(bound / scale) }, buckets[index] ?? 0),
    ),
    line(`${full}_bucket`, { ...labels, le: "+Inf" }, count),
    line(`${full}_sum`, labels, sum / scale),
    line(`${full}_count`, labels, count),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** Groups series by family, as the format requires, with families sorted by name. */
function grouped<Name extends string, Sample extends { name: Name }>(
  samples: readonly (Sample & { name: Name })[],
): [Name, Sample[]][] {
  const groups = new Map<Name, Sample[]>();
  for (const sample of samples) {
    groups.set(sample.name, [...(groups.get(sample.name) ?? []), sample]);
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
}
