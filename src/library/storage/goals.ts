import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";
import { keyIsFreeSql } from "../../idempotency/module.ts";
import { appliedStatements } from "./applied-statements.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { withoutNulls } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import type { StoredGoal } from "../domain/goals.ts";
import { noCounts } from "../domain/shelf-counts.ts";
import { HAS_SHELF, takeSql } from "./shelf-takes.ts";

/** The columns of `GoalRow`. */
export const GOAL_COLUMNS = "year, books, pages, minutes, version";

/** A row of Goals. */
export interface GoalRow {
  year: number;
  books: number | null;
  pages: number | null;
  minutes: number | null;
  version: number;
}

/** Maps a row to the domain's type. */
export function goalOf({ year, books, pages, minutes, version }: GoalRow): StoredGoal {
  return { year, ...withoutNulls({ books, pages, minutes }), version };
}

const ALL = `
  SELECT ${GOAL_COLUMNS} FROM Goals WHERE user_id = ?1 AND removed_at IS NULL ORDER BY year DESC`;

const ONE = `
  SELECT ${GOAL_COLUMNS}, removed_at FROM Goals WHERE user_id = ?1 AND year = ?2`;

// ?4 year, ?5 the version that the writer read: 0 without a row; for a removed goal, the
// tombstone's.
const TAKE = takeSql(
  { user: "?1", token: "?2", counts: "?3" },
  `NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
    AND coalesce((SELECT version FROM Goals WHERE user_id = ?1 AND year = ?4), 0) = ?5
    AND ${keyIsFreeSql("?1", "?6")}`,
);

// ?4 the goal as JSON, ?5 when it was removed, or NULL.
const WRITE = `
  INSERT INTO Goals (user_id, year, books, pages, minutes, version, seq, removed_at)
  SELECT ?1, ?3, ?4 ->> 'books', ?4 ->> 'pages', ?4 ->> 'minutes', ?4 ->> 'version', seq, ?5
  FROM Shelves WHERE user_id = ?1 AND ${HAS_SHELF}
  ON CONFLICT(user_id, year) DO UPDATE SET books = excluded.books, pages = excluded.pages, minutes = excluded.minutes,
    version = excluded.version, seq = excluded.seq, removed_at = excluded.removed_at`;

/** All statements, for a test of their query plans. */
export const GOAL_STATEMENTS = { ALL, ONE, TAKE, WRITE };

/** Goals of users. Every call may throw DomainError DATABASE_UNAVAILABLE. */
export interface Goals {
  /** Newest year first. */
  all(userId: string): Promise<StoredGoal[]>;
  /** The goal of a year; a removed one only has a version. */
  find(userId: string, year: number): Promise<{ goal: StoredGoal; isRemoved: boolean } | undefined>;
  /**
   * Writes a goal if its version is still `before`. Returns whether it was written.
   * @param removedAt ms since the epoch
   */
  write(
    userId: string,
    goal: StoredGoal,
    before: number,
    removedAt?: number,
    applied?: AppliedChange,
  ): Promise<boolean>;
}

/**
 * @param newId makes the tokens of batches
 * @param log receives every failure
 */
export function d1Goals(db: D1Database, newId: () => string, log: Log): Goals {
  const { read, write } = d1Errors(log);
  return {
    async all(userId) {
      const { results } = await read(db.prepare(ALL).bind(userId).all<GoalRow>());
      return results.map(goalOf);
    },
    async find(userId, year) {
      const statement = db.prepare(ONE).bind(userId, year);
      const row = await read(statement.first<GoalRow & { removed_at: number | null }>());
      return row ? { goal: goalOf(row), isRemoved: row.removed_at !== null } : undefined;
    },
    async write(userId, goal, before, removedAt, applied) {
      const token = newId();
      const { year } = goal;
      const counts = JSON.stringify(noCounts());
      const [taken] = await write(
        db.batch([
          db.prepare(TAKE).bind(userId, token, counts, year, before, applied?.key ?? null),
          db.prepare(WRITE).bind(userId, token, year, JSON.stringify(goal), removedAt ?? null),
          ...appliedStatements(db, userId, token, applied),
        ]),
      );
      return taken?.results.length === 1;
    },
  };
}
