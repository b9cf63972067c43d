import { describe, expect, it } from "vitest";
import type { Bucket } from "./limiter.ts";
import { createLimiters } from "./limiters.ts";
import { RATE_CLASSES, rateLimitsOf, type RateLimits } from "./policy.ts";

const limitersOf = (limits: RateLimits) =>
  createLimiters(limits, {
    memory: () => new Map<string, Bucket>(),
    takeTokens: async ({ length }, { want, now }) => ({
      granted: want,
      remaining: length,
      resetsAt: now + 60_000,
    }),
    withTimeout: async (_budgetMs, work) => ({ ok: true, value: await work }),
    defer: () => undefined,
    now: () => 0,
    objectFailed: () => undefined,
    failedOpen: () => undefined,
  });

describe("createLimiters", () => {
  it("creates a limiter for each class with a limit", () => {
    expect(Object.keys(limitersOf(rateLimitsOf({})))).toEqual([...RATE_CLASSES]);
    const { search, enrich } = limitersOf(rateLimitsOf({ search: 0 }));
    expect(search).toBeUndefined();
    expect(enrich).toBeDefined();
  });

  it("gives each class its own cache", async () => {
    const { enrich, library } = limitersOf(rateLimitsOf({}));
    await enrich?.take("a");
    expect(enrich?.tryTake("a")).toMatchObject({ kind: "admitted" });
    expect(library?.tryTake("a")).toBeUndefined();
  });
});

describe("rateLimitsOf", () => {
  it("uses the defaults for classes without an override", () => {
    expect(rateLimitsOf({ search: 0, misses: 5 })).toEqual({
      search: 0,
      enrich: 60,
      imports: 10,
      accounts: 10,
      library: 300,
      jobs: 300,
      admin: 30,
      misses: 5,
      covers: 600,
    });
  });
});
