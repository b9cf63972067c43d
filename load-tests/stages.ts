/** So many readers at the end of so many seconds; the number grows or falls evenly from the stage before. */
export interface Stage {
  readonly seconds: number;
  readonly readers: number;
}

/** A stretch of time with one number of readers: the tool has no ramps. */
export type Step = Stage;

/** The plan's stages, as in settings.js. */
export const PLAN_STAGES: readonly Stage[] = [
  { seconds: 30, readers: 50 },
  { seconds: 60, readers: 100 },
  { seconds: 30, readers: 0 },
];

/** Readers who move in, as in import-polling.js. */
export const IMPORT_STAGES: readonly Stage[] = [
  { seconds: 30, readers: 10 },
  { seconds: 30, readers: 0 },
];

const STEPS_A_STAGE = 3;

/**
 * Stages as steps; each has the mean of its part of the ramp, one reader at least.
 * @param seconds how long all of it may take, when it is not the stages' own time; a step takes a second at least
 */
export function stepsOf(stages: readonly Stage[], seconds?: number): Step[] {
  const total = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const shortened = (seconds ?? total) / total;
  return stages.flatMap((stage, index) => {
    const before = stages[index - 1]?.readers ?? 0;
    return Array.from({ length: STEPS_A_STAGE }, (_, step) => ({
      seconds: Math.max(1, Math.round((stage.seconds * shortened) / STEPS_A_STAGE)),
      readers: Math.max(
        1,
        Math.round(before + ((stage.readers - before) * (step + 0.5)) / STEPS_A_STAGE),
      ),
    }));
  });
}
