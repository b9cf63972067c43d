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
  it("grants one turn at a time, and the next one when it ends", async () => {
    const { take, end, given, time } = desk();
    take("a", "a1");
    take("b", "b1");
    await time.pass(5000);
    expect(given).toEqual(["a1 alone"]);
    end("a1");
    await time.pass(1);
    expect(given).toEqual(["a1 alone", "b1 alone"]);
  });

  it("grants turns to accounts in rotation, however many imports one of them has", async () => {
    const { take, end, given, time } = desk();
    for (const id of ["a1", "a2", "a3"]) take("a", id);
    take("b", "b1");
    // The second turn of the first account was due before the other account arrived.
    for (const id of ["a1", "a2", "b1", "a3"]) {
      await time.pass(1);
      end(id);
    }
    await time.pass(1);
    expect(given).toEqual(["a1 alone", "a2 shared", "b1 shared", "a3 alone"]);
  });

  it.each([
    ["a third of the time, after a quarter of a second", ["a"], 1 / 3, 250],
    ["a tenth of the time in all", ["a", "b", "c"], 1 / 10, 0],
  ])("gives turns %s to %j while users are served", async (_what, accounts, share, allowedMs) => {
    const { take, end, given, time } = desk({ isServing: true });
    const began = time.now();
    const turns = Array.from({ length: 60 }, (_, turn) => accounts[turn % accounts.length] ?? "");
    for (const [turn, account] of turns.entries()) take(account, String(turn));
    let workedMs = 0;
    for (const [turn] of turns.slice(0, 54).entries()) {
      while (given.length <= turn) await time.pass(1);
      await time.pass(30);
      workedMs += 30;
      end(given[turn]?.split(" ")[0] ?? "");
      const passedMs = time.now() - began;
      // Includes the turn that has just ended and the first one, which follows an idle period.
      expect(workedMs).toBeLessThanOrEqual(60 + allowedMs + share * passedMs);
    }
    expect(workedMs / (time.now() - began)).toBeGreaterThan(share * 0.9);
    expect(new Set(given.map((text) => text.split(" ")[1]))).toEqual(new Set(["gentle"]));
  });

  it("rests at most a second, however long a turn took", async () => {
    const { take, end, given, time } = desk({ isServing: true });
    for (const id of ["1", "2", "3"]) take("a", id);
    await time.pass(1);
    end("1");
    await time.pass(9000);
    end("2");
    await time.pass(1000);
    expect(given).toHaveLength(2);
    await time.pass(1);
    expect(given).toHaveLength(3);
  });

  it("revokes a turn that has not ended after ten seconds, and ignores its end", async () => {
    const { take, end, given, time } = desk();
    for (const id of ["a1", "a2", "a3"]) take("a", id);
    await time.pass(9999);
    expect(given).toEqual(["a1 alone"]);
    await time.pass(2);
    expect(given).toEqual(["a1 alone", "a2 shared"]);
    end("a1");
    await time.pass(1);
    expect(given).toHaveLength(2);
  });

  it("yields to the runtime between turns, and leaves no timer behind", async () => {
    const { take, end, given, time } = desk();
    take("a", "a1");
    take("a", "a2");
    await time.pass(0);
    end("a1");
    await time.pass(0);
    expect(given).toEqual(["a1 alone"]);
    await time.pass(1);
    expect(given).toEqual(["a1 alone", "a2 alone"]);
    end("a2");
    await time.pass(1);
    expect(time.pending).toBe(0);
  });
});
