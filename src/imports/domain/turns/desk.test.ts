import { describe, expect, it } from "vitest";
import { FakeTime } from "../../../../test/support/fake-time.ts";
import { TurnDesk } from "./desk.ts";

function desk({ isServing = false } = {}) {
  const time = new FakeTime();
  const state = { isServing };
  const turns = new TurnDesk({
    now: time.now,
    setTimer: time.setTimer,
    isServing: () => state.isServing,
  });
  const given: string[] = [];
  return {
    time,
    state,
    given,
    take(account: string, id: string) {
      void turns.take(account, id).then((pace) => given.push(`${id} ${pace}`));
    },
    end: (id: string) => turns.end(id),
  };
}

describe("the desk", () => {
  it("gives one turn at a time, and the next one when it ends", async () => {
    const { take, end, given, time } = desk();
    take("a", "a1");
    take("b", "b1");
    await time.pass(0);
    expect(given).toEqual(["a1 alone"]);
    await time.pass(5000);
    expect(given).toEqual(["a1 alone"]);
    end("a1");
    await time.pass(0);
    expect(given).toEqual(["a1 alone", "b1 alone"]);
  });

  it("gives accounts turns in rotation, however many imports one of them has", async () => {
    const { take, end, given, time } = desk();
    for (const id of ["a1", "a2", "a3"]) take("a", id);
    take("b", "b1");
    // The second turn of the first account was due before the other one came.
    for (const id of ["a1", "a2", "b1", "a3"]) {
      await time.pass(0);
      end(id);
    }
    await time.pass(0);
    expect(given).toEqual(["a1 alone", "a2 shared", "b1 shared", "a3 alone"]);
  });

  it("uses a fifth of the time while users are served, after the first half second", async () => {
    const { take, end, given, time } = desk({ isServing: true });
    const began = time.now();
    for (let turn = 1; turn <= 100; turn += 1) take("a", String(turn));
    let worked = 0;
    for (let turn = 1; turn <= 100; turn += 1) {
      while (given.length < turn) await time.pass(1);
      await time.pass(30);
      worked += 30;
      end(String(turn));
      const share = (worked - 500) / (time.now() - began);
      expect(share).toBeLessThanOrEqual(0.2 + 30 / (time.now() - began));
    }
    expect(worked / (time.now() - began)).toBeGreaterThan(0.2);
    expect(new Set(given.map((text) => text.split(" ")[1]))).toEqual(new Set(["gentle"]));
  });

  it("does not rest for the first half second, and at most a second after a turn", async () => {
    const { take, end, given, time } = desk({ isServing: true });
    for (const id of ["1", "2", "3", "4"]) take("a", id);
    await time.pass(600);
    end("1");
    await time.pass(0);
    expect(given).toHaveLength(2);
    await time.pass(9000);
    end("2");
    await time.pass(999);
    expect(given).toHaveLength(2);
    await time.pass(1);
    expect(given).toHaveLength(3);
  });

  it("takes back a turn that has not ended after ten seconds, and ignores its end", async () => {
    const { take, end, given, time } = desk();
    take("a", "a1");
    take("a", "a2");
    take("a", "a3");
    await time.pass(9999);
    expect(given).toEqual(["a1 alone"]);
    await time.pass(1);
    expect(given).toEqual(["a1 alone", "a2 shared"]);
    end("a1");
    await time.pass(0);
    expect(given).toHaveLength(2);
  });

  it("leaves no timer behind when no user is served", async () => {
    const { take, end, time } = desk();
    take("a", "a1");
    await time.pass(0);
    end("a1");
    expect(time.pending).toBe(0);
  });
});
