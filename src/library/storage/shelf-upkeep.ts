import type { Log } from "../../platform/log.ts";
import { DAY_MS } from "../../platform/time.ts";
import { COUNTS, type ShelfRow } from "./shelf-counts.ts";
import { COUNT_COLUMNS } from "./shelf-takes.ts";
import { ANY_FIELD } from "../domain/fields.ts";
import { OWNED_TABLE, TABLED_READINGS, TABLED_TAGS } from "./entry-rows.ts";
import { showProgressSql } from "./progress-writes.ts";
import { LACKS_KEYS } from "./key-backfills.ts";
import { checkSlice } from "./stats.ts";

/** Entries per step and steps per run of `keepEntries`; the next run follows a minute later. */
const KEEP_STEP = 200;
const MAX_STEPS = 10;

/**
 * Shelves per run of `checkShelves`, and the number of entries after which a run starts no other
 * shelf.
 */
const CHECKED_SHELVES = 5;
const CHECKED_ENTRIES = 100_000;
/**
 * Minimum interval between two counts of a shelf. A new shelf, or one with unknown counts, is
 * counted immediately.
 */
const CHECK_INTERVAL_MS = DAY_MS;

/** Maximum number of entries that one run of `pruneRemoved` deletes. */
const PRUNED = 1000;
/** Retention of tombstones. A device that was offline for longer synchronises from the start. */
export const TOMBSTONE_MS = 180 * DAY_MS;

// Entries that another release wrote: their readings and tags are only in their tables.
const UNKEPT = `
  SELECT id, user_id FROM UserLibrary INDEXED BY idx_user_library_unkept
  WHERE kept_version <> version ORDER BY user_id LIMIT ${KEEP_STEP}`;

// ?1 users. Another release neither counts entries nor increments `seq`, so devices that have read
// up to it must read these entries again.
const UNCOUNT = `
  INSERT INTO Shelves (user_id, seq)
  SELECT value, 1 FROM json_each(?1)
  WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = value)
  ON CONFLICT(user_id) DO UPDATE SET seq = seq + 1, ${COUNT_COLUMNS.map((name) => `${name} = NULL`).join(", ")}
  RETURNING user_id, seq, listened_until`;

const SLICES_DUE = `
  UPDATE ShelfSlices SET due = coalesce((SELECT seq FROM Shelves WHERE user_id = ShelfSlices.user_id), 1)
  WHERE user_id IN (SELECT value FROM json_each(?1))`;

// ?1 ids.
const NAME_READINGS = `
  UPDATE Readings SET id = 'r' || position
  WHERE id IS NULL AND (user_id, isbn) IN (
    SELECT user_id, isbn FROM UserLibrary WHERE id IN (SELECT value FROM json_each(?1))
  )`;

// The release that wrote the entry lacks these keys, so the entry is due for a refresh.
const IS_DUE = `EXISTS (SELECT 1 FROM Books AS book WHERE book.isbn = entry.isbn AND ${LACKS_KEYS})`;

const REFRESH_KEPT = `
  INSERT INTO ShelfRefreshes (isbn)
  SELECT isbn FROM UserLibrary WHERE id IN (SELECT value FROM json_each(?1)) AND book_version = -1
  ON CONFLICT DO NOTHING`;

// It is unknown which fields another release has written; any may have changed as of this version.
const KEEP = `
  UPDATE UserLibrary AS entry SET
    field_writes = json_set(coalesce(field_writes, '{}'), '$.${ANY_FIELD}', json_array('${ANY_FIELD}', version)),
    readings = ${TABLED_READINGS},
    tags = ${TABLED_TAGS},
    has_own = EXISTS ${OWNED_TABLE},
    kept_version = version,
    book_version = CASE WHEN ${IS_DUE} THEN -1 ELSE book_version END,
    seq = max(seq, coalesce((SELECT seq FROM Shelves WHERE user_id = entry.user_id), 0))
  WHERE id IN (SELECT value FROM json_each(?1)) AND kept_version <> version`;

const SHOW_PROGRESS = showProgressSql(
  "id IN (SELECT value FROM json_each(?1))",
  { user: "UserLibrary.user_id" },
  "TRUE",
);

