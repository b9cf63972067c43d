import type { TestProject } from "vitest/node";
import type { RandomRuns } from "../support/properties.ts";

/**
 * Reads the settings of random tests: `PROPERTY_SEED` repeats an earlier run, `PROPERTY_RUNS` multiplies the number of runs of
 * each property (set by the nightly workflow).
 * @throws Error if a setting is not a whole number in its range
 */
export function randomRuns(
  env: Readonly<Record<string, string | undefined>>,
  newSeed: () => number = () => Math.floor(Math.random() * 0x7fff_ffff),
): RandomRuns {
  return {
    seed: wholeNumber(env, "PROPERTY_SEED", 0, 0x7fff_ffff) ?? newSeed(),
    factor: wholeNumber(env, "PROPERTY_RUNS", 1, 1_000) ?? 1,
  };
}

function wholeNumber(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`${name} must be a whole number from ${min} to ${max}; got "${text}".`);
}

/** Vitest runs this once before the tests. It provides the settings to the test files and prints the seed. */
export default function provideRandomRuns(project: TestProject): void {
  const settings = randomRuns(process.env);
  project.provide("randomRuns", settings);
  console.log(`Random tests: PROPERTY_SEED=${settings.seed} PROPERTY_RUNS=${settings.factor}`);
}
