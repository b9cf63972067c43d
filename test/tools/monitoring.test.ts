import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { HELP } from "../../src/platform/metrics/help.ts";

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), "utf8");
const RULES = "ops/prometheus/alerts.yml";
const DASHBOARD = "ops/grafana/bookstrack.json";

/** Every metric name that /metrics can return. */
const queryable = new Set([
  ...Object.keys(HELP.counters).map((name) => `bookstrack_${name}_total`),
  ...Object.keys(HELP.histograms).flatMap((name) => {
    const family = `bookstrack_${name.replace(/_ms$/, "_seconds")}`;
    return [`${family}_bucket`, `${family}_sum`, `${family}_count`];
  }),
  ...Object.keys(HELP.gauges).map((name) => `bookstrack_${name}`),
]);

test.each([RULES, DASHBOARD])("%s queries existing metrics", (path) => {
  const asked = read(path).match(/\bbookstrack_[a-z0-9_]+/g) ?? [];
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !queryable.has(name))).toEqual([]);
});

test("the runbook has a section for exactly the existing alerts", () => {
  const rules = read(RULES);
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? "");
  const anchors = [...rules.matchAll(/runbook: docs\/operations\/ALERTS\.md#(\w+)/g)];
  expect(anchors.map(([, anchor]) => anchor)).toEqual(alerts.map((name) => name.toLowerCase()));
  const sections = [...read("docs/operations/ALERTS.md").matchAll(/^### (\w+)$/gm)];
  expect(sections.map(([, name]) => name)).toEqual(alerts);
});

test("every panel except those of durations and of the hit rate shows 0 before its first event", () => {
  const { panels } = JSON.parse(read(DASHBOARD)) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const empty = panels.flatMap(({ title, targets }) =>
    targets.filter(({ expr }) => !/ or (on\(\) )?vector\(0\)$/.test(expr)).map(() => title),
  );
  expect([...new Set(empty)]).toEqual([
    "Response time",
    "Hit rate of memory and KV",
    "Single-book reads in D1",
    "Waiting for a provider, P95",
  ]);
});

test("the compose file of Prometheus and Grafana pins its images and mounts existing files", () => {
  const { services } = parse(read("ops/compose.monitoring.yaml")) as {
    services: Record<string, { image: string; volumes: string[] }>;
  };
  expect(Object.keys(services)).toEqual(["prometheus", "grafana"]);
  for (const { image, volumes } of Object.values(services)) {
    expect(image).toMatch(/^[\w-]+\/[\w-]+:v?\d+\.\d+\.\d+$/);
    const mounted = volumes.filter((volume) => volume.startsWith("./"));
    expect(mounted.length).toBeGreaterThan(1);
    for (const volume of mounted) {
      expect(existsSync(join(PROJECT_ROOT, volume.split(":")[0] ?? ""))).toBe(true);
      expect(volume).toMatch(/:ro$/);
    }
  }
  const prometheus = parse(read("ops/prometheus/prometheus.yml")) as object;
  const job = { job_name: "bookstrack", static_configs: [{ targets: ["bookstrack:8787"] }] };
  expect(prometheus).toMatchObject({ scrape_configs: [job] });
});

test("every alert fires in the rules' own test", () => {
  const alerts = [...read(RULES).matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const fired = [
    ...read("ops/prometheus/alerts.test.yml").matchAll(
      /alertname: (\w+)\s+exp_alerts:\s+- exp_labels/g,
    ),
  ].map(([, name]) => name);
  expect(new Set(fired)).toEqual(new Set(alerts));
});
