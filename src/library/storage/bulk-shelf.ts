import { progressStatements } from "../../idempotency/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import type { BulkChangeDeps, ReadPlace } from "../domain/bulk-change.ts";
import { entryListSql } from "./entry-list-sql.ts";
import { countsOfList, listStatements } from "./entry-lists.ts";
import { OWN, PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import { selectStatement } from "./bulk-select.ts";
import { LATEST_PROGRESS } from "./progress-writes.ts";
import { matchingNames } from "./shelf-pages.ts";
import { comparesNames } from "./shelf-filter-sql.ts";
import { HAS_SHELF, takeSql } from "./shelf-takes.ts";
import { fitTrash } from "./trash.ts";

/** Maximum entries per batch, and their approximate maximum size in bytes. */
const BATCH_SIZE = 250;
const BATCH_BYTES = 2_000_000;

// CROSS JOIN because the planner would otherwise compare each of the user's entries with each id.
const SIZES = `
  SELECT wanted.key, coalesce(octet_length(entry.review), 0) + coalesce(octet_length(entry.notes), 0) +
    coalesce(octet_length(entry.extra), 0) + coalesce(octet_length(entry.search_text), 0) +
    coalesce(octet_length(${OWN}), 0) AS bytes
  FROM json_each(?2) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = wanted.value
  ORDER BY wanted.key`;

const READ = `
  SELECT ${PLACE_COLUMNS}, ${LATEST_PROGRESS} AS latest_progress,
    (SELECT time_zone FROM Shelves WHERE user_id = ?1) AS time_zone
  FROM json_each(?2) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = wanted.value
  LEFT JOIN Books AS book ON book.isbn = entry.isbn`;

// ?1 user, ?2 the batch's token, ?3 the change of the counts, ?4 the versions of the entries that were read.
const TAKE = takeSql(
  { user: "?1", token: "?2", counts: "?3" },
  `NOT EXISTS (
    SELECT 1 FROM json_each(?4) AS due
    LEFT JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = due.value ->> 'isbn'
    WHERE entry.version IS NOT due.value ->> 'version'
  ) AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)`,
);

/** All statements, for a test of their query plans. */
export const BULK_STATEMENTS = { SIZES, READ, TAKE };

const LIST_SQL = entryListSql(HAS_SHELF);

/** Writes of many entries in D1. @param limits of a shelf @param log receives every failure */
export function d1BulkShelf(
  db: D1Database,
  newId: () => string,
  log: Log,
  limits: ShelfLimits = {},
): BulkChangeDeps["many"] {
  const database = d1Errors(log);
  const { read, write } = database;
  return {
    async select(userId, filter, edit, limit) {
      const selection = comparesNames(filter)
        ? { ids: await matchingNames(db, database, userId, filter) }
        : { filter };
      const { sql, values } = selectStatement(userId, selection, edit, limit);
      const statement = db.prepare(sql).bind(...values);
      const { results } = await read(statement.all<{ isbn: string; total: number }>());
      return { isbns: results.map(({ isbn }) => isbn), total: results[0]?.total ?? 0 };
    },
    async read(userId, isbns) {
      const list = JSON.stringify(isbns.slice(0, BATCH_SIZE));
      const sizes = await read(
        db.prepare(SIZES).bind(userId, list).all<{ key: number; bytes: number }>(),
      );
      const taken = takenOf(Math.min(isbns.length, BATCH_SIZE), sizes.results);
      const wanted = JSON.stringify(isbns.slice(0, taken));
      const { results } = await read(db.prepare(READ).bind(userId, wanted).all<PlaceRow>());
      const places = results.flatMap((row): [string, ReadPlace][] => {
        const { entry, ...place } = placeOf(row);
        return entry ? [[entry.isbn, { ...place, entry }]] : [];
      });
      return { taken, places: new Map(places) };
    },
    async write({ userId, read: versions, progress, ...list }) {
      const token = newId();
      const counts = JSON.stringify(countsOfList(list) ?? {});
      const { at } = list;
      const [taken] = await write(
        db.batch([
          db.prepare(TAKE).bind(userId, token, counts, JSON.stringify(versions)),
          ...progressStatements(db, progress),
          ...listStatements(db, LIST_SQL, { subject: userId, token, userId }, list),
          ...(list.removed.length > 0
            ? fitTrash(db, { userId, token, at, maxBytes: limits.trashBytes })
            : []),
        ]),
      );
      return taken?.results.length === 1;
    },
  };
}

/**
 * How many ids fit into a batch; at least one.
 * @param sizes of the entries that are on the shelf, in the order of the ids
 */
function takenOf(ids: number, sizes: readonly { key: number; bytes: number }[]): number {
  let bytes = 0;
  const end = sizes.find((size, index) => {
    bytes += size.bytes;
    return index > 0 && bytes > BATCH_BYTES;
  });
  return end?.key ?? ids;
}
