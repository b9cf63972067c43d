import type { JobEvent } from "../domain/job/job.ts";
import type { WorkOutcome } from "../domain/job/work-on-job.ts";
import type { StepOutcome } from "../domain/enrich/step.ts";

/** Ports of a job's Durable Object. */
export interface ImportWork {
  /**
   * Works on the job for a few steps and calls `announce` after each. May throw.
   * @param failures consecutive failures so far
   */
  work(jobId: string, failures: number, announce: () => Promise<void>): Promise<WorkOutcome>;
  /** Runs one step of the enrichment phase and calls `announce` after each event. Throws when D1 is unavailable. */
  enrich(jobId: string, announce: () => Promise<void>): Promise<StepOutcome>;
  /**
   * Takes the lease on the job from its holder, which must no longer be running. Throws when D1 is
   * unavailable.
   */
  freeLease(jobId: string): Promise<void>;
  /** Called after each failure. @param failures consecutive failures, from 1. @returns `false` when the job was given up */
  failed(jobId: string, error: unknown, failures: number): Promise<boolean>;
  history(jobId: string): History;
  /** Maximum number of concurrent followers of one job. */
  readonly streamsPerJob: number;
}

/** The history of one job. */
export interface History {
  /** Returns the number of the last event. */
  lastSeq(): Promise<number>;
  eventsAfter(seq: number, limit: number): Promise<JobEvent[]>;
}
