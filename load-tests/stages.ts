/** A linear ramp to a number of users, from that of the previous stage. */
export interface Stage {
  readonly seconds: number;
  readonly users: number;
}

/** A period with a constant number of users, because autocannon has no ramps. */
export type Step = Stage;

/** The same stages as in settings.js. */
export const PLAN_STAGES: readonly Stage[] = [
  { seconds: 30, users: 50 },
  { seconds: 60, users: 100 },
  { seconds: 30, users: 0 },
];

/** The same stages as in import-polling.js. */
export const IMPORT_STAGES: readonly Stage[] = [
  { seconds: 30, users: 10 },
  { seconds: 30, users: 0 },
];

const STEPS_A_STAGE = 3;

/**
 * Converts stages to steps. Each step has the mean of its part of the ramp, at least one user.
 * @param seconds total time, by default that of the stages; each step takes at least one second
 */
export function stepsOf(stages: readonly Stage[], seconds?: number): Step[] {
  const total = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const shortened = (seconds ?? total) / total;
  return stages.flatMap((stage, index) => {
    const before = stages[index - 1]?.users ?? 0;
    return Array.from({ length: STEPS_A_STAGE }, (_, step) => ({
      seconds: Math.max(1, Math.round((stage.seconds * shortened) / STEPS_A_STAGE)),
      users: Math.max(
        1,
        Math.round(before + ((stage.users - before) * (step + 0.5)) / STEPS_A_STAGE),
      ),
    }));
  });
}
