import fc from "fast-check";
import parsePrometheus from "parse-prometheus-text-format";
import { expect, test } from "vitest";
import { addBlocks, memoryMetrics, type MetricsBlock } from "./metrics.ts";
import { reportedMetrics } from "./reports.ts";
import { prometheusText, type GaugeSample } from "./prometheus.ts";

const EMPTY: MetricsBlock = { counters: [], histograms: [] };

const hostile = fc.string({ unit: "binary", maxLength: 12 }).filter((text) => !/[\r\0]/.test(text));

test("a Prometheus parser reads back every counter and gauge with arbitrary label values", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(hostile, fc.nat()), { selector: ([status]) => status, minLength: 1 }),
      (series) => {
        const metrics = memoryMetrics();
        for (const [status, value] of series) {
          metrics.counter("requests", { method: "GET", route: "/", status }).value = value + 1;
        }
        const gauges: GaugeSample[] = [{ name: "dead_letters", labels: {}, value: 3 }];
        const families = parsePrometheus(prometheusText(metrics.take(), gauges));
        const requests = families.find(({ name }) => name === "bookstrack_requests_total");
        expect(requests?.type).toBe("COUNTER");
        expect(requests?.metrics.map(({ value }) => Number(value))).toEqual(
          series.map(([, value]) => value + 1),
        );
        expect(families.find(({ name }) => name === "bookstrack_dead_letters")?.metrics).toEqual([
          { value: "3" },
        ]);
      },
    ),
  );
});

test("durations are in seconds, with cumulative buckets", () => {
  const metrics = memoryMetrics();
  for (const ms of [1, 30, 700, 20_000]) metrics.observe("request_ms", ms, { route: "/a" });
  const text = prometheusText(metrics.take(), []);
  const [family] = parsePrometheus(text);
  expect(family).toMatchObject({ name: "bookstrack_request_seconds", type: "HISTOGRAM" });
  expect(text).toContain('bookstrack_request_seconds_bucket{route="/a",le="0.001"} 1\n');
  expect(text).toContain('bookstrack_request_seconds_bucket{route="/a",le="0.05"} 2\n');
  expect(text).toContain('bookstrack_request_seconds_bucket{route="/a",le="10"} 3\n');
  expect(text).toContain('bookstrack_request_seconds_bucket{route="/a",le="+Inf"} 4\n');
  expect(text).toContain('bookstrack_request_seconds_sum{route="/a"} 20.731\n');
  expect(text).toContain('bookstrack_request_seconds_count{route="/a"} 4\n');
});

test("blocks of several isolates add up in any order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat({ max: 20_000 })), { maxLength: 30 }),
      fc.nat({ max: 30 }),
      (seen, cut) => {
        const blockOf = (part: typeof seen): MetricsBlock => {
          const metrics = memoryMetrics();
          for (const [route, ms] of part) {
            metrics.count("requests", { method: "GET", route, status: "200" });
            metrics.observe("request_ms", ms, { route });
          }
          return metrics.take();
        };
        const parts = [blockOf(seen.slice(0, cut)), blockOf(seen.slice(cut))];
        const whole = prometheusText(addBlocks(EMPTY, blockOf(seen)), []);
        const lines = (text: string): string[] => text.split("\n").sort();
        for (const order of [parts, parts.toReversed()]) {
          const sum = prometheusText(order.reduce(addBlocks, EMPTY), []);
          expect(lines(sum)).toEqual(lines(whole));
        }
      },
    ),
  );
});

test("an active isolate reports every ten seconds and loses no counts when a report fails", async () => {
  let now = 0;
  let isDown = false;
  let sum = EMPTY;
  const deferred: Promise<unknown>[] = [];
  const failures: string[] = [];
  const metrics = reportedMetrics({
    add: (block) => {
      if (isDown) return Promise.reject(new Error("down"));
      sum = addBlocks(sum, block);
      return Promise.resolve();
    },
    now: () => now,
    defer: (work) => void deferred.push(work),
    log: { info: () => undefined, error: (event) => void failures.push(event) },
  });
  const count = (): void => metrics.count("searches", { answer: "catalogue" });
  count();
  expect(deferred).toHaveLength(0);
  now = 10_000;
  count();
  await Promise.all(deferred);
  expect(sum.counters).toMatchObject([{ name: "searches", value: 2 }]);
  isDown = true;
  now = 20_000;
  count();
  await Promise.all(deferred);
  expect(failures).toEqual(["metrics_not_reported"]);
  isDown = false;
  await metrics.report();
  expect(sum.counters).toMatchObject([{ name: "searches", value: 3 }]);
  await metrics.report();
  expect(deferred).toHaveLength(2);
});
