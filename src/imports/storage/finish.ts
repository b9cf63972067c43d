import { ADD_EVENT } from "./jobs.ts";

// The rows and not the counts say whether there is a book left. Two who see the last one go both ask: one of them ends it.
const COMPLETE = `
  UPDATE ImportJobs SET
    state = 'completed', progress = 1, seq = seq + 1, step_token = ?2, updated_at = ?3, completed_at = ?3,
    current_title = NULL
  WHERE job_id = ?1 AND state = 'processing' AND phase = 'enriching'
    AND NOT EXISTS (SELECT 1 FROM ImportRows WHERE job_id = ?1 AND enrichment = 'pending')
    AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ImportJobs.user_id)`;

/**
 * Ends a job that asks the providers and has no book left to ask for; in the batch of whoever settles the last one, or by
 * itself. The first of the statements changes a row if the job has ended by it.
 * @param token unique to the batch
 * @param at ms since the epoch
 */
export function finishStatements(
  db: D1Database,
  { jobId, token, at }: { jobId: string; token: string; at: number },
): D1PreparedStatement[] {
  return [COMPLETE, ADD_EVENT].map((sql) => db.prepare(sql).bind(jobId, token, at));
}

/** The same as a batch of its own. Says whether the job has ended by it. */
export async function finishJob(
  db: D1Database,
  step: { jobId: string; token: string; at: number },
): Promise<boolean> {
  const [ended] = await db.batch(finishStatements(db, step));
  return (ended?.meta.changes ?? 0) > 0;
}
