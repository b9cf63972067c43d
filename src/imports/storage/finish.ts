import { ADD_EVENT } from "./jobs.ts";

// Checks the rows, not the counts, for pending books. Of two workers that settle the last books,
// only one ends the job.
const COMPLETE = `
  UPDATE ImportJobs SET
    state = 'completed', progress = 1, seq = seq + 1, step_token = ?2, updated_at = ?3, completed_at = ?3,
    current_title = NULL
  WHERE job_id = ?1 AND state = 'processing' AND phase = 'enriching' AND staged_in = 'chunks'
    AND NOT EXISTS (SELECT 1 FROM ImportResults WHERE job_id = ?1 AND enrichment = 'pending')
    AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ImportJobs.user_id)`;

/**
 * Statements that end a job in the enrichment phase without pending books. They are part of the batch that settles the last
 * book, or a separate batch. The first one changes a row if it has ended the job.
 * @param token unique to the batch
 * @param at ms since the epoch
 */
export function finishStatements(
  db: D1Database,
  { jobId, token, at }: { jobId: string; token: string; at: number },
): D1PreparedStatement[] {
  return [COMPLETE, ADD_EVENT].map((sql) => db.prepare(sql).bind(jobId, token, at));
}

/** Runs `finishStatements` as a batch. @returns whether this call ended the job */
export async function finishJob(
  db: D1Database,
  step: { jobId: string; token: string; at: number },
): Promise<boolean> {
  const [ended] = await db.batch(finishStatements(db, step));
  return (ended?.meta.changes ?? 0) > 0;
}
