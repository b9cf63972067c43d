import { describe, expect, it } from "vitest";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { answersOf } from "./kept.ts";
import { createStatsSource, type KeptAnswer } from "./source.ts";

const statsOf = (books: number): LibraryStats => ({ books, period: {} }) as LibraryStats;

/** A device, and a service with answers given by the test. */
function setUp(kept: readonly KeptAnswer[] = []) {
  let stored = kept;
  let time = 1000;
  const asked: { resolve: (stats: LibraryStats) => void; reject: (error: Error) => void }[] = [];
  const source = createStatsSource({
    ask: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    read: () => stored,
    write: (answers) => {
      stored = answers;
    },
    now: () => (time += 1),
  });
  return { source, asked, stored: () => stored };
}

describe("the statistics", () => {
  it("are those of the service, and are stored on the device", async () => {
    const { source, asked, stored } = setUp();
    const shown = source.show({ year: 2024 });
    expect(source.view.value.stats).toBeUndefined();
    asked[0]?.resolve(statsOf(3));
    await shown;
    expect(source.view.value).toEqual({
      stats: statsOf(3),
      at: 1001,
      isOld: false,
      error: undefined,
    });
    expect(stored()).toEqual([{ query: "2024//", at: 1001, stats: statsOf(3) }]);
  });

  it("are the last ones, with their time, without a connection", async () => {
    const kept = { query: "2024//", at: 7, stats: statsOf(2) };
    const { source, asked } = setUp([kept]);
    const shown = source.show({ year: 2024 });
    expect(source.view.value).toMatchObject({ stats: statsOf(2), at: 7, isOld: false });
    const failure = new Error("offline");
    asked[0]?.reject(failure);
    await shown;
    expect(source.view.value).toEqual({ stats: statsOf(2), at: 7, isOld: true, error: failure });
    const again = source.refresh();
    asked[1]?.resolve(statsOf(4));
    await again;
    expect(source.view.value).toMatchObject({ stats: statsOf(4), isOld: false, error: undefined });
  });

  it("are not shown if the user has left their period before they arrive", async () => {
    const { source, asked, stored } = setUp();
    const [first, second] = [source.show({ year: 2023 }), source.show({ year: 2024 })];
    asked[1]?.resolve(statsOf(24));
    asked[0]?.resolve(statsOf(23));
    await Promise.all([first, second]);
    expect(source.view.value.stats).toEqual(statsOf(24));
    expect(stored().map(({ query }) => query)).toEqual(["2023//", "2024//"]);
  });

  it("are kept for the last eight periods, once each", async () => {
    const { source, asked, stored } = setUp();
    for (const year of [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]) {
      const shown = source.show({ year });
      asked.at(-1)?.resolve(statsOf(year));
      await shown;
    }
    expect(stored().map(({ query }) => query)).toEqual(
      [9, 8, 7, 6, 5, 4, 3, 2].map((year) => `${year}//`),
    );
  });
});

it("does not show data of another account or another version", () => {
  const answers = [{ query: "2024//", at: 1, stats: statsOf(1) }];
  expect(answersOf({ userId: "a", answers }, "a")).toEqual(answers);
  expect(answersOf({ userId: "a", answers }, "b")).toEqual([]);
  expect(answersOf({ userId: "a", answers }, undefined)).toEqual([]);
  expect(answersOf({ userId: "a", answers: [{ query: "" }] }, "a")).toEqual([]);
  expect(answersOf("broken", "a")).toEqual([]);
});
