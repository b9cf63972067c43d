import { describe, expect, it } from "vitest";
import {
  ask,
  busiestSecond,
  importing,
  isbn,
  openDesk,
  scan,
  searchFor,
  sentAt,
  sizes,
  type DeskWorld,
} from "../../../../test/support/desk-world.ts";
import type { ProviderFailed } from "../provider.ts";

const down: ProviderFailed = { kind: "failed", reason: "http_error", status: 503 };

/** Fails five calls in a row, so that the breaker opens. */
async function breakDown(world: DeskWorld): Promise<void> {
  const before = world.provider.behave;
  world.provider.behave = () => ({
    answer: { kind: "failed", reason: "bad_answer" },
    latencyMs: 5,
  });
  for (let n = 0; world.desk.status().breaker === "closed"; n += 1) {
    ask(world, isbn(900_000 + n));
    await world.time.pass(1_300);
  }
  world.provider.behave = before;
  world.provider.calls.length = 0;
}

describe("retries", () => {
  it("follow a 503 in a separate slot, and the batch stays together", async () => {
    const world = openDesk();
    world.provider.behave = (_, index) => ({ answer: index < 2 ? down : "found", latencyMs: 10 });
    const asked = [1, 2].map((n) => ask(world, isbn(n)));
    await world.time.pass(5_000);
    expect(sizes(world)).toEqual([2, 2, 2]);
    for (const { answer } of asked) expect(answer).toMatchObject({ kind: "found" });
  });

  it("end with the budget, and then return the provider's failure", async () => {
    const world = openDesk({ limits: { perSecond: 1 } });
    world.provider.behave = () => ({ answer: down, latencyMs: 10 });
    const asked = ask(world, isbn(1), { ...scan, budgetMs: 2_000 });
    await world.time.pass(5_000);
    expect(asked.answer).toMatchObject({ kind: "failed", reason: "http_error", status: 503 });
    expect(asked.answeredAt).toBeLessThanOrEqual(asked.deadline);
    expect(world.provider.calls.length).toBe(2);
  });

  it("are not attempted if the pause alone exceeds the budget", async () => {
    const world = openDesk({ random: () => 0.99 });
    world.provider.behave = () => ({ answer: down, latencyMs: 10 });
    const start = world.time.now();
    const asked = ask(world, isbn(1), { ...scan, budgetMs: 400 });
    await world.time.pass(400);
    expect(asked).toMatchObject({ answer: { reason: "http_error" }, answeredAt: start + 30 });
  });

  it("use the scan lane once a scan waits for an import's call", async () => {
    const world = openDesk();
    world.provider.behave = (_, index) => ({ answer: index === 0 ? down : "found" });
    ask(world, isbn(1), importing);
    await world.time.pass(550);
    ask(world, isbn(1));
    await world.time.pass(2_000);
    expect(world.provider.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 3_000]);
  });

  it("end after four attempts, however long the caller would wait", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: down, latencyMs: 10 });
    const asked = ask(world, isbn(1), importing);
    await world.time.pass(60_000);
    expect(asked.answer).toMatchObject({ kind: "failed", reason: "http_error" });
    expect(world.provider.calls.length).toBe(4);
  });

  it("do not follow 400, 403, 404, 500, a bad answer or a timeout", async () => {
    const failures: ProviderFailed[] = [
      ...[400, 403, 404, 500].map(
        (status) => ({ kind: "failed", reason: "http_error", status }) as const,
      ),
      { kind: "failed", reason: "bad_answer" },
      { kind: "failed", reason: "timeout" },
    ];
    for (const failure of failures) {
      const world = openDesk();
      world.provider.behave = () => ({ answer: failure });
      const asked = ask(world, isbn(1));
      await world.time.pass(10_000);
      expect(asked.answer).toEqual(failure);
      expect(world.provider.calls.length).toBe(1);
    }
  });

  it("do not follow an exception in a provider, which is reported", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: "throw" });
    const asked = [ask(world, isbn(1)), searchFor(world, "emma")];
    await world.time.pass(10_000);
    for (const { answer } of asked) expect(answer).toMatchObject({ reason: "bad_answer" });
    expect(world.reported).toEqual(["provider_threw", "provider_threw"]);
  });
});

