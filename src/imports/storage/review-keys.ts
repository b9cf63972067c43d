import { MAX_ID_LENGTH, sourceKeysOf } from "../domain/job/source-key.ts";
import { defined } from "../../platform/defined.ts";
import { sha256 } from "../../platform/crypto.ts";

// Only cells that could be an id; others have up to 70,000 characters.
const UNKEYED = `
  SELECT review.id, review.user_id, review.title, review.authors, coalesce(job.format, '') AS format, (
    SELECT json_group_object(key, value) FROM json_each(review.raw) WHERE length(value) <= ${MAX_ID_LENGTH}
  ) AS raw
  FROM ReviewQueue AS review INDEXED BY idx_review_queue_unkeyed
  LEFT JOIN ImportJobs AS job ON job.job_id = review.job_id
  WHERE review.source_key IS NULL ORDER BY review.id LIMIT ?1`;

// If another row of the user has the same key, the row is its duplicate.
const SET_KEYS = `
  UPDATE ReviewQueue SET source_key = CASE
    WHEN made.value ->> 'key' IS NULL OR EXISTS (
      SELECT 1 FROM ReviewQueue AS older
      WHERE older.user_id = ReviewQueue.user_id AND older.source_key = made.value ->> 'key'
    ) THEN 'twin:' || ReviewQueue.id
    ELSE made.value ->> 'key'
  END, text_key = made.value ->> 'textKey'
  FROM json_each(?1) AS made
  WHERE ReviewQueue.id = made.value ->> 'id' AND ReviewQueue.source_key IS NULL`;

interface UnkeyedRow {
  id: string;
  user_id: string;
  title: string | null;
  authors: string;
  format: string;
  raw: string;
}

/**
 * Adds source keys to up to `limit` rows of the review queue that were queued by a release without
 * such keys.
 * @returns the number of keyed rows
 */
export async function keyReviewQueue(db: D1Database, limit: number): Promise<number> {
  const { results } = await db.prepare(UNKEYED).bind(limit).all<UnkeyedRow>();
  if (results.length === 0) return 0;
  const taken = new Set<string>();
  const made: { id: string; key?: string; textKey?: string }[] = [];
  for (const row of results) {
    const { sourceKey: key, textKey } = await sourceKeysOf(
      {
        format: row.format,
        raw: JSON.parse(row.raw) as Record<string, string>,
        title: row.title ?? undefined,
        authors: JSON.parse(row.authors) as string[],
      },
      { sha256 },
    );
    const owned = JSON.stringify([row.user_id, key]);
    made.push({
      id: row.id,
      ...defined({ textKey }),
      ...(key === undefined || taken.has(owned) ? {} : { key }),
    });
    taken.add(owned);
  }
  return (await db.prepare(SET_KEYS).bind(JSON.stringify(made)).run()).meta.changes;
}
