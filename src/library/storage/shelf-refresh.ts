import { shelfKeys } from "../domain/shelf-keys.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import { takeForMany } from "./shelf-takes.ts";

/** Entries per step; with reviews of 300 KB each, at most 30 MB. */
const STEP_SIZE = 50;
/** Maximum steps per run. The rest follows a minute later. */
const MAX_STEPS = 20;

/** Maximum books per run. */
const MAX_BOOKS = 500;

const TAKE = `SELECT isbn FROM ShelfRefreshes ORDER BY isbn LIMIT ${MAX_BOOKS}`;

/** The taken books (?1 as JSON) with their current versions; 0 when the catalogue has no row. */
const TAKEN = `
  WITH taken AS (
    SELECT value AS isbn, coalesce((SELECT version FROM Books WHERE isbn = value), 0) AS version FROM json_each(?1)
  )`;

// An entry is due when its keys were computed from another version of the book. Lower and higher
// versions are two ranges of idx_user_library_isbn, so that the many up-to-date entries of a
// popular book are not scanned.
const DUE = `
  ${TAKEN}, due AS (
    SELECT id FROM taken JOIN UserLibrary AS entry ON entry.isbn = taken.isbn AND entry.book_version < taken.version
    UNION ALL
    SELECT id FROM taken JOIN UserLibrary AS entry ON entry.isbn = taken.isbn AND entry.book_version > taken.version
    LIMIT ?2
  )
  SELECT entry.user_id, ${PLACE_COLUMNS}
  FROM due
  JOIN UserLibrary AS entry ON entry.id = due.id
  LEFT JOIN Books AS book ON book.isbn = entry.isbn`;

// An entry that its user has changed in the meantime has another version and already has current keys.
const SET_KEYS = `
  UPDATE UserLibrary SET
    sort_title = made.value ->> 'sortTitle', sort_author = made.value ->> 'sortAuthor', year = made.value ->> 'year',
    sort_series = made.value ->> 'sortSeries', book_format = made.value ->> 'bookFormat',
    search_text = made.value ->> 'searchText', book_version = made.value ->> 'bookVersion',
    seq = max(seq, coalesce((SELECT seq FROM Shelves WHERE user_id = UserLibrary.user_id), 0))
  FROM json_each(?1) AS made
  WHERE UserLibrary.id = made.value ->> 'id' AND UserLibrary.version = made.value ->> 'version'`;

const SLICES_DUE = `
  UPDATE ShelfSlices SET due = coalesce((SELECT seq FROM Shelves WHERE user_id = ShelfSlices.user_id), 1)
  WHERE (user_id, from_isbn) IN (
    SELECT made.value ->> 'userId', (
      SELECT max(from_isbn) FROM ShelfSlices AS slice
      WHERE slice.user_id = made.value ->> 'userId' AND slice.from_isbn <= made.value ->> 'isbn'
    )
    FROM json_each(?1) AS made
  )`;

const DONE = `
  ${TAKEN}
  DELETE FROM ShelfRefreshes WHERE isbn IN (
    SELECT isbn FROM taken
    WHERE NOT EXISTS (SELECT 1 FROM UserLibrary AS entry WHERE entry.isbn = taken.isbn AND book_version < taken.version)
      AND NOT EXISTS (SELECT 1 FROM UserLibrary AS entry WHERE entry.isbn = taken.isbn AND book_version > taken.version)
  )`;

/** All statements of a run, for a test of their query plans. */
export const REFRESH_STATEMENTS = { TAKE, DUE, SET_KEYS, SLICES_DUE, DONE };

/**
 * Recomputes sort keys and search text of entries whose book has changed. Bounded, and safe to interrupt between any two
 * statements.
 * @returns the number of entries that were due
 */
export async function refreshShelves(db: D1Database): Promise<number> {
  const { results: taken } = await db.prepare(TAKE).all<{ isbn: string }>();
  if (taken.length === 0) return 0;
  const isbns = JSON.stringify(taken.map(({ isbn }) => isbn));
  let count = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const due = db.prepare(DUE).bind(isbns, STEP_SIZE);
    const { results } = await due.all<DueRow>();
    const users = [...new Set(results.map(({ user_id: userId }) => userId))];
    const lists = inParameters(keysOf(results));
    const statements = lists.flatMap((list) =>
      [SET_KEYS, SLICES_DUE].map((sql) => db.prepare(sql).bind(list)),
    );
    if (lists.length > 0) await db.batch([takeForMany(db, JSON.stringify(users)), ...statements]);
    count += results.length;
    if (results.length < STEP_SIZE) break;
  }
  await db.prepare(DONE).bind(isbns).run();
  return count;
}

/** An entry that is due, with its book. */
type DueRow = PlaceRow & { id: number; user_id: string };

function keysOf(rows: readonly DueRow[]): object[] {
  return rows.flatMap((row) => {
    const { entry, ...place } = placeOf(row);
    if (!entry) return [];
    const keys = shelfKeys(entry, place);
    const { version, isbn } = entry;
    const { bookVersion } = place;
    return [{ id: row.id, userId: row.user_id, isbn, version, bookVersion, ...keys }];
  });
}

/** UTF-16 units per parameter. With the search text of one more entry it is still below D1's 2 MB. */
const MAX_PARAMETER = 100_000;

/** Splits values into JSON lists that are not much longer than `MAX_PARAMETER`. */
function inParameters(values: readonly object[]): string[] {
  const lists: string[][] = [];
  let room = 0;
  for (const json of values.map((value) => JSON.stringify(value))) {
    if (room <= 0) {
      lists.push([]);
      room = MAX_PARAMETER;
    }
    lists.at(-1)?.push(json);
    room -= json.length;
  }
  return lists.map((list) => `[${list.join(",")}]`);
}
