import type { ProviderId } from "../domain/provider.ts";

/** The newest answers are the most likely to be still correct. */
const LOOKED_AT = 200;
const LIMIT = 5;

const KNOWN = `
  SELECT recent.isbn FROM (
    SELECT isbn, canonical_metadata FROM Books ORDER BY fresh_until DESC LIMIT ${LOOKED_AT}
  ) AS recent
  WHERE EXISTS (
    SELECT 1 FROM json_each(recent.canonical_metadata, '$.sources') AS source
    WHERE source.value ->> 'provider' = ?1
  )
  LIMIT ${LIMIT}`;

/** Exported for a test of its query plan. */
export const KNOWN_STATEMENTS = { KNOWN };

/** ISBN-13s of a few books that this provider has, according to their sources. */
export async function knownAtProvider(db: D1Database, provider: ProviderId): Promise<string[]> {
  const { results } = await db.prepare(KNOWN).bind(provider).all<{ isbn: string }>();
  return results.map(({ isbn }) => isbn);
}
