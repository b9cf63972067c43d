import type { JobEvent } from "../domain/job/job.ts";
import type { WorkOutcome } from "../domain/job/work-on-job.ts";

/** What the object of a job is connected to. */
export interface ImportWork {
  /** Takes the job a few steps further, and tells listeners after each. May throw. @param failures in a row, so far */
  work(jobId: string, failures: number, announce: () => Promise<void>): Promise<WorkOutcome>;
  /** Told of each failure in a row, counted from 1; `false` when the job has been given up. */
  failed(jobId: string, error: unknown, failures: number): Promise<boolean>;
  history(jobId: string): History;
  /** How many may follow one job at the same time. */
  readonly streamsPerJob: number;
}

/** The history of one job. */
export interface History {
  /** The number of the last event. */
  lastSeq(): Promise<number>;
  eventsAfter(seq: number, limit: number): Promise<JobEvent[]>;
}