// Another release leaves the tombstone in place when it adds an entry again.
const DROP_TOMBSTONES_OF_KEPT = `
  DELETE FROM RemovedEntries WHERE (user_id, isbn) IN (
    SELECT user_id, isbn FROM UserLibrary WHERE id IN (SELECT value FROM json_each(?1))
  )`;

const COUNTED = COUNT_COLUMNS.map((name) =>
  name === "no_status"
    ? "CAST(total(coalesce(status, '') NOT IN ('want_to_read', 'reading', 'completed', 'paused', 'abandoned')) AS INTEGER)"
    : `CAST(total(status = '${name}') AS INTEGER)`,
);

// ?1 users. Shelves with entries of another release are counted after `KEEP` has processed these.
const RECOUNT = `
  INSERT INTO Shelves (user_id, seq, ${COUNT_COLUMNS.join(", ")})
  SELECT entry.user_id, 0, ${COUNTED.join(", ")}
  FROM json_each(?1) AS owner
  CROSS JOIN UserLibrary AS entry INDEXED BY idx_user_library_status_added ON entry.user_id = owner.value
  WHERE NOT EXISTS (
    SELECT 1 FROM UserLibrary INDEXED BY idx_user_library_unkept
    WHERE user_id = owner.value AND kept_version <> version
  )
  GROUP BY entry.user_id
  ON CONFLICT(user_id) DO UPDATE SET ${COUNT_COLUMNS.map((name) => `${name} = excluded.${name}`).join(", ")}`;

// ?1 user. A shelf without entries has no group in RECOUNT.
const COUNT_EMPTY = `
  UPDATE Shelves SET ${COUNT_COLUMNS.map((name) => `${name} = 0`).join(", ")}
  WHERE user_id = ?1
    AND NOT EXISTS (SELECT 1 FROM UserLibrary INDEXED BY idx_user_library_added WHERE user_id = ?1)`;

// Another release deletes entries without a tombstone, so devices must load the shelf again.
const RESET_FEED = "UPDATE Shelves SET seq = seq + 1, changes_from = seq + 1 WHERE user_id = ?1";

const CHECKED = "UPDATE Shelves SET checked_at = ?2 WHERE user_id = ?1";

// ?1 ms since the epoch. 0 for shelves that were never checked or are to be counted next.
const OLDEST_CHECKED = `
  SELECT user_id FROM Shelves WHERE checked_at < ?1 ORDER BY checked_at LIMIT ${CHECKED_SHELVES}`;

// The tombstone's retention starts when the entry leaves the trash.
const EMPTY_TRASH = `
  UPDATE RemovedEntries SET image = NULL, trashed_until = NULL, removed_at = trashed_until
  WHERE (user_id, isbn) IN (
    SELECT user_id, isbn FROM RemovedEntries WHERE trashed_until < ?1 ORDER BY trashed_until LIMIT ${PRUNED}
  )`;

// ?1 now, ?2 the latest time of old tombstones. Checked first, so that a run without work reads
// only one row of each.
const ANY_REMOVED = `
  SELECT EXISTS (SELECT 1 FROM RemovedEntries WHERE trashed_until < ?1)
    OR EXISTS (SELECT 1 FROM RemovedEntries WHERE removed_at < ?2 AND image IS NULL) AS is_due`;

const OLD_TOMBSTONES = `
    SELECT user_id, isbn, seq FROM RemovedEntries
    WHERE removed_at < ?1 AND image IS NULL ORDER BY removed_at, user_id, isbn LIMIT ${PRUNED}`;

// A device that has read the feed up to this number needs none of the deleted tombstones.
const RAISE_FEED = `
  UPDATE Shelves SET changes_from = max(changes_from, old.seq)
  FROM (SELECT user_id, max(seq) AS seq FROM (${OLD_TOMBSTONES}) GROUP BY user_id) AS old
  WHERE Shelves.user_id = old.user_id`;

const DROP_TOMBSTONES = `
  DELETE FROM RemovedEntries WHERE (user_id, isbn) IN (SELECT user_id, isbn FROM (${OLD_TOMBSTONES}))`;

