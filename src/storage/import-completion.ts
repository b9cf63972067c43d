import { ADD_EVENT } from "./import-jobs.ts";

// ?1 job, ?2 token, ?3 now. The counts say when a job is done.
const COMPLETE = `
  UPDATE ImportJobs SET
    state = 'completed', progress = 1, completed_at = ?3, updated_at = ?3, current_title = NULL,
    seq = seq + 1, step_token = ?2
  WHERE job_id = ?1 AND state = 'processing' AND phase = 'enriching' AND enrich_pending = 0`;

/**
 * What comes last in a batch that has settled rows of a job's second phase: the job ends if nothing of it is pending,
 * once, with its event. The first of the statements changes a row if it does.
 * @param at ms since the epoch
 */
export function completeWhenDone(
  db: D1Database,
  job: { jobId: string; token: string; at: number },
): [D1PreparedStatement, D1PreparedStatement] {
  const { jobId, token, at } = job;
  return [
    db.prepare(COMPLETE).bind(jobId, token, at),
    db.prepare(ADD_EVENT).bind(jobId, token, at),
  ];
}
