import { expect, it } from "vitest";
import { memoryMetrics } from "./metrics.ts";
import { requestMeter } from "./request-meter.ts";

it("counts by route, method and status and measures by route, also after a block was taken", () => {
  let calls = 0;
  const metrics = memoryMetrics(() => (calls += 1));
  const metered = requestMeter(metrics);
  const request = { method: "GET", route: "/a", status: 200, ms: 3 };
  metered(request);
  metered({ ...request, status: 404, ms: 700 });
  metered({ ...request, route: "/b", method: "POST" });
  const first = metrics.take();
  expect(first.counters.map(({ labels, value }) => [...Object.values(labels), value])).toEqual([
    ["GET", "/a", "200", 1],
    ["GET", "/a", "404", 1],
    ["POST", "/b", "200", 1],
  ]);
  expect(first.histograms).toMatchObject([
    {
      labels: { route: "/a" },
      count: 2,
      sum: 703,
      buckets: [0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2],
    },
    { labels: { route: "/b" }, count: 1, sum: 3 },
  ]);
  metered(request);
  expect(metrics.take()).toMatchObject({
    counters: [{ name: "requests", value: 1 }],
    histograms: [{ name: "request_ms", count: 1, sum: 3 }],
  });
  expect(calls).toBe(4);
});

it.each([-5, Number.NaN])("tolerates a clock that was set back (%s ms)", (ms) => {
  const metrics = memoryMetrics();
  requestMeter(metrics)({ method: "GET", route: "/a", status: 200, ms });
  expect(metrics.take().histograms[0]?.count).toBe(1);
});

it("counts unknown methods as one series", () => {
  const metrics = memoryMetrics();
  const metered = requestMeter(metrics);
  for (let index = 0; index < 100; index += 1) {
    metered({ method: `M${index}`, route: "/a", status: 405, ms: 1 });
  }
  for (const method of ["constructor", "get", ""]) {
    metered({ method, route: "/a", status: 405, ms: 1 });
  }
  expect(metrics.take().counters).toEqual([
    { name: "requests", labels: { method: "other", route: "/a", status: "405" }, value: 103 },
  ]);
});
