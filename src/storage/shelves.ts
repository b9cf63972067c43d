import { foldTag } from "../domain/library/tags.ts";
import type { ShelfDeps, ShelfWrite } from "../domain/library/shelf.ts";
import type { Log } from "../observability/log.ts";
import { reachableOr503 } from "./database.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./library-rows.ts";

const FIND = `
  SELECT ${PLACE_COLUMNS}
  FROM (SELECT ?1 AS user_id, ?2 AS isbn) AS wanted
  LEFT JOIN UserLibrary AS entry ON entry.user_id = wanted.user_id AND entry.isbn = wanted.isbn
  LEFT JOIN Books AS book ON book.isbn = wanted.isbn
  LEFT JOIN UserBooks AS own ON own.user_id = wanted.user_id AND own.isbn = wanted.isbn`;

// Version 0 is seen by nobody: UPDATE below raises it in the same transaction.
const CREATE = `
  INSERT INTO UserLibrary (user_id, isbn, version)
  SELECT ?1, ?2, 0 WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(user_id, isbn) DO NOTHING`;

// Everything that follows holds only while the entry has the version that its writer read (?3). The entry itself comes
// last, so that until then the version tells whether this is the write that counts.
const AS_READ = `EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2 AND version = ?3)`;

const CLEAR_READINGS = `DELETE FROM Readings WHERE user_id = ?1 AND isbn = ?2 AND ${AS_READ}`;

const ADD_READINGS = `
  INSERT INTO Readings (user_id, isbn, position, started_at, finished_at)
  SELECT ?1, ?2, key, value ->> 'startedAt', value ->> 'finishedAt' FROM json_each(?4) WHERE ${AS_READ}`;

const CLEAR_TAGS = `DELETE FROM Tags WHERE user_id = ?1 AND isbn = ?2 AND ${AS_READ}`;

const ADD_TAGS = `
  INSERT INTO Tags (user_id, isbn, folded, tag, position)
  SELECT ?1, ?2, value ->> 'folded', value ->> 'tag', key FROM json_each(?4) WHERE ${AS_READ}`;

const SET_OWN = `
  INSERT INTO UserBooks (user_id, isbn, details)
  SELECT ?1, ?2, ?4 WHERE ${AS_READ}
  ON CONFLICT(user_id, isbn) DO UPDATE SET details = excluded.details`;

// The keys were made from another version of the book than is there now: whoever changed it did not see this entry.
const REFRESH_IF_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT isbn FROM Books WHERE isbn = ?2 AND version <> ?4 AND ${AS_READ}
  ON CONFLICT DO NOTHING`;

const UPDATE = `
  UPDATE UserLibrary SET
    status = ?4, rating = ?5, review = ?6, notes = ?7, source = ?8, extra = ?9, added_at = ?10, updated_at = ?11,
    sort_title = ?12, sort_author = ?13, year = ?14, last_finished = ?15, search_text = ?16, book_version = ?17,
    version = version + 1
  WHERE user_id = ?1 AND isbn = ?2 AND version = ?3`;

const REMOVE = `
  DELETE FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2 AND (?3 IS NULL OR version = ?3)`;

/** Shelves in D1. @param log is told of every failure. */
export function d1Shelves(db: D1Database, log: Log): ShelfDeps["shelves"] {
  const { read, write } = reachableOr503(log);
  return {
    async find(userId, isbn) {
      const row = await read(db.prepare(FIND).bind(userId, isbn).first<PlaceRow>());
      return row ? placeOf(row) : { bookVersion: 0 };
    },
    async save(shelfWrite) {
      const results = await write(db.batch(writeStatements(db, shelfWrite)));
      return (results.at(-1)?.meta.changes ?? 0) > 0 ? "saved" : "conflict";
    },
    async remove(userId, isbn, version) {
      const removal = db.prepare(REMOVE).bind(userId, isbn, version ?? null);
      return (await write(removal.run())).meta.changes > 0;
    },
  };
}

/** One transaction that writes an entry whole or, when its version is another, nothing; the last statement tells which. */
export function writeStatements(db: D1Database, write: ShelfWrite): D1PreparedStatement[] {
  const { userId, entry, keys, own } = write;
  const version = write.version ?? 0;
  const guarded = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, entry.isbn, version, ...values);
  const tags = entry.tags.map((tag) => ({ tag, folded: foldTag(tag) }));
  return [
    ...(write.version === undefined ? [db.prepare(CREATE).bind(userId, entry.isbn)] : []),
    guarded(CLEAR_READINGS),
    guarded(ADD_READINGS, JSON.stringify(entry.readings)),
    guarded(CLEAR_TAGS),
    guarded(ADD_TAGS, JSON.stringify(tags)),
    ...(own ? [guarded(SET_OWN, JSON.stringify(own))] : []),
    guarded(REFRESH_IF_STALE, write.bookVersion),
    guarded(
      UPDATE,
      entry.status ?? null,
      entry.rating ?? null,
      entry.review ?? null,
      entry.notes ?? null,
      entry.source ?? null,
      entry.extra ? JSON.stringify(entry.extra) : null,
      entry.addedAt,
      entry.updatedAt,
      keys.sortTitle,
      keys.sortAuthor ?? null,
      keys.year ?? null,
      keys.lastFinished ?? null,
      keys.searchText,
      write.bookVersion,
    ),
  ];
}
