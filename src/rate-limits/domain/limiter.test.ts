import { describe, expect, it } from "vitest";
import { admitted, MINUTE, request, START, world } from "../../../test/support/limiter-world.ts";

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

  it("fetches a tenth of the limit at a time, then single tokens, and nothing once it rejects", async () => {
    const { isolate, requests } = world("enrich", 100);
    const limiter = isolate();
    for (let count = 0; count < 150; count += 1) await request(limiter);
    expect(requests.map(({ want }) => want)).toEqual([
      ...Array<number>(9).fill(10),
      ...Array<number>(10).fill(1),
    ]);
  });

  it("decides synchronously while it has local tokens", async () => {
    const limiter = world("enrich", 100).isolate();
    expect(limiter.tryTake("a")).toBeUndefined();
    await limiter.take("a");
    for (let count = 0; count < 9; count += 1) {
      expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted" });
    }
    expect(limiter.tryTake("a")).toBeUndefined();
  });

  it("admits the first search of each window on credit and takes its token afterwards", async () => {
    const { isolate, requests, settle, wait } = world("search", 100);
    const limiter = isolate();
    expect(limiter.tryTake("a")).toMatchObject({
      kind: "admitted",
      remaining: 99,
      resetSeconds: 60,
    });
    await settle();
    expect(requests).toEqual([{ rateClass: "search", want: 11, limit: 100, now: START }]);
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted", remaining: 98 });
    wait(MINUTE);
    expect(limiter.tryTake("a")).toMatchObject({
      kind: "admitted",
      remaining: 99,
      resetSeconds: 60,
    });
  });

  it("calls no Durable Object for a tenth of the failures of a window, and counts them with the next one", async () => {
    const { isolate, requests, wait } = world("admin", 30);
    const limiter = isolate();
    const failAs = async (caller: string) => limiter.tryTake(caller) ?? limiter.take(caller);
    for (let address = 0; address < 50; address += 1) await failAs(`address ${address}`);
    const remaining = [await failAs("a"), await failAs("a"), await failAs("a")];
    expect(remaining).toMatchObject([{ remaining: 29 }, { remaining: 28 }, { remaining: 27 }]);
    expect(requests).toEqual([]);
    expect(await failAs("a")).toMatchObject({ kind: "admitted", remaining: 26 });
    expect(requests).toMatchObject([{ want: 6 }]);
    for (let count = 4; count < 30; count += 1) await failAs("a");
    expect(await failAs("a")).toMatchObject({ kind: "refused" });
    wait(MINUTE);
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted", remaining: 29 });
  });

  it("starts a new window after the credit has been settled", async () => {
    const { isolate, requests } = world("admin", 30);
    const limiter = isolate();
    for (let count = 0; count < 100; count += 1) {
      expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted", remaining: 29 });
      limiter.giveBack("a");
    }
    limiter.tryTake("a");
    limiter.tryTake("a");
    limiter.giveBack("a");
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted", remaining: 28 });
    expect(requests).toEqual([]);
  });

  it("takes tokens for misses one at a time, so that none of the daily quota is lost", async () => {
    const { isolate, requests } = world("misses", 20);
    const limiter = isolate();
    for (let count = 0; count < 25; count += 1) await request(limiter);
    expect(requests.map(({ want }) => want)).toEqual(Array<number>(20).fill(1));
  });

  it("counts callers separately", async () => {
    const limiter = world("search", 2).isolate();
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted", remaining: 1 });
    expect(limiter.tryTake("a")).toBeUndefined();
    expect(limiter.tryTake("b")).toMatchObject({ kind: "admitted", remaining: 1 });
  });

  it("requests as many tokens as there are requests waiting", async () => {
    const { isolate, requests } = world("enrich", 100);
    const limiter = isolate();
    const burst = (count: number) =>
      Promise.all(Array.from({ length: count }, () => request(limiter)));
    expect(admitted(await burst(60))).toBe(60);
    expect(requests.map(({ want }) => want)).toEqual([10, 50]);
    expect(admitted(await burst(60))).toBe(40);
    expect(requests.map(({ want }) => want)).toEqual([10, 50, 10, 50]);
  });

  it("does not count waiting requests that were rejected", async () => {
    const { isolate, requests, wait } = world("enrich", 10);
    const limiter = isolate();
    await Promise.all(Array.from({ length: 50 }, () => request(limiter)));
    wait(MINUTE);
    await request(limiter);
    expect(requests.at(-1)?.want).toBe(1);
  });

  it("takes no further tokens for requests that were aborted while waiting", async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const { isolate, requests, leave } = world("enrich", 100, (answered) => held.then(answered));
    const limiter = isolate();
    const first = request(limiter);
    leave(30);
    for (let count = 0; count < 30; count += 1) void request(limiter);
    answer();
    await first;
    for (let count = 0; count < 39; count += 1) await request(limiter);
    expect(requests.map(({ want }) => want)).toEqual([10, 22, 10]);
  });

  it("starts no second call when the window ends during the first", async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const { isolate, requests, settle, wait } = world("search", 10, (answered) =>
      held.then(answered),
    );
    const limiter = isolate();
    expect(limiter.tryTake("a")).toMatchObject({ kind: "admitted" });
    wait(MINUTE);
    expect(limiter.tryTake("a")).toBeUndefined();
    answer();
    await settle();
    expect(requests).toHaveLength(1);
    expect(await request(limiter)).toMatchObject({ kind: "admitted", remaining: 9 });
  });
});

describe("on several isolates", () => {
  it("rejects on one isolate what the other has used up, after one request on credit", async () => {
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

  it("allows and counts every request, and calls again after a second", async () => {
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

  it("allows the requests that were waiting for it", async () => {
    const { isolate, failures } = world("enrich", 60, lost);
    const limiter = isolate();
    const decisions = await Promise.all([request(limiter), request(limiter), request(limiter)]);
    expect(decisions).toEqual([{ kind: "open" }, { kind: "open" }, { kind: "open" }]);
    expect(failures).toEqual({ object: 1, open: 3 });
  });

  it("allows requests when the object times out, and ignores its late response", async () => {
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

  it("does not wait for a call that ended with its request, and ignores the response", async () => {
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

  it("limits again once the object responds", async () => {
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

describe("a clock that is set by two hours", () => {
  it.each([-2, 2])("does not block a caller permanently (%s h)", async (hours) => {
    const { isolate, wait } = world("enrich", 3);
    const limiter = isolate();
    for (let count = 0; count < 4; count += 1) await request(limiter);
    expect(await request(limiter)).toMatchObject({ kind: "refused" });
    expect(limiter.spent("a")).toMatchObject({ kind: "refused", resetSeconds: 60 });
    wait(hours * 3_600_000);
    expect(limiter.spent("a")).toBeUndefined();
    expect(await request(limiter)).toMatchObject({ kind: "admitted", resetSeconds: 60 });
  });

  it("does not disable the limiter permanently", async () => {
    let down = true;
    const { isolate, wait } = world("enrich", 3, (answer) =>
      down ? Promise.reject(new Error("the object is gone")) : answer(),
    );
    const limiter = isolate();
    expect(await request(limiter)).toEqual({ kind: "open" });
    down = false;
    wait(-7_200_000);
    expect(await request(limiter)).toMatchObject({ kind: "admitted" });
  });
});

describe("callers without an address", () => {
  it("are marked as sharing a bucket", async () => {
    const { isolate, requests } = world("misses", 20);
    const limiter = isolate();
    await request(limiter, "local");
    await request(limiter, "203.0.113.7");
    expect(requests.map(({ isShared }) => isShared)).toEqual([true, undefined]);
  });
});
