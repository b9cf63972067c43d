import type { KnownValues, QueuedItem, StagedRow } from "../domain/job/shelf-state.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";
import { defined } from "../../platform/defined.ts";

/** SQL expressions of a row and its job. */
type RowSql = Readonly<Record<"user" | "hash" | "key" | "textKey" | "job" | "format", string>>;

/**
 * The id of a row's item in the review queue: the item with the same cells, otherwise the item that
 * an earlier import queued under the row's source key, otherwise the one that another service's
 * file queued with the same title and author. Rows of one import with the same key but different
 * cells are different rows.
 */
export const reviewIdOf = ({ user, hash, key, textKey, job, format }: RowSql): string => `coalesce(
    (SELECT id FROM ReviewQueue WHERE user_id = ${user} AND row_hash = ${hash}),
    (SELECT id FROM ReviewQueue WHERE user_id = ${user} AND source_key = ${key} AND job_id <> ${job}),
    (
      SELECT id FROM ReviewQueue WHERE user_id = ${user} AND text_key = ${textKey} AND job_id <> ${job}
        AND (SELECT format FROM ImportJobs WHERE ImportJobs.job_id = ReviewQueue.job_id) IS NOT ${format}
      ORDER BY id LIMIT 1
    )
  )`;

const ID = reviewIdOf({
  user: "?1",
  hash: "asked.value ->> 'hash'",
  key: "asked.value ->> 'key'",
  textKey: "asked.value ->> 'textKey'",
  job: "?2",
  format: "?4",
});

// `known` omits long texts of entries, because an item has up to 500 KB.
const REVIEWS = `
  SELECT asked.value ->> 'row' AS row, review.id, review.state, review.shelved_as, review.job_id = ?2 AS is_ours,
    review.candidates <> '[]' AS has_candidates,
    (SELECT format FROM ImportJobs WHERE ImportJobs.job_id = review.job_id) IS ?4 AS is_of_service,
    CASE WHEN review.state = 'open' AND review.job_id <> ?2 AND review.row_hash <> asked.value ->> 'hash' THEN
      json_object('status', review.entry -> 'status', 'tags', review.entry -> 'tags', 'readings', review.entry -> 'readings')
    END AS known
  FROM json_each(?3) AS asked CROSS JOIN ReviewQueue AS review ON review.id = ${ID}`;

interface ReviewRow {
  row: number;
  id: string;
  state: "open" | "resolved" | "dismissed";
  shelved_as: string | null;
  is_ours: number;
  has_candidates: number;
  is_of_service: number;
  known: string | null;
}

/** Adds the items in the review queue to rows with the verdict `match`. */
export async function withReviews<Row extends StagedRow>(
  db: D1Database,
  { jobId, userId, format }: Pick<WorkedJob, "jobId" | "userId" | "format">,
  rows: readonly Row[],
): Promise<Row[]> {
  const asked = rows.flatMap(({ verdict, row, rowHash: hash, sourceKey: key, textKey }) =>
    verdict === "match" ? [{ row, hash, key, textKey }] : [],
  );
  if (asked.length === 0) return [...rows];
  const statement = db.prepare(REVIEWS).bind(userId, jobId, JSON.stringify(asked), format);
  const { results } = await statement.all<ReviewRow>();
  const reviews = new Map(results.map((review) => [review.row, review]));
  return rows.map((row) => {
    const review = reviews.get(row.row);
    return review === undefined ? row : { ...row, review: itemOf(review) };
  });
}

function itemOf(review: ReviewRow): QueuedItem {
  return {
    id: review.id,
    isOpen: review.state === "open",
    isOurs: review.is_ours === 1,
    hasCandidates: review.has_candidates === 1,
    isOfService: review.is_of_service === 1,
    ...defined({
      shelvedAs: review.state === "resolved" ? (review.shelved_as ?? undefined) : undefined,
      known: review.known === null ? undefined : knownOf(review.known),
    }),
  };
}

/** Absent values are null in SQL. */
function knownOf(text: string): KnownValues {
  const values = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}
