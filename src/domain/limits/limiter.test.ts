import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLimiter, type Bucket, type ClassLimiter, type Decision } from "./limiter.ts";
import { policyOf, type RateClass } from "./policy.ts";
import { takeTokens, type Grant, type TakeRequest, type Windows } from "./window.ts";

const START = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

type Answer = () => Promise<void>;
type Outcome = { ok: true; value: never } | { ok: false; error: unknown };

/** Isolates, the caller's one object that they share, and a clock. `carry` may delay, lose or reorder an answer. */
function world(
  rateClass: RateClass,
  limit: number,
  carry: (answer: Answer) => Promise<void> = (answer) => answer(),
) {
  let now = START;
  let windows: Windows = {};
  const asked: TakeRequest[] = [];
  const failures = { object: 0, open: 0 };
  const deferred: Promise<unknown>[] = [];
  const patiences: ((outcome: Outcome) => void)[] = [];
  let leavers = 0;

  const isolate = (): ClassLimiter =>
    createLimiter(policyOf(rateClass, limit), {
      buckets: new Map<string, Bucket>(),
      async takeTokens(_caller, request) {
        let grant: Grant | undefined;
        await carry(async () => {
          asked.push(request);
          ({ windows, grant } = takeTokens(windows, request));
        });
        if (!grant) throw new Error("the answer was lost");
        return grant;
      },
      within(_budgetMs, work) {
        if (leavers > 0) {
          leavers -= 1;
          return new Promise(() => undefined);
        }
        const patience = new Promise<Outcome>((resolve) => void patiences.push(resolve));
        const answer = work.then(
          (value) => ({ ok: true as const, value }),
          (error: unknown) => ({ ok: false as const, error }),
        );
        return Promise.race([patience, answer]);
      },
      defer: (work) => void deferred.push(work),
      now: () => now,
      objectFailed: () => void (failures.object += 1),
      failedOpen: () => void (failures.open += 1),
    });

  return {
    isolate,
    asked,
    failures,
    wait: (ms: number) => void (now += ms),
    /** Ends the patience of whoever began to wait as the n-th of all; the question itself comes before its waiters. */
    runOut: (...nth: number[]) => {
      for (const index of nth) patiences[index]?.({ ok: false, error: new Error("too slow") });
    },
    /** The next so many requests that wait are cut off: nothing after their wait ever runs. */
    leave: (count: number) => void (leavers = count),
    settle: async () => void (await Promise.all(deferred)),
  };
}

const request = async (limiter: ClassLimiter, caller = "a"): Promise<Decision> =>
  limiter.tryTake(caller) ?? limiter.take(caller);

const admitted = (decisions: readonly Decision[]): number =>
  decisions.filter(({ kind }) => kind === "admitted").length;

const remaining = (decision: Decision): number | undefined =>
  decision.kind === "open" ? undefined : decision.remaining;

