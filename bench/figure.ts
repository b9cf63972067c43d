import type { Line } from "./case.ts";

type Held = Required<Pick<Line, "figure" | "met" | "headroom">>;

/** Compares a measurement with a minimum. @param write the minimum as shown to people */
export const atLeast = (measured: number, least: number, write: string): Held => ({
  figure: `at least ${write}`,
  met: measured >= least,
  headroom: measured / least,
});

/** Compares a measurement with a maximum. @param write the maximum as shown to people */
export const atMost = (measured: number, most: number, write = String(most)): Held => ({
  figure: `at most ${write}`,
  met: measured <= most,
  headroom: timesBelow(measured, most),
});

/** Compares a measurement with an exclusive upper bound. @param write the bound as shown to people */
export const under = (measured: number, bound: number, write: string): Held => ({
  figure: `under ${write}`,
  met: measured < bound,
  headroom: timesBelow(measured, bound),
});

/** Headroom of an upper bound; at most 1000, so that a measurement of 0 stays finite. */
const timesBelow = (measured: number, bound: number): number =>
  bound / Math.max(measured, bound / 1000);
