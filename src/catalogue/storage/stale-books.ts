/** Maximum number of stale books examined per run; books that are on no shelf are skipped. */
const LOOKED_AT = 200;

const STALE_ON_SHELVES = `
  SELECT stale.isbn FROM (
    SELECT isbn, fresh_until FROM Books WHERE fresh_until >= ?1 AND fresh_until < ?2
    ORDER BY fresh_until LIMIT ${LOOKED_AT}
  ) AS stale
  WHERE EXISTS (SELECT 1 FROM UserLibrary WHERE UserLibrary.isbn = stale.isbn)
  ORDER BY stale.fresh_until LIMIT ?3`;

/** Exported for a test of its query plan. */
export const STALE_STATEMENTS = { STALE_ON_SHELVES };

/** ISBN-13s of shelved books that went stale between two instants (ms since the epoch), oldest first. */
export async function staleOnShelves(
  db: D1Database,
  { from, until, limit }: { from: number; until: number; limit: number },
): Promise<string[]> {
  const { results } = await db
    .prepare(STALE_ON_SHELVES)
    .bind(from, until, limit)
    .all<{ isbn: string }>();
  return results.map((row) => row.isbn);
}
