import { expect, it } from "vitest";
import { FakeTime } from "../../test/support/fake-time.ts";
import { spacing } from "./spacing.ts";

const LIMITS = { apartMs: 10, maxWaitMs: 50 };

function spaced() {
  const time = new FakeTime();
  const begun: number[] = [];
  const from = time.now();
  const apart = spacing(
    { now: time.now, sleep: (ms) => new Promise((resolve) => time.setTimer(ms, resolve)) },
    LIMITS,
  );
  return {
    time,
    begun,
    arrive(count: number, heldMs?: number) {
      for (let one = 0; one < count; one += 1) {
        void apart(heldMs).then(() => begun.push(time.now() - from));
      }
    },
  };
}

it("work that arrives alone starts immediately", async () => {
  const { time, begun, arrive } = spaced();
  for (let one = 0; one < 3; one += 1) {
    arrive(1);
    await time.pass(10);
  }
  expect(begun).toEqual([0, 10, 20]);
  expect(time.pending).toBe(0);
});

it("simultaneous work is started one at a time, and waits no longer than the limit", async () => {
  const { time, begun, arrive } = spaced();
  arrive(8);
  await time.pass(100);
  expect(begun).toEqual([0, 10, 20, 30, 40, 50, 50, 50]);
  arrive(1);
  await time.pass(0);
  expect(begun.at(-1)).toBe(100);
});

it("held work starts after its time, also one at a time", async () => {
  const { time, begun, arrive } = spaced();
  arrive(3, 30);
  await time.pass(100);
  expect(begun).toEqual([30, 40, 50]);
});

it("work waits no longer than the limit after the clock was set back", async () => {
  let now = 10_000_000;
  const waits: number[] = [];
  const apart = spacing({ now: () => now, sleep: async (ms) => void waits.push(ms) }, LIMITS);
  await apart();
  now -= 7_200_000;
  await apart();
  expect(waits).toEqual([50]);
});
