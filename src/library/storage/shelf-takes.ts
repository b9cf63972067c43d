import { keyIsFreeSql } from "../../idempotency/module.ts";
import { entriesSql, progressSql } from "../../quotas/module.ts";
import type { StatusCounts } from "../domain/shelf-counts.ts";

/** The columns of `Shelves` with the counts, in the order of `COUNTED`. */
export const COUNT_COLUMNS = [
  "want_to_read",
  "reading",
  "completed",
  "paused",
  "abandoned",
  "no_status",
] as const;

/** The member of `StatusCounts` that a column of `Shelves` counts. */
function countOf(column: (typeof COUNT_COLUMNS)[number]): keyof StatusCounts {
  return column === "no_status" ? "none" : column;
}

/**
 * The SQL by which a batch takes a shelf: it increments `seq`, applies a change of the counts and
 * stores the batch's token. Later statements of the batch check only the token. The statement
 * returns `seq`, or no row when its condition fails. Counts that are unknown (NULL) remain unknown,
 * and an empty change makes them unknown.
 * @param user parameter of the user, e.g. `?1`
 * @param token parameter of the token
 * @param counts parameter of the change, `StatusCounts` as JSON
 * @param condition when the batch may write; it may use any parameter
 */
export function takeSql(
  { user, token, counts }: { user: string; token: string; counts: string },
  condition: string,
): string {
  const change = changeIn(counts);
  return `
  INSERT INTO Shelves (user_id, seq, write_token, ${COUNT_COLUMNS.join(", ")})
  SELECT ${user}, 1, ${token}, ${COUNT_COLUMNS.map((name) => `zero + ${change(name)}`).join(", ")}
  FROM (SELECT CASE WHEN NOT EXISTS (
    SELECT 1 FROM UserLibrary INDEXED BY idx_user_library_added WHERE user_id = ${user}
  ) THEN 0 END AS zero)
  WHERE ${condition}
  ON CONFLICT(user_id) DO UPDATE SET seq = seq + 1, write_token = excluded.write_token,
    ${countChangeSql(counts)}
  RETURNING user_id, seq, listened_until`;
}

const changeIn =
  (counts: string) =>
  (column: (typeof COUNT_COLUMNS)[number]): string =>
    `(${counts} ->> '${countOf(column)}')`;

/** The assignments that apply a change of the counts. @param counts parameter of the change, `StatusCounts` as JSON */
export function countChangeSql(counts: string): string {
  const change = changeIn(counts);
  return COUNT_COLUMNS.map((name) => `${name} = ${name} + ${change(name)}`).join(", ");
}

const TAKE = takeSql(
  { user: "?1", token: "?5", counts: "?6" },
  `coalesce((SELECT version FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2), 0) = ?3
    AND (?4 IS NULL OR EXISTS (SELECT 1 FROM ReviewQueue WHERE id = ?4 AND user_id = ?1 AND state = 'open'))
    AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
    AND (?7 IS NULL OR ${entriesSql("?1")} < ?7)
    AND (?3 <> 0 OR coalesce(
      (SELECT version FROM RemovedEntries WHERE user_id = ?1 AND isbn = ?2 AND trashed_until IS NOT NULL), 0
    ) = ?8)
    AND (?9 IS NULL OR coalesce((SELECT version FROM Progress WHERE user_id = ?1 AND id = ?9), 0) = ?10)
    AND (?11 IS NULL OR ${progressSql("?1")} < ?11)
    AND ${keyIsFreeSql("?1", "?12")}`,
);

/** True only in the batch that took the shelf. Parameters: ?1 user, ?2 the batch's token. */
export const HAS_SHELF = "EXISTS (SELECT 1 FROM Shelves WHERE user_id = ?1 AND write_token = ?2)";