describe("on one isolate", () => {
  it.each(["search", "enrich"] as const)(
    "passes exactly the limit of %s, counts down by one, and refuses until the window ends",
    async (rateClass) => {
      const { isolate, wait } = world(rateClass, 100);
      const limiter = isolate();
      for (let left = 99; left >= 0; left -= 1) {
        expect(await request(limiter)).toMatchObject({
          kind: "admitted",
          remaining: left,
          resetSeconds: 60,
        });
      }
      wait(12_001);
      expect(await request(limiter)).toMatchObject({
        kind: "refused",
        remaining: 0,
        resetSeconds: 48,
      });
      wait(47_998);
      expect(await request(limiter)).toMatchObject({
        kind: "refused",
        remaining: 0,
        resetSeconds: 1,
      });
      wait(1);
      expect(await request(limiter)).toMatchObject({
        kind: "admitted",
        remaining: 99,
        resetSeconds: 60,
      });
    },
  );

  it("asks once a tenth of the limit, then once a token, and not at all for what it refuses", async () => {
    const { isolate, asked } = world("enrich", 100);
    const limiter = isolate();
    for (let count = 0; count < 150; count += 1) await request(limiter);
    expect(asked.map(({ want }) => want)).toEqual([
      ...Array<number>(9).fill(10),
      ...Array<number>(10).fill(1),
    ]);
  });

  it("decides at once while it has tokens in hand", async () => {
    const limiter = world("enrich", 100).isolate();
    expect(limiter.tryTake("a")).toBeUndefined();
    await limiter.take("a");
    for (let count = 0; count < 9; count += 1) {
      expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted" });
    }
    expect(limiter.tryTake("a")).toBeUndefined();
  });

  it("admits the first search of each window before anyone was asked, and settles it after", async () => {
    const { isolate, asked, settle, wait } = world("search", 100);
    const limiter = isolate();
    expect(limiter.tryTake("a")).toMatchObject({
      kind: "admitted",
      remaining: 99,
      resetSeconds: 60,
    });
    await settle();
    expect(asked).toEqual([{ rateClass: "search", want: 11, limit: 100, now: START }]);
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted", remaining: 98 });
    wait(MINUTE);
    expect(limiter.tryTake("a")).toMatchObject({
      kind: "admitted",
      remaining: 99,
      resetSeconds: 60,
    });
  });

  it("takes misses one by one, so that none of a day's is lost", async () => {
    const { isolate, asked } = world("misses", 20);
    const limiter = isolate();
    for (let count = 0; count < 25; count += 1) await request(limiter);
    expect(asked.map(({ want }) => want)).toEqual(Array<number>(20).fill(1));
  });

  it("keeps callers apart", async () => {
    const limiter = world("search", 1).isolate();
    expect(await request(limiter, "a")).toMatchObject({ kind: "admitted" });
    expect(await request(limiter, "a")).toMatchObject({ kind: "refused" });
  });

  it("asks for as many tokens as requests wait", async () => {
    const { isolate, asked } = world("enrich", 100);
    const limiter = isolate();
    const burst = (count: number) =>
      Promise.all(Array.from({ length: count }, () => request(limiter)));
    expect(admitted(await burst(60))).toBe(60);
    expect(asked.map(({ want }) => want)).toEqual([10, 50]);
    expect(admitted(await burst(60))).toBe(40);
    expect(asked.map(({ want }) => want)).toEqual([10, 50, 10, 50]);
  });

  it("forgets who waited in vain", async () => {
    const { isolate, asked, wait } = world("enrich", 10);
    const limiter = isolate();
    await Promise.all(Array.from({ length: 50 }, () => request(limiter)));
    wait(MINUTE);
    await request(limiter);
    expect(asked.at(-1)?.want).toBe(1);
  });

  it("does not go on taking tokens for requests that were cut off while they waited", async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const { isolate, asked, leave } = world("enrich", 100, (answered) => held.then(answered));
    const limiter = isolate();
    const first = request(limiter);
    leave(30);
    for (let count = 0; count < 30; count += 1) void request(limiter);
    answer();
    await first;
    for (let count = 0; count < 39; count += 1) await request(limiter);
    expect(asked.map(({ want }) => want)).toEqual([10, 22, 10]);
  });

  it("asks no second question when the window ends while the first is out", async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const { isolate, asked, settle, wait } = world("search", 10, (answered) => held.then(answered));
    const limiter = isolate();
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted" });
    wait(MINUTE);
    expect(limiter.tryTake("a")).toBeUndefined();
    answer();
    await settle();
    expect(asked).toHaveLength(1);
    expect(await request(limiter)).toMatchObject({ kind: "admitted", remaining: 9 });
  });

  it("passes exactly the limit and says each remaining number once, however requests and answers interleave", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom("search" as const, "enrich" as const),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (scheduler, rateClass, limit, requests) => {
          const { isolate } = world(rateClass, limit, async (answer) => {
            await scheduler.schedule(Promise.resolve());
            await scheduler.schedule(answer());
          });
          const limiter = isolate();
          const arrivals = Array.from({ length: requests }, () =>
            scheduler.schedule(Promise.resolve()).then(() => request(limiter)),
          );
          await scheduler.waitIdle();
          const decisions = await Promise.all(arrivals);
          const passed = decisions.filter(({ kind }) => kind === "admitted");
          expect(passed).toHaveLength(Math.min(limit, requests));
          expect(passed.map(remaining).sort((a = 0, b = 0) => b - a)).toEqual(
            passed.map((_, index) => limit - 1 - index),
          );
          expect(
            admitted(decisions) + decisions.filter(({ kind }) => kind === "refused").length,
          ).toBe(requests);
        },
      ),
    );
  });

  it("never passes more than the limit in a window, whenever requests come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("search" as const, "enrich" as const),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(9000), { maxLength: 100 }),
        async (rateClass, limit, waits) => {
          const { isolate, wait, settle } = world(rateClass, limit);
          const limiter = isolate();
          let inWindow = 0;
          for (const ms of waits) {
            wait(ms);
            const decision = await request(limiter);
            await settle();
            if (decision.kind === "open") throw new Error("nothing failed");
            if (decision.kind === "admitted" && decision.remaining === limit - 1) inWindow = 0;
            if (decision.kind === "admitted") inWindow += 1;
            expect(decision.remaining).toBe(limit - inWindow);
            expect(decision.resetSeconds).toBeGreaterThan(0);
            expect(decision.resetSeconds).toBeLessThanOrEqual(60);
          }
        },
      ),
    );
  });
});

