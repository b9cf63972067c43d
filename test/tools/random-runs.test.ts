import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomRuns } from "./random-runs.ts";

describe("the settings of random tests", () => {
  it("default to a new seed and the usual number of runs", () => {
    expect(randomRuns({}, () => 7)).toEqual({ seed: 7, factor: 1 });
    expect(randomRuns({ PROPERTY_SEED: "", PROPERTY_RUNS: "" }, () => 8).seed).toBe(8);
    const { seed } = randomRuns({});
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31).toBe(true);
  });

  it("can repeat an earlier run and multiply the number of runs", () => {
    expect(randomRuns({ PROPERTY_SEED: "0", PROPERTY_RUNS: "10" })).toEqual({
      seed: 0,
      factor: 10,
    });
  });

  it.each([
    [
      { PROPERTY_SEED: "-1" },
      'PROPERTY_SEED must be a whole number from 0 to 2147483647; got "-1"',
    ],
    [{ PROPERTY_RUNS: "0" }, 'PROPERTY_RUNS must be a whole number from 1 to 1000; got "0"'],
    [{ PROPERTY_RUNS: "1e1" }, "PROPERTY_RUNS must be"],
  ])("reject %j", (env, message) => {
    expect(() => randomRuns(env)).toThrow(message);
  });
});

describe("random tests", () => {
  const files = globSync("{src,contract,client,test,bench,load-tests}/**/*.test.ts", {
    exclude: ["**/node_modules/**"],
  }).map((path) => ({ path, text: readFileSync(path, "utf8") }));

  it("get their number of runs from runs(), at least 20", () => {
    expect(files.filter(({ text }) => /numRuns: \d/.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
    const asked = files.flatMap(({ text }) =>
      [...text.matchAll(/\bruns\((\d[\d_]*)\)/g)].map(([, count = ""]) =>
        Number(count.replaceAll("_", "")),
      ),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(20);
  });

  it("set no seed and use no other source of randomness", () => {
    const others = files
      .filter(({ path }) => !import.meta.filename.endsWith(path))
      .filter(({ text }) => /\bseed: \d|Math\.random\(/.test(text));
    expect(others.map(({ path }) => path)).toEqual([]);
  });
});
