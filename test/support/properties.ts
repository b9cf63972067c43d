import * as fc from "fast-check";
import { inject } from "vitest";
import { seededRandom } from "../tools/stand-in/random.ts";

/** How the properties and the other random tests of a run draw; test/tools/random-runs.ts sets it. */
export interface RandomRuns {
  /** A 32-bit integer, new in each run unless `PROPERTY_SEED` sets it. */
  readonly seed: number;
  /** How many times the everyday number of runs; 1 unless `PROPERTY_RUNS` sets it. */
  readonly factor: number;
}

declare module "vitest" {
  interface ProvidedContext {
    randomRuns: RandomRuns;
  }
}

const { seed, factor } = inject("randomRuns");

/** What fast-check runs unless a property asks for its own number. */
const EVERYDAY_RUNS = 100;

/**
 * The number of runs of a property, or of rounds of another random test.
 * @param everyday how many there are in `npm test`, at least 20; the nightly workflow multiplies them.
 */
export const runs = (everyday: number): number => everyday * factor;

/** Numbers from 0 to below 1 that follow from the seed of this test run. */
export const randomOfThisRun = (): (() => number) => seededRandom(seed);

/** Sets the seed and the number of runs of every property of the file that imports this module first. */
export const configureProperties = (): void =>
  fc.configureGlobal({ seed, numRuns: runs(EVERYDAY_RUNS) });