/** A user's write of one entry. */
export interface ShelfTake {
  userId: string;
  isbn: string;
  /** The version that the writer read; undefined when there was no entry. */
  version: number | undefined;
  /** The row of the review queue that the write settles; it must still be waiting. */
  reviewId?: string | undefined;
  /** Unique to the batch. */
  token: string;
  /** The change of the counts; undefined when they become unknown. */
  counts: StatusCounts | undefined;
  /** The maximum number of entries, for a write that adds one; undefined means no limit. */
  maxEntries?: number | undefined;
  /** The row of progress that the write adds or changes, at the version that the writer read; 0 for a new one. */
  progress?: { entry: { id: string }; before: number } | undefined;
  /**
   * The maximum number of rows of progress, for a write that adds one; undefined means no limit.
   */
  maxProgress?: number | undefined;
  /** The version of the trashed entry that the writer read in this place, if there was one. */
  trashedVersion?: number | undefined;
  /** The key of the change of an outbox, which must not have been applied. */
  key?: string | undefined;
}

/**
 * First statement of a batch that writes one entry for a user. It returns a row with `seq` if the
 * entry and the trash in its place are unchanged, the user exists, the row of the review queue is
 * waiting and the key is unused. If it returns no row, the batch writes nothing.
 */
export function takeShelf(db: D1Database, take: ShelfTake): D1PreparedStatement {
  const { userId, isbn, version = 0, reviewId = null, token, counts, maxEntries } = take;
  const { progress, maxProgress } = take;
  return db
    .prepare(TAKE)
    .bind(
      userId,
      isbn,
      version,
      reviewId,
      token,
      JSON.stringify(counts ?? {}),
      maxEntries ?? null,
      take.trashedVersion ?? 0,
      progress?.entry.id ?? null,
      progress?.before ?? 0,
      maxProgress ?? null,
      take.key ?? null,
    );
}

// The counts of a user without a row are unknown, because another release wrote their entries.
const TAKE_MANY = `
  INSERT INTO Shelves (user_id, seq)
  SELECT value, 1 FROM json_each(?1)
  WHERE NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = value)
  ON CONFLICT(user_id) DO UPDATE SET seq = seq + 1
  RETURNING user_id, seq, listened_until`;

/**
 * Increments `seq` of some users, for scheduled work that changes what they see.
 * @param userIds JSON array of ids
 */
export function takeForMany(db: D1Database, userIds: string): D1PreparedStatement {
  return db.prepare(TAKE_MANY).bind(userIds);
}

/**
 * The SQL that makes scheduled work count a shelf next, for a batch that makes its counts unknown.
 * @param condition when the batch may write
 */
export function countNextSql({ user }: { user: string }, condition: string): string {
  return `UPDATE Shelves SET checked_at = 0 WHERE user_id = ${user} AND ${condition}`;
}

/**
 * The SQL that marks the slice of one entry as due, so that its statistics are computed again. A
 * user who has never requested statistics has no slices.
 * @param condition when the batch may write
 */
export function sliceDueSql(
  { user, isbn }: { user: string; isbn: string },
  condition: string,
): string {
  return `
  UPDATE ShelfSlices SET due = (SELECT seq FROM Shelves WHERE user_id = ${user})
  WHERE user_id = ${user}
    AND from_isbn = (SELECT max(from_isbn) FROM ShelfSlices WHERE user_id = ${user} AND from_isbn <= ${isbn})
    AND ${condition}`;
}

/**
 * The SQL that marks the slices of some entries as due. The list is not read for a user without
 * slices.
 * @param isbns parameter of the entries, a JSON array of ISBNs
 * @param condition when the batch may write
 */
export function slicesDueSql(
  { user, isbns }: { user: string; isbns: string },
  condition: string,
): string {
  return `
  UPDATE ShelfSlices SET due = (SELECT seq FROM Shelves WHERE user_id = ${user})
  WHERE user_id = ${user} AND from_isbn IN (
    SELECT (SELECT max(from_isbn) FROM ShelfSlices WHERE user_id = ${user} AND from_isbn <= written.value)
    FROM json_each(CASE WHEN EXISTS (SELECT 1 FROM ShelfSlices WHERE user_id = ${user}) THEN ${isbns} ELSE '[]' END) AS written
  ) AND ${condition}`;
}
