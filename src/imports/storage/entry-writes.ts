import type { EntryWrite } from "../domain/job/shelve-chunk.ts";
import { foldTag } from "../../library/domain/tags.ts";
import { IS_OURS } from "./advance.ts";
import { jsonPieces } from "../../platform/d1/json-pieces.ts";

// Parameters of every statement: ?1 job, ?2 the step's token, ?3 user, ?4 a list.

const WRITTEN = [
  "status",
  "rating",
  "review",
  "notes",
  "source",
  "extra",
  "added_at",
  "updated_at",
  "sort_title",
  "sort_author",
  "year",
  "last_finished",
  "search_text",
  "book_version",
  "version",
] as const;

const WRITE_ENTRIES = `
  INSERT INTO UserLibrary (user_id, isbn, ${WRITTEN.join(", ")})
  SELECT ?3, value ->> 'isbn', ${WRITTEN.map((name) => `value ->> '${name}'`).join(", ")}
  FROM json_each(?4) WHERE ${IS_OURS}
  ON CONFLICT(user_id, isbn) DO UPDATE SET
    ${WRITTEN.map((name) => `${name} = excluded.${name}`).join(", ")}`;

const CLEAR_READINGS = `
  DELETE FROM Readings
  WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`;

const ADD_READINGS = `
  INSERT INTO Readings (user_id, isbn, position, started_at, finished_at)
  SELECT ?3, made.value ->> 'isbn', reading.key, reading.value ->> 'startedAt', reading.value ->> 'finishedAt'
  FROM json_each(?4) AS made, json_each(made.value, '$.readings') AS reading WHERE ${IS_OURS}`;

const CLEAR_TAGS = `
  DELETE FROM Tags WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`;

const ADD_TAGS = `
  INSERT INTO Tags (user_id, isbn, folded, tag, position)
  SELECT ?3, made.value ->> 'isbn', tag.value ->> 'folded', tag.value ->> 'tag', tag.key
  FROM json_each(?4) AS made, json_each(made.value, '$.tags') AS tag WHERE ${IS_OURS}`;

const SET_OWN = `
  INSERT INTO UserBooks (user_id, isbn, details)
  SELECT ?3, value ->> 'isbn', value ->> 'own' FROM json_each(?4) WHERE ${IS_OURS}
  ON CONFLICT(user_id, isbn) DO UPDATE SET details = excluded.details`;

const DROP_OWN = `
  DELETE FROM UserBooks
  WHERE user_id = ?3 AND isbn IN (SELECT value FROM json_each(?4)) AND ${IS_OURS}`;

// Schedules a refresh of entries whose keys were computed from an outdated version of the book: the writer that changed the
// book could not see these entries.
const REFRESH_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT Books.isbn FROM json_each(?4) AS made JOIN Books ON Books.isbn = made.value ->> 'isbn'
  WHERE ?3 IS NOT NULL AND Books.version <> made.value ->> 'bookVersion' AND ${IS_OURS}
  ON CONFLICT DO NOTHING`;

/** Statements that write entries with their readings, tags and own descriptions, for the batch of a claimed step. */
export function entryStatements(
  db: D1Database,
  { jobId, token, userId }: { jobId: string; token: string; userId: string },
  writes: readonly EntryWrite[],
): D1PreparedStatement[] {
  const rewritten = writes.flatMap(({ isNew, entry }) => (isNew ? [] : [entry.isbn]));
  const lists: [string, readonly unknown[]][] = [
    [WRITE_ENTRIES, writes.map(rowOf)],
    [CLEAR_READINGS, rewritten],
    [
      ADD_READINGS,
      writes.flatMap(({ entry: { isbn, readings } }) =>
        readings.length > 0 ? [{ isbn, readings }] : [],
      ),
    ],
    [CLEAR_TAGS, rewritten],
    [
      ADD_TAGS,
      writes.flatMap(({ entry: { isbn, tags } }) =>
        tags.length > 0 ? [{ isbn, tags: tags.map((tag) => ({ tag, folded: foldTag(tag) })) }] : [],
      ),
    ],
    [
      SET_OWN,
      writes.flatMap(({ entry: { isbn }, own }) =>
        own ? [{ isbn, own: JSON.stringify(own) }] : [],
      ),
    ],
    [DROP_OWN, writes.flatMap(({ entry, own }) => (own === null ? [entry.isbn] : []))],
    [REFRESH_STALE, writes.map(({ entry: { isbn }, bookVersion }) => ({ isbn, bookVersion }))],
  ];
  return lists.flatMap(([sql, list]) =>
    jsonPieces(list).map((piece) => db.prepare(sql).bind(jobId, token, userId, piece)),
  );
}

function rowOf({ entry, keys, bookVersion }: EntryWrite): Record<string, unknown> {
  const row: Record<(typeof WRITTEN)[number], unknown> = {
    status: entry.status,
    rating: entry.rating,
    review: entry.review,
    notes: entry.notes,
    source: entry.source,
    extra: entry.extra && JSON.stringify(entry.extra),
    added_at: entry.addedAt,
    updated_at: entry.updatedAt,
    sort_title: keys.sortTitle,
    sort_author: keys.sortAuthor,
    year: keys.year,
    last_finished: keys.lastFinished,
    search_text: keys.searchText,
    book_version: bookVersion,
    version: entry.version,
  };
  return { isbn: entry.isbn, ...row };
}
