import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { d1CacheMetrics, pruneCacheMetrics } from "../../src/catalogue/storage/cache-metrics.ts";
import { deferred, memoryLog } from "../support/fakes.ts";

const rows = async () =>
  (await env.DB.prepare("SELECT * FROM CacheMetrics ORDER BY cache_key").all()).results;

function counting(db: D1Database = env.DB) {
  let now = 1_000_000_000;
  let writes = 0;
  const work = deferred();
  const log = memoryLog();
  const defer = (promise: Promise<unknown>): void => {
    writes += 1;
    work.defer(promise);
  };
  const metrics = d1CacheMetrics(db, { now: () => now, defer, log });
  return {
    metrics,
    log,
    settle: work.settle,
    wait: (ms: number) => (now += ms),
    writes: () => writes,
  };
}

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM CacheMetrics").run();
});

describe("cache metrics", () => {
  it("writes one statement for five hundred keys", async () => {
    const { metrics, settle, writes } = counting();
    for (let key = 0; key < 499; key += 1) metrics.hit(String(key));
    for (let count = 0; count < 99; count += 1) metrics.hit("0");
    expect(writes()).toBe(0);
    metrics.miss("z");
    expect(writes()).toBe(1);
    await settle();
    const written = await rows();
    expect(written).toHaveLength(500);
    expect(written[0]).toMatchObject({
      cache_key: "book:isbn:0",
      hit_count: 100,
      miss_count: 0,
      last_accessed: 1_000_000,
    });
    expect(written.at(-1)).toMatchObject({ cache_key: "book:isbn:z", hit_count: 0, miss_count: 1 });
  });

  it("writes counts of isolates that only write the cache", async () => {
    const { metrics, settle, writes } = counting();
    for (let key = 0; key < 500; key += 1) metrics.stored(String(key), 512, 86_400);
    expect(writes()).toBe(1);
    await settle();
    expect(await rows()).toHaveLength(500);
  });

  it("writes counts that have waited for ten seconds", async () => {
    const { metrics, settle, wait } = counting();
    metrics.stored("a", 512, 86_400);
    metrics.hit("a");
    wait(10_000);
    metrics.hit("a");
    await settle();
    metrics.hit("a");
    wait(10_000);
    metrics.hit("a");
    await settle();
    expect(await rows()).toMatchObject([
      { hit_count: 4, data_size_bytes: 512, ttl_seconds: 86_400 },
    ]);
  });

  it("loses only its counts when D1 fails", async () => {
    const broken = {
      prepare: () => ({ bind: () => ({ run: () => Promise.reject(new Error("gone")) }) }),
    };
    const { metrics, log, settle, wait } = counting(broken as unknown as D1Database);
    wait(10_000);
    metrics.hit("a");
    await settle();
    expect(log.events).toEqual(["cache_metrics_lost"]);
  });

  it("prunes keys that were not requested, in batches", async () => {
    await env.DB.prepare(
      `INSERT INTO CacheMetrics (cache_key, last_accessed) VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 10)`,
    ).run();
    expect(await pruneCacheMetrics(env.DB, 10, 2)).toBe(2);
    expect(await pruneCacheMetrics(env.DB, 10, 2)).toBe(1);
    expect((await rows()).map(({ cache_key }) => cache_key)).toEqual(["d"]);
  });
});
