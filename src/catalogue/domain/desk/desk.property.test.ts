import { sharesOf } from "./day-shares.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ask,
  busiestSecond,
  isbn,
  openDesk,
  searchFor,
  type Answered,
} from "../../../../test/support/desk-world.ts";
import type { Behaviour } from "../../../../test/support/stand-in-provider.ts";
import type { Lane, ProviderFailed } from "../provider.ts";
import { ARRIVAL_MS } from "./call-window.ts";
import { runs } from "../../../../test/support/properties.ts";

const failure: fc.Arbitrary<ProviderFailed> = fc.oneof(
  fc.constantFrom<ProviderFailed>(
    { kind: "failed", reason: "network" },
    { kind: "failed", reason: "bad_answer" },
    { kind: "failed", reason: "rate_limited" },
    { kind: "failed", reason: "http_error", status: 404 },
    { kind: "failed", reason: "http_error", status: 503 },
  ),
  fc
    .integer({ min: 0, max: 20_000 })
    .map((retryAfterMs) => ({ kind: "failed", reason: "rate_limited", retryAfterMs }) as const),
);

const answer: fc.Arbitrary<Behaviour["answer"]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant("found" as const) },
  { weight: 2, arbitrary: failure },
  { weight: 1, arbitrary: fc.constantFrom("absent", "silence", "hang", "throw") },
);

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  answer,
  latencyMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 12_000 })),
  networkMs: fc.integer({ min: 0, max: ARRIVAL_MS }),
});

const step = fc.record({
  pauseMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ max: 4_000, min: 0 }),
  ),
  questions: fc.integer({ min: 1, max: 40 }),
  first: fc.integer({ min: 0, max: 200 }),
  search: fc.boolean(),
  lane: fc.constantFrom<Lane>("scan", "import"),
  budgetMs: fc.oneof(fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 0, max: 60_000 })),
  account: fc.boolean(),
});

const world = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  behaviours: fc.array(behaviour, { minLength: 1, maxLength: 30 }),
  perSecond: fc.integer({ min: 1, max: 5 }),
  perDay: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  maxBatch: fc.constantFrom(1, 2, 25),
  restarts: fc.array(fc.integer({ min: 0, max: 24 }), { maxLength: 3 }),
  jitter: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 7 }),
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function behaviourOf({ behaviours }: Pick<World, "behaviours">, index: number): Behaviour {
  return behaviours[index % behaviours.length] ?? { answer: "found" };
}

/** Runs a world; the desk is restarted before each step in `restarts`. */
async function live({ steps, behaviours, perSecond, perDay, maxBatch, restarts, jitter }: World) {
  let drawn = 0;
  const random = () => jitter[(drawn += 1) % jitter.length] ?? 0;
  const desk = openDesk({ limits: { perSecond, perDay }, maxBatch, random });
  desk.provider.behave = (_, index) => behaviourOf({ behaviours }, index);
  let asked: Answered<unknown>[] = [];
  const overCounts: number[] = [];
  for (const [index, { pauseMs, questions, first, search, ...options }] of steps.entries()) {
    await desk.time.pass(pauseMs);
    if (restarts.includes(index)) {
      desk.restart();
      asked = [];
    }
    for (let n = first; n < first + questions; n += 1) {
      asked.push(search ? searchFor(desk, `${n % 7}`, options) : ask(desk, isbn(n), options));
    }
    await desk.time.pass(0);
    overCounts.push((desk.desk.status().quota?.spent ?? Infinity) - desk.provider.calls.length);
  }
  await desk.time.pass(700_000);
  return { desk, asked, overCounts, calls: desk.provider.calls };
}

// A shared machine may be slow, and shrinking a counterexample takes a while.
describe("a desk in any environment", { timeout: 60_000 }, () => {
  it("answers every caller within the budget, and then has no timer", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { desk, asked } = await live(given);
        for (const { answer, answeredAt, deadline } of asked) {
          expect(answer).toBeDefined();
          expect(answeredAt).toBeLessThanOrEqual(deadline);
        }
        expect(desk.timers()).toBe(0);
        expect(desk.desk.status()).toMatchObject({ queued: { scan: 0, import: 0 }, inFlight: 0 });
      }),
      { numRuns: runs(30) },
    );
  });

  it("never exceeds perSecond calls in a sliding second at the provider, restarts included", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { calls } = await live(given);
        const arrivals = calls.map(({ arrivedAt }) => arrivedAt);
        expect(busiestSecond(arrivals)).toBeLessThanOrEqual(given.perSecond);
      }),
      { numRuns: runs(30) },
    );
  });

  it("carries at most maxBatch distinct ISBNs, never two concurrent calls for one, at most six concurrent calls", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { calls } = await live({ ...given, restarts: [] });
        const ends = calls.map(({ sentAt, timeoutMs }, index) => {
          const { answer, latencyMs = 0 } = behaviourOf(given, index);
          return sentAt + (answer === "silence" ? timeoutMs : Math.min(latencyMs, timeoutMs));
        });
        for (const [index, { isbns, sentAt, timeoutMs }] of calls.entries()) {
          expect(isbns.length).toBeLessThanOrEqual(given.maxBatch);
          expect(new Set(isbns).size).toBe(isbns.length);
          expect(timeoutMs).toBeGreaterThan(0);
          expect(timeoutMs).toBeLessThanOrEqual(10_000);
          const underWay = calls.slice(0, index).filter((_, n) => (ends[n] ?? 0) > sentAt);
          expect(underWay.length).toBeLessThan(6);
          const twice = underWay.filter((call) => call.isbns.some((isbn) => isbns.includes(isbn)));
          expect(twice).toEqual([]);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  it("sends nothing before the end of a Retry-After", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { calls } = await live({ ...given, restarts: [] });
        for (const [index, { sentAt, timeoutMs }] of calls.entries()) {
          const { answer, latencyMs = 0 } = behaviourOf(given, index);
          if (typeof answer === "string" || answer.retryAfterMs === undefined) continue;
          if (latencyMs > timeoutMs) continue;
          const receivedAt = sentAt + latencyMs;
          const early = calls.filter(
            (call) =>
              call.sentAt > receivedAt && call.sentAt < receivedAt + (answer.retryAfterMs ?? 0),
          );
          expect(early).toEqual([]);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  it("never exceeds the share of live scans, or half of it for callers without a token", async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.boolean(), async (given, account) => {
        const steps = given.steps.map((step) => ({ ...step, account, lane: "scan" as const }));
        const perDay = given.perDay ?? 10;
        const { calls, overCounts } = await live({ ...given, steps, perDay });
        const shares = sharesOf(perDay);
        expect(calls.length).toBeLessThanOrEqual(account ? shares.live : shares.anonymous);
        for (const overCount of overCounts) expect(overCount).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: runs(30) },
    );
  });
});
