import { foldTag } from "../domain/tags.ts";
import type { ShelfDeps, ShelfWrite } from "../domain/shelf.ts";
import type { Log } from "../../platform/log.ts";
import { answerStatements } from "../../idempotency/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";

const FIND = `
  SELECT ${PLACE_COLUMNS}
  FROM (SELECT ?1 AS user_id, ?2 AS isbn) AS wanted
  LEFT JOIN UserLibrary AS entry ON entry.user_id = wanted.user_id AND entry.isbn = wanted.isbn
  LEFT JOIN Books AS book ON book.isbn = wanted.isbn
  LEFT JOIN UserBooks AS own ON own.user_id = wanted.user_id AND own.isbn = wanted.isbn`;

// Parameters of every statement of a write: ?1 user, ?2 isbn, ?3 the version that the writer read (0: no entry), ?4 the
// review queue row that the write settles, or NULL.
const WAITS = `
  (?4 IS NULL OR EXISTS (SELECT 1 FROM ReviewQueue WHERE id = ?4 AND user_id = ?1 AND state = 'open'))`;

// Version 0 is never visible: UPDATE below raises it in the same transaction.
const CREATE = `
  INSERT INTO UserLibrary (user_id, isbn, version, book_version)
  SELECT ?1, ?2, ?3, 0 WHERE ${WAITS} AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT(user_id, isbn) DO NOTHING`;

// The following statements apply only while the entry has the version that the writer read. The entry itself is written
// last, so that its version stays unchanged until then.
const AS_READ = `${WAITS}
  AND EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2 AND version = ?3)`;

const CLEAR_READINGS = `DELETE FROM Readings WHERE user_id = ?1 AND isbn = ?2 AND ${AS_READ}`;

const ADD_READINGS = `
  INSERT INTO Readings (user_id, isbn, position, started_at, finished_at)
  SELECT ?1, ?2, key, value ->> 'startedAt', value ->> 'finishedAt' FROM json_each(?5) WHERE ${AS_READ}`;

const CLEAR_TAGS = `DELETE FROM Tags WHERE user_id = ?1 AND isbn = ?2 AND ${AS_READ}`;

const ADD_TAGS = `
  INSERT INTO Tags (user_id, isbn, folded, tag, position)
  SELECT ?1, ?2, value ->> 'folded', value ->> 'tag', key FROM json_each(?5) WHERE ${AS_READ}`;

const SET_OWN = `
  INSERT INTO UserBooks (user_id, isbn, details)
  SELECT ?1, ?2, ?5 WHERE ${AS_READ}
  ON CONFLICT(user_id, isbn) DO UPDATE SET details = excluded.details`;

// The keys were made from another version of the book than the current one: the write that changed the book did not see
// this entry.
const REFRESH_IF_STALE = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT isbn FROM Books WHERE isbn = ?2 AND version <> ?5 AND ${AS_READ}
  ON CONFLICT DO NOTHING`;

const UPDATE = `
  UPDATE UserLibrary SET
    status = ?5, rating = ?6, review = ?7, notes = ?8, source = ?9, extra = ?10, added_at = ?11, updated_at = ?12,
    sort_title = ?13, sort_author = ?14, year = ?15, last_finished = ?16, search_text = ?17, book_version = ?18,
    version = ?19
  WHERE user_id = ?1 AND isbn = ?2 AND version = ?3 AND ${WAITS}`;

// changes() refers to the preceding statement: the row is settled only if the entry was written.
const SETTLE = `
  UPDATE ReviewQueue SET state = 'resolved', shelved_as = ?2, settled_at = ?5
  WHERE id = ?4 AND user_id = ?1 AND state = 'open' AND changes() > 0`;

const REMOVE = `
  DELETE FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2 AND (?3 IS NULL OR version = ?3)`;

/** Shelves in D1. @param log receives every failure */
export function d1Shelves(db: D1Database, log: Log): ShelfDeps["shelves"] {
  const { read, write } = d1Errors(log);
  return {
    async find(userId, isbn) {
      const row = await read(db.prepare(FIND).bind(userId, isbn).first<PlaceRow>());
      return row ? placeOf(row) : { bookVersion: 0 };
    },
    async save(shelfWrite) {
      const statements = writeStatements(db, shelfWrite);
      const results = await write(
        db.batch([...statements, ...answerStatements(db, shelfWrite.answer)]),
      );
      const changes = results[statements.length - 1]?.meta.changes ?? 0;
      return changes > 0 ? "saved" : "conflict";
    },
    async remove(userId, isbn, version) {
      const removal = db.prepare(REMOVE).bind(userId, isbn, version ?? null);
      return (await write(removal.run())).meta.changes > 0;
    },
  };
}

/**
 * The statements of one transaction that writes an entry completely, or nothing if its version has changed. The change
 * count of the last statement shows which.
 */
export function writeStatements(db: D1Database, write: ShelfWrite): D1PreparedStatement[] {
  const { userId, entry, keys, own, settles } = write;
  const version = write.version ?? 0;
  const guarded = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(userId, entry.isbn, version, settles?.rowId ?? null, ...values);
  const tags = entry.tags.map((tag) => ({ tag, folded: foldTag(tag) }));
  return [
    ...(write.version === undefined ? [guarded(CREATE)] : []),
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
      write.nextVersion,
    ),
    ...(settles ? [guarded(SETTLE, settles.at)] : []),
  ];
}
