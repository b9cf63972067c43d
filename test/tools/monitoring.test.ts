import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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

test("every alert fires in the rules' own test", () => {
  const alerts = [...read(RULES).matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const fired = [
    ...read("ops/prometheus/alerts.test.yml").matchAll(
      /alertname: (\w+)\s+exp_alerts:\s+- exp_labels/g,
    ),
  ].map(([, name]) => name);
  expect(new Set(fired)).toEqual(new Set(alerts));
});
