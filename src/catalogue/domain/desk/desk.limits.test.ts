import { describe, expect, it } from "vitest";
import {
  ask,
  busiestSecond,
  importing,
  isbn,
  openDesk,
  scan,
  sentAt,
} from "../../../../test/support/desk-world.ts";
import type { ProviderFailed } from "../provider.ts";
import type { AskOptions } from "./ports.ts";

describe("budgets", () => {
  it("end a caller's wait while the call continues for another", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: "found", latencyMs: 2_000 });
    const short = ask(world, isbn(1), { ...scan, budgetMs: 500 });
    const long = ask(world, isbn(1));
    await world.time.pass(500);
    expect(short.answer).toEqual({ kind: "failed", reason: "timeout" });
    await world.time.pass(2_000);
    expect(long.answer).toMatchObject({ kind: "found" });
    expect(world.provider.calls.length).toBe(1);
  });

  it("limit the call to the longest budget", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: "silence" });
    const asked = ask(world, isbn(1), { ...scan, budgetMs: 1_200 });
    await world.time.pass(5_000);
    expect(world.provider.calls[0]?.timeoutMs).toBe(1_180);
    expect(asked.answer).toEqual({ kind: "failed", reason: "timeout" });
    expect(world.provider.calls.length).toBe(1);
  });

  it("that end without a slot report that, and when a slot may be free", async () => {
    const world = openDesk({ maxBatch: 1, limits: { perSecond: 1 } });
    const asked = Array.from({ length: 10 }, (_, n) => ask(world, isbn(n)));
    await world.time.pass(6_000);
    const unserved = asked.filter(({ answer }) => answer?.kind === "failed");
    expect(unserved.length).toBe(10 - world.provider.calls.length);
    for (const { answer, answeredAt, deadline } of unserved) {
      expect(answer).toMatchObject({ reason: "budget_spent" });
      expect(answer).toHaveProperty("retryAfterMs");
      expect(answeredAt).toBeLessThanOrEqual(deadline);
    }
  });

  it("of zero are answered immediately, without a call", async () => {
    const world = openDesk();
    for (const budgetMs of [0, -1, Number.NaN]) {
      const asked = ask(world, isbn(1), { ...scan, budgetMs });
      await world.time.pass(0);
      expect(asked.answer).toMatchObject({ kind: "failed", reason: "budget_spent" });
    }
    await world.time.pass(1_000);
    expect(world.provider.calls).toEqual([]);
  });

  it("abandon a provider that does not end its call, and ignore its late answer", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: "hang" });
    const asked = ask(world, isbn(1));
    await world.time.pass(10_000);
    expect(asked.answer).toEqual({ kind: "failed", reason: "timeout" });
    expect(world.desk.status().inFlight).toBe(0);
    expect(world.timers()).toBe(0);
    await world.time.pass(60_000);
    expect(world.counted).toEqual(["provider_calls openlibrary timeout"]);
  });
});

describe("the rate limit", () => {
  it("starts a call's second at its answer, or at its latest possible arrival", async () => {
    for (const [behaviour, next] of [
      [{ answer: "found", latencyMs: 10 }, 10 + 1_050],
      [{ answer: "found", latencyMs: 900 }, 900 + 1_050],
      [{ answer: "silence" }, 2_000 + 1_050],
    ] as const) {
      const world = openDesk({ maxBatch: 1, limits: { perSecond: 1 } });
      const start = world.time.now();
      world.provider.behave = () => behaviour;
      ask(world, isbn(1), { ...scan, budgetMs: behaviour.answer === "found" ? 5_000 : 100 });
      ask(world, isbn(2));
      await world.time.pass(3_500);
      expect(sentAt(world, start)).toEqual([0, next]);
    }
  });
});

describe("daily quota", () => {
  const anonymous = { ...scan, account: false };
  const google = {
    id: "google-books",
    maxBatch: 1,
    limits: { perSecond: 50, perDay: 10 },
  } as const;

  it("gives each kind of caller its share, and then reports its reset", async () => {
    const world = openDesk(google);
    const served = async (options: AskOptions, from: number): Promise<number> => {
      const asked = Array.from({ length: 8 }, (_, n) => ask(world, isbn(from + n), options));
      await world.time.pass(1_000);
      return asked.filter(({ answer }) => answer?.kind === "found").length;
    };
    expect(await served(anonymous, 0)).toBe(2);
    expect(await served(scan, 10)).toBe(3);
    expect(await served(importing, 20)).toBe(4);
    expect(await served({ ...importing, isRefresh: true }, 30)).toBe(1);
    expect(world.provider.calls.length).toBe(10);
    expect(world.desk.status().quota).toMatchObject({ spent: 10, perDay: 10 });
    const refused = ask(world, isbn(50));
    await world.time.pass(1_000);
    expect(refused.answer).toMatchObject({ kind: "failed", reason: "quota_exhausted" });
    const resetMs = (refused.answer as ProviderFailed).retryAfterMs ?? 0;
    await world.time.pass(resetMs);
    expect(await served(anonymous, 60)).toBe(2);
  });

  it("rejects a caller without a token even if one with a token sends the same query", async () => {
    const world = openDesk({ ...google, limits: { perSecond: 1, perDay: 4 } });
    ask(world, isbn(1), anonymous);
    const shared = [ask(world, isbn(2)), ask(world, isbn(2), anonymous)];
    await world.time.pass(5_000);
    expect(shared.map(({ answer }) => answer?.kind)).toEqual(["found", "failed"]);
    expect(world.desk.status().quota?.spent).toBe(2);
  });

  it("is counted before the call, so that a crash can only count too much", async () => {
    const world = openDesk(google);
    for (let n = 0; n < 20; n += 1) {
      ask(world, isbn(n));
      expect(world.stored()?.today?.spent ?? 0).toBeGreaterThanOrEqual(world.provider.calls.length);
      world.restart();
    }
    await world.time.pass(10_000);
    expect(world.provider.calls.length).toBe(5);
  });
});

describe("a restart", () => {
  it("keeps the calls of the last second", async () => {
    const world = openDesk({ maxBatch: 1 });
    for (let life = 0; life < 10; life += 1) {
      for (let n = 0; n < 5; n += 1) ask(world, isbn(life * 10 + n));
      await world.time.pass(400);
      world.restart();
    }
    expect(world.provider.calls.length).toBeGreaterThan(3);
    expect(busiestSecond(world.provider.calls.map((call) => call.arrivedAt))).toBeLessThan(4);
  });

  it("does not delay a scan after an idle period", async () => {
    const world = openDesk();
    ask(world, isbn(1));
    await world.time.pass(10_000);
    world.restart();
    const start = world.time.now();
    ask(world, isbn(2));
    await world.time.pass(1_000);
    expect(sentAt(world, start).at(-1)).toBe(20);
  });
});
