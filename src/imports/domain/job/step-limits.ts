import type { Pace } from "../turns/turn.ts";

/** Limits of one step. */
export interface StepSize {
  readonly chunks: number;
  readonly rows: number;
}

/** More rows than a step can have. */
export const ALL_ROWS = 4096;

/**
 * Step sizes by pace. `alone`: up to 2,560 rows or 2 MB of JSON, which take a fifth of a second. A
 * `gentle` step is followed by a pause longer than itself.
 */
export const STEP_SIZES: Record<Pace, StepSize> = {
  alone: { chunks: 4, rows: ALL_ROWS },
  shared: { chunks: 1, rows: ALL_ROWS },
  gentle: { chunks: 1, rows: 50 },
};

/**
 * Minimum interval between the starts of two steps, which limits the events of small steps to ten
 * per second. A step of 2,000 rows takes longer, and the database serves others while the step is
 * computed.
 */
export const BETWEEN_STEPS_MS = 100;
