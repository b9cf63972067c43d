/** Whether to run another step of the job, and after how many ms. */
export type StepOutcome = { kind: "idle" } | { kind: "again"; afterMs: number };
