import type { PurgeUsers } from "../platform/module.ts";
import type { StepOutcome } from "./domain/enrich/step.ts";
import { openJobsOf } from "./storage/sweeps.ts";

/** Number of concurrent calls to Durable Objects. */
const OBJECT_BATCH_SIZE = 10;

function objectOf(env: Env, jobId: string) {
  return env.IMPORT_JOBS.getByName(jobId);
}

/** Wakes a job's Durable Object, because it has work now. */
export function wakeImport(env: Env, jobId: string): Promise<void> {
  return objectOf(env, jobId).wake(jobId);
}

/** Makes sure that a job's Durable Object wakes within ten seconds, because it is about to get work. */
export function watchImport(env: Env, jobId: string): Promise<void> {
  return objectOf(env, jobId).ensureAwake(jobId);
}

/**
 * Runs one step of the enrichment phase in the job's Durable Object. Throws when the step fails or
 * the Durable Object dies.
 */
export function enrichImport(env: Env, jobId: string): Promise<StepOutcome> {
  return objectOf(env, jobId).enrich(jobId);
}

/** Notifies a job's listeners that events were written. */
export function announceImport(env: Env, jobId: string): Promise<void> {
  return objectOf(env, jobId).announce(jobId);
}

/** Stops the running imports of deleted users. It runs before their tables are emptied. */
export function stopImports(env: Env): PurgeUsers {
  return async (userIds) => {
    const jobIds = await openJobsOf(env.DB, userIds);
    await eachJob(jobIds, (jobId) => objectOf(env, jobId).forget());
  };
}

/** Calls `call` for each job, a few concurrently. */
export async function eachJob(
  jobIds: readonly string[],
  call: (jobId: string) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < jobIds.length; start += OBJECT_BATCH_SIZE) {
    await Promise.all(jobIds.slice(start, start + OBJECT_BATCH_SIZE).map(call));
  }
}