/** All statements, for a test of their query plans. */
export const UPKEEP_STATEMENTS = {
  UNKEPT,
  UNCOUNT,
  SLICES_DUE,
  NAME_READINGS,
  KEEP,
  REFRESH_KEPT,
  SHOW_PROGRESS,
  DROP_TOMBSTONES_OF_KEPT,
  RECOUNT,
  COUNT_EMPTY,
  OLDEST_CHECKED,
  RESET_FEED,
  ANY_REMOVED,
  EMPTY_TRASH,
  RAISE_FEED,
  DROP_TOMBSTONES,
};

/**
 * Stores readings and tags on entries that another release wrote, and counts their shelves again.
 * Bounded, and safe to interrupt between any two steps: an index finds the remaining entries.
 * @returns the number of entries
 */
export async function keepEntries(db: D1Database): Promise<number> {
  let kept = 0;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { results } = await db.prepare(UNKEPT).all<{ id: number; user_id: string }>();
    if (results.length === 0) break;
    const ids = JSON.stringify(results.map(({ id }) => id));
    const users = JSON.stringify([...new Set(results.map(({ user_id: userId }) => userId))]);
    const of = (sql: string, list: string): D1PreparedStatement => db.prepare(sql).bind(list);
    await db.batch([
      of(UNCOUNT, users),
      of(SLICES_DUE, users),
      of(NAME_READINGS, ids),
      of(KEEP, ids),
      of(REFRESH_KEPT, ids),
      of(SHOW_PROGRESS, ids),
      of(DROP_TOMBSTONES_OF_KEPT, ids),
      of(RECOUNT, users),
    ]);
    kept += results.length;
    if (results.length < KEEP_STEP) break;
  }
  return kept;
}

/**
 * Recounts the shelves with the oldest check, at least a day ago, and sums one slice of each.
 * Differences are logged and corrected.
 * @param now ms since the epoch
 * @returns the number of differences
 */
export async function checkShelves(db: D1Database, now: number, log: Log): Promise<number> {
  const { results } = await db
    .prepare(OLDEST_CHECKED)
    .bind(now - CHECK_INTERVAL_MS)
    .all<{ user_id: string }>();
  let differences = 0;
  let entries = 0;
  for (const { user_id: userId } of results) {
    if (entries >= CHECKED_ENTRIES) break;
    const counts = db.prepare(COUNTS).bind(userId);
    const [before, , , after] = await db.batch<ShelfRow>([
      counts,
      db.prepare(RECOUNT).bind(JSON.stringify([userId])),
      db.prepare(COUNT_EMPTY).bind(userId),
      counts,
      db.prepare(CHECKED).bind(userId, now),
    ]);
    const [stored, counted] = [before?.results[0], after?.results[0]];
    if (stored && counted) {
      entries += COUNT_COLUMNS.reduce((sum, name) => sum + (counted[name] ?? 0), 0);
      const differs = COUNT_COLUMNS.filter(
        (name) => stored[name] !== null && stored[name] !== counted[name],
      );
      if (differs.length > 0) {
        log.error("shelf_counts_differ", { stored, counted });
        await db.prepare(RESET_FEED).bind(userId).run();
        differences += 1;
      }
    }
    if (!(await checkSlice(db, userId))) {
      log.error("shelf_sums_differ");
      differences += 1;
    }
  }
  return differences;
}

/**
 * Removes expired entries from the trash, and deletes old tombstones. @param now ms since the epoch
 * @returns the number of entries
 */
export async function pruneRemoved(db: D1Database, now: number): Promise<number> {
  const old = now - TOMBSTONE_MS;
  if ((await db.prepare(ANY_REMOVED).bind(now, old).first("is_due")) === 0) return 0;
  const [emptied, , dropped] = await db.batch([
    db.prepare(EMPTY_TRASH).bind(now),
    db.prepare(RAISE_FEED).bind(old),
    db.prepare(DROP_TOMBSTONES).bind(old),
  ]);
  return (emptied?.meta.changes ?? 0) + (dropped?.meta.changes ?? 0);
}
