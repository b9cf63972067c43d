import { BOOK_BINDING, BOOK_SERIES } from "./book-details.ts";
import { takeForMany } from "./shelf-takes.ts";

/** Entries per run; `refresh_shelves` computes the keys of at most this many entries per minute. */
const STEP_SIZE = 1000;

const NEXT = `
  SELECT name, after_id, (SELECT max(id) FROM (
    SELECT id FROM UserLibrary WHERE id > after_id ORDER BY id LIMIT ${STEP_SIZE}
  )) AS last_id
  FROM KeyBackfills WHERE name = 'series and format'`;

/** Whether `entry` may lack a key that only releases since 0.1.0 write; `book` is Books. */
export const LACKS_KEYS = `(
    entry.sort_series IS NULL AND coalesce(entry.own_series, ${BOOK_SERIES}, '[]') <> '[]'
    OR entry.book_format IS NULL AND ${BOOK_BINDING} IS NOT NULL
  )`;

/** Examines the entries with ids after ?1 and up to ?2. */
const MISSING = `
  SELECT entry.id FROM UserLibrary AS entry LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.id > ?1 AND entry.id <= ?2 AND ${LACKS_KEYS}`;

const OWNERS = `SELECT DISTINCT user_id FROM UserLibrary WHERE id IN (${MISSING})`;

const REFRESH = `
  INSERT INTO ShelfRefreshes (isbn) SELECT isbn FROM UserLibrary WHERE id IN (${MISSING})
  ON CONFLICT DO NOTHING`;

// No book has this version, so the entry becomes due.
const MARK = `UPDATE UserLibrary SET book_version = -1 WHERE id IN (${MISSING})`;

const MOVE_ON =
  "UPDATE KeyBackfills SET after_id = max(after_id, ?1) WHERE name = 'series and format'";
const FINISH = "DELETE FROM KeyBackfills WHERE name = 'series and format' AND after_id = ?1";

/** All statements, for a test of their query plans. */
export const BACKFILL_STATEMENTS = { NEXT, OWNERS, REFRESH, MARK, MOVE_ON, FINISH };

/**
 * Makes `refreshShelves` compute the keys of the next entries that lack one. Bounded, and safe to
 * interrupt between any two statements; after the last entry, a run reads no row.
 * @returns the number of entries that lacked the key
 */
export async function backfillKeys(db: D1Database): Promise<number> {
  const next = await db.prepare(NEXT).first<{ after_id: number; last_id: number | null }>();
  if (next === null) return 0;
  const { after_id: after, last_id: last } = next;
  if (last === null) {
    await db.prepare(FINISH).bind(after).run();
    return 0;
  }
  const { results: owners } = await db.prepare(OWNERS).bind(after, last).all<{ user_id: string }>();
  const [, , marked] = await db.batch([
    takeForMany(db, JSON.stringify(owners.map(({ user_id: userId }) => userId))),
    db.prepare(REFRESH).bind(after, last),
    db.prepare(MARK).bind(after, last),
    db.prepare(MOVE_ON).bind(last),
  ]);
  return marked?.meta.changes ?? 0;
}
