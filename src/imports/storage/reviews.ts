import type { StagedRow } from "../domain/job/shelf-state.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";

/**
 * The id of a row's item in the review queue: the item of the same cells, otherwise the item that an earlier import queued
 * under the row's source key. Rows of one import with the same key and different cells are different rows.
 */
export const reviewIdOf = ({
  user,
  hash,
  key,
  job,
}: Readonly<Record<"user" | "hash" | "key" | "job", string>>): string => `coalesce(
    (SELECT id FROM ReviewQueue WHERE user_id = ${user} AND row_hash = ${hash}),
    (SELECT id FROM ReviewQueue WHERE user_id = ${user} AND source_key = ${key} AND job_id <> ${job})
  )`;

const REVIEWS = `
  SELECT asked.value ->> 'row' AS row, review.state, review.job_id = ?2 AS is_ours,
    review.candidates <> '[]' AS has_candidates
  FROM json_each(?3) AS asked
  CROSS JOIN ReviewQueue AS review
    ON review.id = ${reviewIdOf({ user: "?1", hash: "asked.value ->> 'hash'", key: "asked.value ->> 'key'", job: "?2" })}`;

interface ReviewRow {
  row: number;
  state: "open" | "resolved" | "dismissed";
  is_ours: number;
  has_candidates: number;
}

/** Adds to rows with verdict `match` their items in the review queue. */
export async function withReviews(
  db: D1Database,
  { jobId, userId }: Pick<WorkedJob, "jobId" | "userId">,
  rows: readonly StagedRow[],
): Promise<StagedRow[]> {
  const asked = rows.flatMap(({ verdict, row, rowHash: hash, sourceKey: key }) =>
    verdict === "match" ? [{ row, hash, key }] : [],
  );
  if (asked.length === 0) return [...rows];
  const statement = db.prepare(REVIEWS).bind(userId, jobId, JSON.stringify(asked));
  const { results } = await statement.all<ReviewRow>();
  const reviews = new Map(results.map((review) => [review.row, review]));
  return rows.map((row) => {
    const review = reviews.get(row.row);
    if (review === undefined) return row;
    return {
      ...row,
      review: {
        isOpen: review.state === "open",
        isOurs: review.is_ours === 1,
        hasCandidates: review.has_candidates === 1,
      },
    };
  });
}
