import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import rules from "../../ops/prometheus/alerts.yml?raw";
import type { DeskRecord } from "../../src/catalogue/domain/desk/gate.ts";
import { prometheusText } from "../../src/platform/metrics/prometheus.ts";
import { queueGauges } from "../../src/platform/metrics/queue-gauges.ts";
import { call } from "../support/http.ts";

/** The threshold of the alert on a gauge. */
function thresholdOf(gauge: string): number {
  const found = new RegExp(`expr: .*${gauge}\\)? >=? ([0-9.]+)`).exec(rules)?.[1];
  if (found === undefined) throw new Error(`No alert uses ${gauge}.`);
  return Number(found);
}

function valueOf(text: string, series: string): number {
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  if (line === undefined) throw new Error(`${series} is not in:\n${text}`);
  return Number(line.slice(series.length + 1));
}

const scrape = async (): Promise<string> => (await call("/metrics")).text();

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM ImportJobs").run();
});

test("unconsumed messages exceed the age of the alert on dead consumers", async () => {
  const due = thresholdOf("bookstrack_queue_oldest_message_seconds");
  const now = 1_800_000_000_000;
  const untaken = (seconds: number) => ({
    metrics: () =>
      Promise.resolve({
        backlogCount: 3,
        backlogBytes: 300,
        oldestMessageTimestamp: new Date(now - seconds * 1000),
      }),
  });
  const ageAfter = async (seconds: number): Promise<number> => {
    const gauges = await queueGauges(untaken(seconds), "imports", now);
    const text = prometheusText({ counters: [], histograms: [] }, gauges);
    return valueOf(text, 'bookstrack_queue_oldest_message_seconds{queue="imports"}');
  };
  expect(await ageAfter(due)).toBe(due);
  expect(await ageAfter(due + 1)).toBeGreaterThan(due);
});

test("both queues are scraped", async () => {
  const text = await scrape();
  for (const queue of ["refresh", "imports"]) {
    expect(valueOf(text, `bookstrack_queue_messages{queue="${queue}"}`)).toBeGreaterThanOrEqual(0);
    expect(
      valueOf(text, `bookstrack_queue_oldest_message_seconds{queue="${queue}"}`),
    ).toBeGreaterThanOrEqual(0);
  }
});

test("an idle job exceeds the idle time of the alert on stuck imports", async () => {
  const due = thresholdOf("bookstrack_import_job_idle_seconds");
  expect(valueOf(await scrape(), "bookstrack_import_job_idle_seconds")).toBeLessThan(due);
  await env.DB.prepare(
    `INSERT INTO ImportJobs (job_id, user_id, state, mode, ticket_key, created_at, updated_at)
     VALUES ('stuck', 'u', 'processing', 'merge', 'k', 1, ?1)`,
  )
    .bind(Date.now() - (due + 1) * 1000)
    .run();
  expect(valueOf(await scrape(), "bookstrack_import_job_idle_seconds")).toBeGreaterThan(due);
});

test("a used quota exceeds the ratio of the alert on exhausted quotas", async () => {
  const due = thresholdOf("bookstrack_provider_quota_used_ratio");
  const series = 'bookstrack_provider_quota_used_ratio{provider="google-books"}';
  expect(valueOf(await scrape(), series)).toBeLessThan(due);
  const desk = env.PROVIDER_DESKS.getByName("google-books");
  const { quota } = await desk.status();
  const record: DeskRecord = {
    freeAts: [],
    breaker: { trips: 0, openUntil: 0 },
    hold: { until: 0, strikes: 0 },
    today: { day: quota?.day ?? "", spent: quota?.perDay ?? 0 },
  };
  // The desk restores the usage stored by a previous instance.
  const restarted = runInDurableObject(desk, async (_object, state) => {
    state.storage.kv.put("desk", record);
    await state.storage.sync();
    state.abort("restart");
  });
  await expect(restarted).rejects.toThrow("restart");
  expect(valueOf(await scrape(), series)).toBeGreaterThanOrEqual(due);
});
