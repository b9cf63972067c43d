import { describe, expect, it } from "vitest";
import {
  ask,
  importing,
  isbn,
  openDesk,
  scan,
  searchFor,
  sentAt,
  sizes,
} from "../../../../test/support/desk-world.ts";

describe("one lookup", () => {
  it("is answered by one call, 20 ms after it arrived", async () => {
    const world = openDesk();
    const start = world.time.now();
    const asked = ask(world, isbn(1));
    await world.time.pass(1_000);
    expect(asked.answer).toMatchObject({ kind: "found", book: { isbn: isbn(1) } });
    expect(sentAt(world, start)).toEqual([20]);
    expect(asked.answeredAt).toBe(start + 290);
  });

  it("does not wait to be batched at a provider with one ISBN per call", async () => {
    const world = openDesk({ id: "google-books", maxBatch: 1 });
    const start = world.time.now();
    ask(world, isbn(1));
    await world.time.pass(0);
    expect(sentAt(world, start)).toEqual([0]);
  });

  it("leaves no timer behind, and sets none before", async () => {
    const world = openDesk();
    expect(world.timers()).toBe(0);
    ask(world, isbn(1));
    expect(world.timers()).toBe(1);
    await world.time.pass(300);
    expect(world.timers()).toBe(0);
    expect(world.desk.status()).toEqual({
      provider: "openlibrary",
      breaker: "closed",
      queued: { scan: 0, import: 0 },
      inFlight: 0,
    });
  });

  it("returns an absence", async () => {
    const world = openDesk();
    world.provider.behave = () => ({ answer: "absent" });
    const asked = ask(world, isbn(1));
    await world.time.pass(1_000);
    expect(asked.answer).toEqual({ kind: "absent" });
  });
});

describe("batching", () => {
  it("puts concurrent lookups into one call and gives each its own answer", async () => {
    const world = openDesk();
    const asked = [1, 2, 3].map((n) => ask(world, isbn(n)));
    await world.time.pass(1_000);
    expect(sizes(world)).toEqual([3]);
    expect(asked.map(({ answer }) => answer)).toMatchObject(
      [1, 2, 3].map((n) => ({ kind: "found", book: { isbn: isbn(n) } })),
    );
  });

  it("queries once for equal ISBNs, waiting or in progress", async () => {
    const world = openDesk();
    const asked = Array.from({ length: 100 }, () => ask(world, isbn(1)));
    await world.time.pass(100);
    asked.push(ask(world, isbn(1)), ask(world, isbn(1), importing));
    await world.time.pass(1_000);
    expect(sizes(world)).toEqual([1]);
    for (const { answer } of asked) expect(answer).toMatchObject({ kind: "found" });
  });

  it("never carries more than maxBatch", async () => {
    const world = openDesk();
    for (let n = 0; n < 60; n += 1) ask(world, isbn(n), importing);
    await world.time.pass(5_000);
    expect(sizes(world)).toEqual([25, 25, 10]);
  });

  it("makes 40 calls for 1,000 imports", async () => {
    const world = openDesk();
    for (let n = 0; n < 1_000; n += 1) ask(world, isbn(n), importing);
    await world.time.pass(60_000);
    expect(sizes(world)).toEqual(Array(40).fill(25));
  });

  it("fails only the ISBN that the provider omitted", async () => {
    const world = openDesk();
    const lookup = world.provider.lookup.bind(world.provider);
    world.provider.lookup = (isbns, options) => lookup(isbns.slice(1), options);
    const asked = [1, 2].map((n) => ask(world, isbn(n)));
    await world.time.pass(1_000);
    expect(asked.map(({ answer }) => answer)).toMatchObject([
      { kind: "failed", reason: "bad_answer" },
      { kind: "found" },
    ]);
  });
});

describe("searches", () => {
  it("have separate calls, and equal searches share one", async () => {
    const world = openDesk();
    const asked = [searchFor(world, "emma"), searchFor(world, "emma"), searchFor(world, "ulysses")];
    ask(world, isbn(1));
    await world.time.pass(5_000);
    expect(world.provider.calls.map(({ query }) => query?.title)).toEqual([
      "emma",
      "ulysses",
      undefined,
    ]);
    for (const { answer } of asked) expect(answer).toMatchObject({ kind: "found" });
  });
});

describe("lanes", () => {
  it("send a scan within two slots while a thousand imports are waiting", async () => {
    for (const [maxBatch, perSecond] of [
      [25, 3],
      [1, 1],
    ] as const) {
      const world = openDesk({ maxBatch, limits: { perSecond } });
      for (let n = 0; n < 1_000; n += 1) ask(world, isbn(n), importing);
      await world.time.pass(4_321);
      const before = world.provider.calls.length;
      const asked = ask(world, isbn(5_000));
      await world.time.pass(4_000);
      const slot = world.provider.calls.findIndex(({ isbns }) => isbns.includes(isbn(5_000)));
      expect(slot - before).toBeLessThan(2);
      expect(asked.answer).toMatchObject({ kind: "found" });
    }
  });

  it("reserve two connections for scans when imports hang", async () => {
    const world = openDesk({ limits: { perSecond: 20 } });
    world.provider.behave = () => ({ answer: "silence" });
    for (let n = 0; n < 1_000; n += 1) ask(world, isbn(n), importing);
    await world.time.pass(5_000);
    expect(world.provider.calls.length).toBe(4);
    for (let n = 0; n < 100; n += 1) ask(world, isbn(5_000 + n));
    await world.time.pass(1_000);
    expect(world.provider.calls.length).toBe(6);
  });

  it("give a call that carries a scan 3 s and one that only carries imports 10 s", async () => {
    const world = openDesk();
    ask(world, isbn(1), importing);
    await world.time.pass(600);
    ask(world, isbn(2), scan);
    await world.time.pass(1_000);
    expect(world.provider.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 3_000]);
  });
});

describe("metrics", () => {
  it("count calls by outcome, refusals by reason, and observe batch, wait and duration", async () => {
    const world = openDesk();
    ask(world, isbn(1));
    ask(world, isbn(2), { ...importing, budgetMs: 0 });
    await world.time.pass(1_000);
    expect(world.counted).toEqual([
      "provider_refusals openlibrary import budget_spent",
      "provider_calls openlibrary answered",
    ]);
    expect(world.observed).toEqual([
      { name: "provider_batch_size", value: 1 },
      { name: "provider_wait_ms", value: 20 },
      { name: "provider_call_ms", value: 270 },
    ]);
  });
});
