import { keptValues } from "../../idempotency/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { ReadEntries, ShelvedAt } from "../domain/changed-entries.ts";
import { changeOfCounts } from "../domain/shelf-counts.ts";
import type { ShelfWrite } from "../domain/shelf.ts";
import { rowOf } from "./entry-columns.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import { LATEST_PROGRESS } from "./progress-writes.ts";
import { countChangeSql, HAS_SHELF, slicesDueSql } from "./shelf-takes.ts";
import { changedLists, LIST_STATEMENTS } from "./changed-lists.ts";
import { changedColumns, detailsOf } from "./shelves.ts";

// The ids are expressions, because D1 counts each row of json_each as a row read. ?2 the ids, a
// JSON array.
const readSql = (entries: number): string => `
  SELECT ${PLACE_COLUMNS}, ${LATEST_PROGRESS} AS latest_progress, shelf.time_zone, shelf.seq AS shelf_seq
  FROM (SELECT time_zone, seq FROM Shelves WHERE user_id = ?1) AS shelf
  CROSS JOIN (VALUES ${Array.from({ length: entries }, (_, index) => `(?2 ->> ${index})`).join(", ")}) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = wanted.column1
  LEFT JOIN Books AS book ON book.isbn = entry.isbn`;

// Every write to a shelf increases `seq`, so the shelf is unchanged if `seq` is. Otherwise the
// statement violates NOT NULL of `seq`, which rolls back the batch. Parameters: ?1 user, ?2 the
// batch's token, ?3 the change of the counts, ?4 `seq` as it was read.
const TAKE = `
  UPDATE Shelves SET
    seq = CASE WHEN seq = ?4 AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1) THEN seq + 1 END,
    write_token = ?2, ${countChangeSql("?3")}
  WHERE user_id = ?1
  RETURNING user_id, seq, listened_until`;

// Does not set the version of the book: a refresh may have increased it, and the keys have not
// changed.
const updateSql = (columns: readonly string[]): string => `
  UPDATE UserLibrary SET ${columns.map((name) => `${name} = ?4 ->> '${name}'`).join(", ")},
    kept_version = ?4 ->> 'version', seq = ?5
  WHERE user_id = ?1 AND isbn = ?2 AND version = ?3`;

// Follows the update of its entry. If the update has changed no row, this violates NOT NULL of the
// outcome, which rolls back the batch.
const KEEP = `
  INSERT INTO SyncKeys (user_id, key, outcome, at) SELECT ?1, ?2, CASE WHEN changes() = 1 THEN ?3 END, ?4`;

const SLICES_DUE = slicesDueSql({ user: "?1", isbns: "?3" }, HAS_SHELF);

/** Some statements, for a test of their query plans. */
export const CHANGED_STATEMENTS = { READ: readSql(3), TAKE, SLICES_DUE, ...LIST_STATEMENTS };

/** Reads entries of a shelf together, and writes them together. @param log receives every failure */
export function d1ChangedEntries(db: D1Database, newId: () => string, log: Log): ReadEntries {
  const { read, write } = d1Errors(log);
  return {
    async find(userId, isbns) {
      const statement = db.prepare(readSql(isbns.length)).bind(userId, JSON.stringify(isbns));
      const { results } = await read(statement.all<PlaceRow & { shelf_seq: number }>());
      const places = results.flatMap((row): [string, ShelvedAt][] => {
        const { entry, ...place } = placeOf(row);
        return entry ? [[entry.isbn, { ...place, entry }]] : [];
      });
      return { seq: results[0]?.shelf_seq ?? 0, places: new Map(places) };
    },
    async save(userId, seq, writes) {
      const counts = changeOfCounts(
        writes.map(({ before, entry }) => ({ before: before.entry, after: entry })),
      );
      const token = newId();
      const batch = db.batch([
        db.prepare(TAKE).bind(userId, token, JSON.stringify(counts ?? {}), seq),
        ...writes.flatMap((one) => updatesOf(db, one, seq + 1)),
        ...changedLists(db, userId, writes),
        // If the book had no progress when the shelf was read, there is none to show.
        ...writes.flatMap((one) =>
          detailsOf(db, one, token, { hasReadings: one.before.latest !== undefined }),
        ),
        db
          .prepare(SLICES_DUE)
          .bind(userId, token, JSON.stringify(writes.map(({ entry }) => entry.isbn))),
      ]);
      try {
        const [taken] = await batch;
        return taken?.results.length === 1;
      } catch (error) {
        if (isUndone(error)) return false;
        return write(Promise.reject(error instanceof Error ? error : new Error(String(error))));
      }
    },
  };
}

/**
 * Whether a batch was rolled back because the shelf has changed, or because another change with the
 * same key was applied.
 */
function isUndone(error: unknown): boolean {
  return /constraint failed: (?:Shelves\.seq|SyncKeys\.)/.test(String(error));
}

function updatesOf(db: D1Database, write: ShelfWrite, seq: number): D1PreparedStatement[] {
  const { userId, entry, before, own, applied } = write;
  const row = rowOf({ ...write, hasOwn: own !== undefined || before.own !== undefined });
  const columns = changedColumns(row, before);
  return [
    db
      .prepare(updateSql(columns))
      .bind(userId, entry.isbn, before.entry?.version ?? 0, JSON.stringify(row), seq),
    ...(applied ? [db.prepare(KEEP).bind(userId, ...keptValues(applied))] : []),
  ];
}
