/** Whether a job is to be nudged again, and after how many ms. */
export type StepOutcome = { kind: "idle" } | { kind: "again"; afterMs: number };
