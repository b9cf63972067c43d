import { shelfKeys } from "../domain/library/shelf-keys.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./library-rows.ts";

/** Entries that one step writes: with reviews of 300 KB each that is 30 MB at most. */
const STEP = 50;
/** Steps that one run takes at most; the rest waits a minute. */
const STEPS = 20;

/** Books that one run looks at. */
const BOOKS = 500;

// An entry is due when its keys were made from another version of the book than is there now (0: none is there).
const DUE = `
  SELECT ${PLACE_COLUMNS}
  FROM (SELECT isbn FROM ShelfRefreshes ORDER BY isbn LIMIT ${BOOKS}) AS refresh
  JOIN UserLibrary AS entry ON entry.isbn = refresh.isbn
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  LEFT JOIN UserBooks AS own ON own.user_id = entry.user_id AND own.isbn = entry.isbn
  WHERE entry.book_version <> coalesce(book.version, 0)
  LIMIT ?1`;

// What a reader has changed since has fresh keys already: the version tells.
const SET_KEYS = `
  UPDATE UserLibrary SET
    sort_title = made.value ->> 'sortTitle', sort_author = made.value ->> 'sortAuthor', year = made.value ->> 'year',
    search_text = made.value ->> 'searchText', book_version = made.value ->> 'bookVersion'
  FROM json_each(?1) AS made
  WHERE UserLibrary.id = made.value ->> 'id' AND UserLibrary.version = made.value ->> 'version'`;

const DONE = `
  DELETE FROM ShelfRefreshes
  WHERE isbn IN (SELECT isbn FROM ShelfRefreshes ORDER BY isbn LIMIT ${BOOKS}) AND NOT EXISTS (
    SELECT 1 FROM UserLibrary AS entry LEFT JOIN Books AS book ON book.isbn = entry.isbn
    WHERE entry.isbn = ShelfRefreshes.isbn AND entry.book_version <> coalesce(book.version, 0)
  )`;

/**
 * Makes sort keys and search text anew where the book of an entry has changed. Bounded, restartable at every statement.
 * @returns how many entries were due
 */
export async function refreshShelves(db: D1Database): Promise<number> {
  let count = 0;
  for (let step = 0; step < STEPS; step++) {
    const { results } = await db.prepare(DUE).bind(STEP).all<PlaceRow & { id: number }>();
    const statements = inParameters(keysOf(results)).map((list) => db.prepare(SET_KEYS).bind(list));
    if (statements.length > 0) await db.batch(statements);
    count += results.length;
    if (results.length < STEP) break;
  }
  await db.prepare(DONE).run();
  return count;
}

function keysOf(rows: readonly (PlaceRow & { id: number })[]): object[] {
  return rows.flatMap((row) => {
    const { entry, ...place } = placeOf(row);
    if (!entry) return [];
    const keys = shelfKeys(entry, place);
    return [{ id: row.id, version: entry.version, bookVersion: place.bookVersion, ...keys }];
  });
}

/** UTF-16 units of a parameter: with the search text of one more entry it stays below D1's 2 MB. */
const MAX_PARAMETER = 100_000;

/** Values as JSON lists, none much longer than a parameter may be. */
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