describe("on several isolates", () => {
  it("passes the limit and at most one search on credit for each further isolate", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom("search" as const, "enrich" as const),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(4), { maxLength: 80 }),
        async (scheduler, rateClass, limit, count, arrivals) => {
          const { isolate } = world(rateClass, limit, async (answer) => {
            await scheduler.schedule(Promise.resolve());
            await scheduler.schedule(answer());
          });
          const isolates = Array.from({ length: count }, isolate);
          const requests = arrivals.map((at) =>
            scheduler.schedule(Promise.resolve()).then(() => request(isolates.at(at % count)!)),
          );
          await scheduler.waitIdle();
          const decisions = await Promise.all(requests);
          const credit = rateClass === "search" ? count - 1 : 0;
          expect(admitted(decisions)).toBeLessThanOrEqual(limit + credit);
          for (const decision of decisions) expect(remaining(decision)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("refuses on one what the other has used up, after its credit", async () => {
    const { isolate, settle } = world("search", 10);
    const [first, second] = [isolate(), isolate()];
    for (let count = 0; count < 10; count += 1) await request(first);
    expect(await request(second)).toMatchObject({ kind: "admitted" });
    await settle();
    expect(await request(second)).toMatchObject({
      kind: "refused",
      remaining: 0,
      resetSeconds: 60,
    });
  });
});

describe("when the object fails", () => {
  const lost = (): Promise<void> => Promise.reject(new Error("the object is gone"));

  it("lets every request pass, counts each, and asks again only after a second", async () => {
    const { isolate, failures, settle, wait } = world("search", 2, lost);
    const limiter = isolate();
    expect(await request(limiter)).toMatchObject({ kind: "admitted" });
    await settle();
    for (let count = 0; count < 10; count += 1)
      expect(await request(limiter)).toEqual({ kind: "open" });
    expect(failures).toEqual({ object: 1, open: 11 });
    wait(1000);
    expect(await request(limiter)).toMatchObject({ kind: "admitted" });
    await settle();
    expect(failures.object).toBe(2);
  });

  it("lets requests pass that were waiting for it", async () => {
    const { isolate, failures } = world("enrich", 60, lost);
    const limiter = isolate();
    const decisions = await Promise.all([request(limiter), request(limiter), request(limiter)]);
    expect(decisions).toEqual([{ kind: "open" }, { kind: "open" }, { kind: "open" }]);
    expect(failures).toEqual({ object: 1, open: 3 });
  });

  it("lets requests pass when the object does not answer in time, and ignores what it says later", async () => {
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    const { isolate, failures, runOut, wait } = world("enrich", 60, (answered) =>
      late.then(answered),
    );
    const limiter = isolate();
    const decisions = Promise.all([request(limiter), request(limiter)]);
    runOut(0);
    expect(await decisions).toEqual([{ kind: "open" }, { kind: "open" }]);
    expect(failures).toEqual({ object: 1, open: 2 });
    answer();
    wait(1000);
    expect(await request(limiter)).toMatchObject({ kind: "admitted", remaining: 59 - 6 });
  });

  it("is not held up by a question whose request ended with it, and ignores its answer", async () => {
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    let first = true;
    const { isolate, failures, runOut, wait } = world("enrich", 60, async (answered) => {
      const isFirst = first;
      first = false;
      await answered();
      if (isFirst) await late;
    });
    const limiter = isolate();
    const owner = request(limiter);
    const waiter = request(limiter);
    runOut(2);
    expect(await waiter).toEqual({ kind: "open" });
    expect(failures).toEqual({ object: 1, open: 1 });
    wait(1000);
    expect(await request(limiter)).toMatchObject({ kind: "admitted", remaining: 53 });
    answer();
    expect(await owner).toMatchObject({ kind: "admitted", remaining: 52 });
  });

  it("limits again once the object is back", async () => {
    let down = true;
    const { isolate, wait } = world("enrich", 3, (answer) => (down ? lost() : answer()));
    const limiter = isolate();
    expect(await request(limiter)).toEqual({ kind: "open" });
    down = false;
    wait(1000);
    const decisions = [];
    for (let count = 0; count < 5; count += 1) decisions.push(await request(limiter));
    expect(decisions.map(({ kind }) => kind)).toEqual([
      "admitted",
      "admitted",
      "admitted",
      "refused",
      "refused",
    ]);
  });
});
