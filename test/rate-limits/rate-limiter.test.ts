import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limiterObjects } from "../../src/rate-limits/objects/limiter-objects.ts";
import type { TakeRequest } from "../../src/rate-limits/domain/window.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const search = (want: number, now: number): TakeRequest => ({
  rateClass: "search",
  want,
  limit: 100,
  now,
});

/** A separate Durable Object for each test. */
const limiter = () => env.RATE_LIMITERS.getByName(crypto.randomUUID());

describe("RateLimiter", () => {
  it("counts down from the limit and grants no more than that", async () => {
    const object = limiter();
    const now = Date.now();
    const resetsAt = now + MINUTE;
    expect(await object.take(search(60, now))).toEqual({ granted: 60, remaining: 40, resetsAt });
    expect(await object.take(search(60, now))).toEqual({ granted: 40, remaining: 0, resetsAt });
    expect(await object.take(search(1, now))).toEqual({ granted: 0, remaining: 0, resetsAt });
    expect(await object.take(search(1, resetsAt))).toMatchObject({ granted: 1, remaining: 99 });
  });

  it("never grants more than the limit to simultaneous isolates", async () => {
    const object = limiter();
    const now = Date.now();
    const grants = await Promise.all(Array.from({ length: 30 }, () => object.take(search(7, now))));
    expect(grants.reduce((sum, { granted }) => sum + granted, 0)).toBe(100);
  });

  it("restores a window after an eviction", async () => {
    const object = limiter();
    const now = Date.now();
    await object.take(search(99, now));
    await evictDurableObject(object);
    expect(await object.take(search(5, now))).toEqual({
      granted: 1,
      remaining: 0,
      resetsAt: now + MINUTE,
    });
  });

  it("sets one alarm per day, regardless of requests", async () => {
    const object = limiter();
    const now = Date.now();
    const alarm = () => runInDurableObject(object, (_instance, state) => state.storage.getAlarm());
    await object.take(search(1, now));
    expect(await alarm()).toBe(now + DAY);
    await evictDurableObject(object);
    await object.take(search(1, now + MINUTE));
    expect(await alarm()).toBe(now + DAY);
  });

  it("stores nothing for a caller that it only rejects, and nothing after all windows have ended", async () => {
    const object = limiter();
    const stored = () =>
      runInDurableObject(object, async (_instance, state) => (await state.storage.list()).size);
    await object.take({ ...search(1, Date.now()), limit: 0 });
    expect(await stored()).toBe(0);
    await object.take(search(1, Date.now() - 2 * MINUTE));
    expect(await stored()).toBe(1);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await stored()).toBe(0);
    expect(await runDurableObjectAlarm(object)).toBe(false);
    expect(await object.take(search(1, Date.now()))).toMatchObject({ granted: 1, remaining: 99 });
  });

  it("keeps a window that is still open when the alarm fires, and sets another alarm", async () => {
    const object = limiter();
    const now = Date.now();
    await object.take(search(99, now));
    expect(await runDurableObjectAlarm(object)).toBe(true);
    const alarm = await runInDurableObject(object, (_instance, state) => state.storage.getAlarm());
    expect(alarm).toBe(now + MINUTE);
    expect(await object.take(search(5, now))).toMatchObject({ granted: 1, remaining: 0 });
  });
});

describe("DailySalt", () => {
  it("is equal for all callers on a day, even after an eviction, and differs between days", async () => {
    const salt = env.DAILY_SALTS.getByName("2026-11-22");
    const first = await salt.read();
    expect(first).toHaveLength(36);
    await evictDurableObject(salt);
    expect(await salt.read()).toBe(first);
    expect(await env.DAILY_SALTS.getByName("2026-11-23").read()).not.toBe(first);
  });

  it("is deleted by its alarm", async () => {
    const salt = env.DAILY_SALTS.getByName("2026-11-24");
    const first = await salt.read();
    expect(await runDurableObjectAlarm(salt)).toBe(true);
    expect(await salt.read()).not.toBe(first);
  });
});

describe("limiterObjects", () => {
  const ADDRESS = "203.0.113.7";

  /** An isolate that records the object names and the days of the salts that it requests. */
  function isolate() {
    const names: string[] = [];
    const days: string[] = [];
    const take = limiterObjects({
      limiter(name) {
        names.push(name);
        return env.RATE_LIMITERS.getByName(name);
      },
      salt(day) {
        days.push(day);
        return env.DAILY_SALTS.getByName(day).read();
      },
    });
    return { take, names, days };
  }

  it("maps a caller to the same object in all isolates without revealing the caller", async () => {
    const [one, other] = [isolate(), isolate()];
    const now = Date.UTC(2026, 11, 1, 12);
    expect(await one.take(ADDRESS, search(60, now))).toMatchObject({ granted: 60 });
    expect(await other.take(ADDRESS, search(60, now))).toMatchObject({ granted: 40 });
    expect(await other.take("203.0.113.8", search(60, now))).toMatchObject({ granted: 60 });
    const names = [...one.names, ...other.names];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[\da-f]{64}$/);
  });

  it("fetches the salt once a day and then uses a different name for a caller", async () => {
    const { take, names, days } = isolate();
    const midnight = Date.UTC(2026, 11, 3);
    await take(ADDRESS, search(1, midnight - 2));
    await take(ADDRESS, search(1, midnight - 1));
    await take(ADDRESS, search(1, midnight));
    expect(days).toEqual(["2026-12-02", "2026-12-03"]);
    expect(names[0]).toBe(names[1]);
    expect(names[2]).not.toBe(names[0]);
  });
});