describe("Retry-After", () => {
  const limited = (retryAfterMs: number): ProviderFailed => ({
    kind: "failed",
    reason: "rate_limited",
    status: 429,
    retryAfterMs,
  });

  it("applies to every caller, and rejects those that cannot wait that long immediately", async () => {
    const world = openDesk();
    world.provider.behave = (_, index) => ({ answer: index === 0 ? limited(30_000) : "found" });
    const start = world.time.now();
    const first = ask(world, isbn(1));
    const patient = ask(world, isbn(1), importing);
    await world.time.pass(290);
    expect(first.answer).toEqual(limited(30_000));
    const second = ask(world, isbn(2));
    await world.time.pass(0);
    expect(second.answer).toEqual({
      kind: "failed",
      reason: "rate_limited",
      retryAfterMs: 30_000,
    });
    await world.time.pass(40_000);
    expect(patient.answer).toMatchObject({ kind: "found" });
    expect(sentAt(world, start)).toEqual([20, 30_290]);
    expect(world.desk.status().breaker).toBe("closed");
  });

  it("is not reported after its end to callers that find no slot", async () => {
    const world = openDesk({ maxBatch: 1, limits: { perSecond: 1 } });
    world.provider.behave = (_, index) => ({ answer: index === 0 ? limited(10_000) : "found" });
    const asked = ask(world, isbn(1), { ...importing, budgetMs: 11_000 });
    await world.time.pass(1_000);
    for (let n = 2; n < 6; n += 1) ask(world, isbn(n), { ...scan, budgetMs: 20_000 });
    await world.time.pass(20_000);
    expect(asked.answer).toMatchObject({ kind: "failed", reason: "rate_limited", status: 429 });
    expect(asked.answer).toHaveProperty("retryAfterMs", 4 * 1_050);
  });

  it("survives a restart of the Durable Object", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: limited(30_000), latencyMs: 10 });
    ask(world, isbn(1));
    await world.time.pass(30);
    world.restart();
    const asked = ask(world, isbn(2));
    await world.time.pass(0);
    expect(asked.answer).toMatchObject({ reason: "rate_limited", retryAfterMs: 30_000 });
    expect(world.desk.status().refusesForMs).toBe(30_000);
  });

  it("is replaced by a growing pause if it is missing from a 429", async () => {
    const world = openDesk();
    world.provider.behave = () => ({
      answer: { kind: "failed", reason: "rate_limited" },
      latencyMs: 0,
    });
    const start = world.time.now();
    ask(world, isbn(1), importing);
    await world.time.pass(60_000);
    const gaps = sentAt(world, start).map((at, n, all) => at - (all[n - 1] ?? 0));
    // An import is batched for 500 ms; then 1, 2 and 4 s at three quarters, the mean of their jitter.
    expect(gaps).toEqual([500, 750, 1_500, 3_000]);
    expect(world.desk.status().breaker).toBe("closed");
  });
});

describe("breaker", () => {
  it("rejects scans and imports immediately and without a call", async () => {
    const world = openDesk();
    await breakDown(world);
    const asked = [ask(world, isbn(1)), ask(world, isbn(2), importing), searchFor(world, "emma")];
    await world.time.pass(0);
    for (const { answer } of asked) {
      expect(answer).toMatchObject({ kind: "failed", reason: "breaker_open" });
      expect(answer).toHaveProperty("retryAfterMs");
    }
    expect(world.provider.calls).toEqual([]);
    expect(world.timers()).toBe(0);
  });

  it("rejects callers that are waiting when it opens", async () => {
    const world = openDesk({ maxBatch: 1, limits: { perSecond: 5 } });
    world.provider.behave = () => ({ answer: { kind: "failed", reason: "network" }, latencyMs: 5 });
    const asked = Array.from({ length: 50 }, (_, n) => ask(world, isbn(n), importing));
    await world.time.pass(2_000);
    expect(world.provider.calls.length).toBe(5);
    const reasons = asked.map(({ answer }) => (answer?.kind === "failed" ? answer.reason : ""));
    expect(reasons.filter((reason) => reason === "network").length).toBe(5);
    expect(reasons.filter((reason) => reason === "breaker_open").length).toBe(45);
    for (const { answer } of asked) expect(answer).toHaveProperty("retryAfterMs");
  });

  it("probes with one call after the cool-down, and closes when it is answered", async () => {
    const world = openDesk({ maxBatch: 1 });
    await breakDown(world);
    await world.time.pass(2_000);
    const asked = Array.from({ length: 20 }, (_, n) => ask(world, isbn(n)));
    await world.time.pass(1_000);
    expect(world.provider.calls.length).toBe(1);
    expect(asked.filter(({ answer }) => answer?.kind === "found").length).toBe(1);
    expect(world.desk.status().breaker).toBe("closed");
    const again = ask(world, isbn(30));
    await world.time.pass(2_000);
    expect(again.answer).toMatchObject({ kind: "found" });
    expect(world.counted.filter((line) => line.startsWith("breaker_transitions"))).toEqual([
      "breaker_transitions openlibrary open",
      "breaker_transitions openlibrary half_open",
      "breaker_transitions openlibrary closed",
    ]);
  });

  it("gives a probe 3 s, even one that only carries imports", async () => {
    const world = openDesk();
    await breakDown(world);
    await world.time.pass(2_000);
    world.provider.behave = () => ({ answer: "silence" });
    ask(world, isbn(1), importing);
    await world.time.pass(3_500);
    expect(world.provider.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([3_000]);
    expect(world.desk.status().breaker).toBe("open");
  });

  it("stays open while the probe fails, with few calls, and exceeds no limit after the recovery", async () => {
    const world = openDesk();
    await breakDown(world);
    const back = world.time.now() + 60_000;
    world.provider.behave = ({ sentAt }) =>
      sentAt < back ? { answer: "silence" } : { answer: "found" };
    const asked: ReturnType<typeof ask>[] = [];
    for (let n = 0; n < 800; n += 1) {
      asked.push(ask(world, isbn(n)));
      await world.time.pass(100);
    }
    const during = world.provider.calls.filter((call) => call.sentAt < back);
    expect(during.length).toBeGreaterThan(2);
    expect(during.length).toBeLessThan(10);
    expect(asked.at(-1)?.answer ?? asked.at(-10)?.answer).toMatchObject({ kind: "found" });
    expect(asked.filter(({ answer }) => answer?.kind === "absent")).toEqual([]);
    expect(busiestSecond(world.provider.calls.map((call) => call.arrivedAt))).toBeLessThan(4);
  });

  it("survives a restart of the Durable Object", async () => {
    const world = openDesk();
    await breakDown(world);
    world.restart();
    const asked = ask(world, isbn(1));
    await world.time.pass(0);
    expect(asked.answer).toMatchObject({ reason: "breaker_open" });
    await world.time.pass(3_000);
    const later = ask(world, isbn(1));
    await world.time.pass(1_000);
    expect(later.answer).toMatchObject({ kind: "found" });
  });
});
