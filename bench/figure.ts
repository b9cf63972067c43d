import type { Line } from "./case.ts";

type Held = Required<Pick<Line, "figure" | "met" | "headroom">>;

/** A measurement held against the least that it has to be. @param write the least as people read it */
export const atLeast = (measured: number, least: number, write: string): Held => ({
  figure: `at least ${write}`,
  met: measured >= least,
  headroom: measured / least,
});

/** A measurement held against the most that it may be. @param write the most as people read it */
export const atMost = (measured: number, most: number, write = String(most)): Held => ({
  figure: `at most ${write}`,
  met: measured <= most,
  headroom: timesBelow(measured, most),
});

/** A measurement held against a bound that it has to stay below. @param write the bound as people read it */
export const under = (measured: number, bound: number, write: string): Held => ({
  figure: `under ${write}`,
  met: measured < bound,
  headroom: timesBelow(measured, bound),
});

/** Nothing at all is a thousand times below any bound. */
const timesBelow = (measured: number, bound: number): number =>
  bound / Math.max(measured, bound / 1000);
