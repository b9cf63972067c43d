import { MOVED_SQL } from "../../library/module.ts";
import { defined } from "../../platform/defined.ts";
import type { StagedRow } from "../domain/job/shelf-state.ts";

/**
 * Redirects rows of editions that the user has moved to another one: a service's file keeps naming
 * the old edition until the user changes it there too.
 */
export async function withMovedEditions<Row extends StagedRow>(
  db: D1Database,
  userId: string,
  rows: readonly Row[],
): Promise<Row[]> {
  const named = rows.flatMap(({ isbn, localId, review }) => [
    ...new Set([isbn, localId, review?.shelvedAs]),
  ]);
  const keys = [...new Set(named.flatMap((key) => key ?? []))];
  const { results } = await db
    .prepare(MOVED_SQL)
    .bind(userId, JSON.stringify(keys))
    .all<{ isbn: string; moved_to: string }>();
  const moves = new Map(results.map(({ isbn, moved_to: to }) => [isbn, to]));
  if (moves.size === 0) return [...rows];
  const moved = (key: string | undefined): string | undefined =>
    key === undefined ? undefined : (moves.get(key) ?? key);
  return rows.map((row) => ({
    ...row,
    ...defined({ isbn: moved(row.isbn), localId: moved(row.localId) }),
    ...(row.review
      ? { review: { ...row.review, ...defined({ shelvedAs: moved(row.review.shelvedAs) }) } }
      : {}),
  }));
}
