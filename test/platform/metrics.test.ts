import { env } from "cloudflare:workers";
import parsePrometheus from "parse-prometheus-text-format";
import { expect, test } from "vitest";
import { rememberingCheck } from "../../src/platform/crypto.ts";
import { metricsRoutes } from "../../src/platform/http/metrics.ts";
import { onError } from "../../src/platform/http/problem.ts";
import { router } from "../../src/platform/http/router.ts";
import { takeSome, type CounterSample } from "../../src/platform/metrics/metrics.ts";
import { call } from "../support/http.ts";

async function scrape(): Promise<
  Map<string, { value?: string; labels?: Record<string, string> }[]>
> {
  const response = await call("/metrics");
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const families = parsePrometheus(await response.text());
  return new Map(families.map(({ name, metrics }) => [name, metrics]));
}

test("a scrape counts the requests before it, by route and status", async () => {
  await call("/health");
  await call("/v1/search/isbn?isbn=1");
  const families = await scrape();
  const requests = families.get("bookstrack_requests_total") ?? [];
  expect(requests).toContainEqual({
    value: "1",
    labels: { method: "GET", route: "/v1/search/isbn", status: "400" },
  });
  expect(families.has("bookstrack_request_seconds")).toBe(true);
});

test("the sum keeps growing after the isolate's counts were taken", async () => {
  const before = await countOf("/health");
  await call("/health");
  await call("/health");
  expect(await countOf("/health")).toBe(before + 2);
});

test("a service with a metrics token rejects scrapes without it", async () => {
  const app = router();
  app.onError(onError({ info: () => undefined, error: () => undefined }));
  app.route(
    "/",
    metricsRoutes({
      scraperCheck: rememberingCheck((token) => Promise.resolve(token === "right")),
      readMetrics: () => Promise.resolve({ text: "x 1\n", contentType: "text/plain" }),
    }),
  );
  const scrape = (headers: Record<string, string>) => app.request("/metrics", { headers });
  expect((await scrape({})).status).toBe(401);
  expect((await scrape({ Authorization: "Bearer wrong" })).status).toBe(403);
  expect(await (await scrape({ Authorization: "Bearer right" })).text()).toBe("x 1\n");
});

test("points beyond the limit of Analytics Engine are kept for the next call", () => {
  const sample = (route: string) =>
    ({ name: "requests", labels: { route }, value: 1 }) satisfies CounterSample;
  const distribution = { name: "request_ms", labels: {}, buckets: [], count: 1, sum: 1 } as const;
  const block = {
    counters: ["a", "b", "c"].map(sample),
    histograms: [{ ...distribution, buckets: [] }],
  };
  expect(takeSome(block, 2)).toEqual({
    taken: { counters: ["a", "b"].map(sample), histograms: [] },
    left: { counters: [sample("c")], histograms: block.histograms },
  });
  expect(takeSome(block, 4).left).toEqual({ counters: [], histograms: [] });
});

async function countOf(route: string): Promise<number> {
  const requests = (await scrape()).get("bookstrack_requests_total") ?? [];
  return Number(requests.find(({ labels }) => labels?.["route"] === route)?.value ?? 0);
}

test("gauges are read at scrape time, each source independently", async () => {
  await env.DB.prepare(
    `INSERT INTO DeadLetters (id, queue, body, attempts, failed_at) VALUES ('d1', 'q', '{}', 5, 1)`,
  ).run();
  await env.DB.prepare(
    `INSERT INTO ImportJobs (job_id, user_id, state, mode, ticket_key, created_at, updated_at)
     VALUES ('j1', 'u', 'processing', 'merge', 'k', 1, ?1)`,
  )
    .bind(Date.now() - 60_000)
    .run();
  const families = await scrape();
  expect(families.get("bookstrack_dead_letters")).toEqual([{ value: "1" }]);
  expect(families.get("bookstrack_open_import_jobs")).toEqual([
    { value: "1", labels: { state: "processing" } },
  ]);
  const [idle] = families.get("bookstrack_import_job_idle_seconds") ?? [];
  expect(Number(idle?.value)).toBeGreaterThanOrEqual(60);
  expect(families.get("bookstrack_queue_messages")).toContainEqual({
    value: "0",
    labels: { queue: "refresh" },
  });
  expect(families.get("bookstrack_breaker_open")).toContainEqual({
    value: "0",
    labels: { provider: "openlibrary" },
  });
  const sources = families.get("bookstrack_scrape_source_up") ?? [];
  expect(sources.map(({ value }) => value)).toEqual(sources.map(() => "1"));
  expect(sources.length).toBeGreaterThanOrEqual(6);
});
