import type { BulkReviewDeps } from "../domain/bulk-review.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import {
  fetchQueue,
  QUEUE_COLUMNS,
  queuedOf,
  type Queued,
  type QueuePage,
  type QueueRow,
} from "./review-queue-rows.ts";

const FIND = `
  SELECT ${QUEUE_COLUMNS} FROM ReviewQueue WHERE id = ?2 AND user_id = ?1 AND state = 'open'`;

const COUNT = `
  SELECT count(*) AS total FROM ReviewQueue
  WHERE user_id = ?1 AND state = 'open' AND (?2 IS NULL OR job_id = ?2 OR updated_by = ?2)`;

// ?2 ids, ?3 job, ?4 whether only rows with a title, ?5 limit.
const SELECT_IDS = `
  SELECT id, count(*) OVER () AS total FROM ReviewQueue
  WHERE user_id = ?1 AND state = 'open' AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR job_id = ?3 OR updated_by = ?3) AND (NOT ?4 OR trim(title) <> '')
  ORDER BY created_at, id LIMIT ?5`;

const DISMISS_ALL = `
  UPDATE ReviewQueue SET state = 'dismissed', settled_at = ?3
  WHERE id IN (SELECT value FROM json_each(?2)) AND user_id = ?1 AND state = 'open' RETURNING id`;

const DISMISS = `
  UPDATE ReviewQueue SET state = 'dismissed', settled_at = ?3
  WHERE id = ?2 AND user_id = ?1 AND state = 'open'`;

/** Rows that wait for the user's decision. Every method throws DomainError DATABASE_UNAVAILABLE if D1 is unavailable. */
export interface ReviewQueue extends Pick<BulkReviewDeps, "waiting"> {
  find(userId: string, id: string): Promise<Queued | undefined>;
  /** A page of waiting rows, of one import or of all, oldest first, and the number of all such rows. */
  page(
    userId: string,
    jobId: string | undefined,
    after: { createdAt: number; id: string } | undefined,
    limit: number,
  ): Promise<QueuePage & { total: number }>;
  /** Dismisses a row permanently. Returns whether it was waiting. @param at ms since the epoch */
  dismiss(userId: string, id: string, at: number): Promise<boolean>;
}

/** The review queue in D1. @param log receives every failure */
export function d1ReviewQueue(db: D1Database, log: Log): ReviewQueue {
  const database = d1Errors(log);
  return {
    async find(userId, id) {
      const row = await database.read(db.prepare(FIND).bind(userId, id).first<QueueRow>());
      return row ? queuedOf(row) : undefined;
    },
    async page(userId, jobId, after, limit) {
      const page = await fetchQueue(db, database, { userId, jobId }, after, limit);
      const count = db
        .prepare(COUNT)
        .bind(userId, jobId ?? null)
        .first<number>("total");
      const total = (await database.read(count)) ?? 0;
      return { ...page, total };
    },
    async dismiss(userId, id, at) {
      const { meta } = await database.write(db.prepare(DISMISS).bind(userId, id, at).run());
      return meta.changes > 0;
    },
    waiting: {
      async ids(userId, { ids, jobId, isTitled }, limit) {
        const statement = db
          .prepare(SELECT_IDS)
          .bind(userId, ids ? JSON.stringify(ids) : null, jobId ?? null, Number(isTitled), limit);
        const { results } = await database.read(statement.all<{ id: string; total: number }>());
        return { ids: results.map(({ id }) => id), total: results[0]?.total ?? 0 };
      },
      async dismiss(userId, ids, at) {
        const statement = db.prepare(DISMISS_ALL).bind(userId, JSON.stringify(ids), at);
        const { results } = await database.write(statement.all<{ id: string }>());
        return results.map(({ id }) => id);
      },
    },
  };
}
