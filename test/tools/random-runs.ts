import type { TestProject } from "vitest/node";
import type { RandomRuns } from "../support/properties.ts";

/**
 * Reads how the random tests of a run draw: `PROPERTY_SEED` repeats an earlier run, `PROPERTY_RUNS` multiplies the number
 * of runs of each property (the nightly workflow sets it).
 * @throws Error when one of them is not a whole number in its range.
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
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}".`);
}

/** Run by vitest once, before the tests: hands the settings to the test files, and prints the seed. */
export default function provideRandomRuns(project: TestProject): void {
  const settings = randomRuns(process.env);
  project.provide("randomRuns", settings);
  console.log(`Random tests: PROPERTY_SEED=${settings.seed} PROPERTY_RUNS=${settings.factor}`);
}
