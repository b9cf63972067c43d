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

const COUNT = "SELECT count(*) AS total FROM ReviewQueue WHERE user_id = ?1 AND state = 'open'";

const DISMISS = `
  UPDATE ReviewQueue SET state = 'dismissed', settled_at = ?3
  WHERE id = ?2 AND user_id = ?1 AND state = 'open'`;

/** Rows that wait for the user's decision. Every method throws DomainError DATABASE_UNAVAILABLE if D1 is unavailable. */
export interface ReviewQueue {
  find(userId: string, id: string): Promise<Queued | undefined>;
  /** A page of waiting rows, oldest first, and the number of all waiting rows. */
  page(
    userId: string,
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
    async page(userId, after, limit) {
      const page = await fetchQueue(db, database, userId, after, limit);
      const count = db.prepare(COUNT).bind(userId).first<number>("total");
      const total = (await database.read(count)) ?? 0;
      return { ...page, total };
    },
    async dismiss(userId, id, at) {
      const { meta } = await database.write(db.prepare(DISMISS).bind(userId, id, at).run());
      return meta.changes > 0;
    },
  };
}
