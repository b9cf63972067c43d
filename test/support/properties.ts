import * as fc from "fast-check";
import { inject } from "vitest";
import { seededRandom } from "../tools/stand-in/random.ts";

/** Settings of the properties and other random tests of a run, from test/tools/random-runs.ts. */
export interface RandomRuns {
  /** A 32-bit integer, new in each run unless `PROPERTY_SEED` sets it. */
  readonly seed: number;
  /** Multiplies the usual number of runs; 1 unless `PROPERTY_RUNS` sets it. */
  readonly factor: number;
}

declare module "vitest" {
  interface ProvidedContext {
    randomRuns: RandomRuns;
  }
}

const { seed, factor } = inject("randomRuns");

/** Runs of a property that does not set its own number. */
const USUAL_RUNS = 100;

/**
 * Number of runs of a property, or of rounds of another random test.
 * @param usual the number in `npm test`, at least 20; the nightly workflow multiplies it
 */
export const runs = (usual: number): number => usual * factor;

/**
 * A generator of numbers from 0 to below 1, seeded with the seed of this test run.
 * @param round the number of a round, for tests that need other numbers in each
 */
export const randomOfThisRun = (round = 0): (() => number) => seededRandom(seed + round);

/** Sets the seed and the number of runs for every property of a test file. */
export const configureProperties = (): void =>
  fc.configureGlobal({ seed, numRuns: runs(USUAL_RUNS) });
