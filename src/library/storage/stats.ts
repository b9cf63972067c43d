import type { LibraryStats } from "../../../contract/library-stats.ts";
import { d1Errors, type Database } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";
import { dayIn } from "../../platform/time-zone.ts";
import type { Log } from "../../platform/log.ts";
import { statsOf, type ShelfState, type StatsQuery } from "../domain/shelf-stats.ts";
import { addSums, SUMS_FORM, sumsOf, type PartSums, type ShelfSums } from "../domain/shelf-sums.ts";
import { OWN } from "./entry-rows.ts";
import { GOAL_COLUMNS, goalOf, type GoalRow } from "./goals.ts";
import {
  ENTRIES,
  PROGRESS,
  summedEntries,
  type EntryRow,
  type ProgressRow,
} from "./stats-entries.ts";

/** Entries of a new slice. */
const SLICE_SIZE = 500;
/** A slice with more entries is split. */
const MAX_SLICE_SIZE = 1000;
/** Slices per batch. */
const SLICES_PER_BATCH = 10;

const SEQ = "SELECT seq, time_zone FROM Shelves WHERE user_id = ?1";

// ?2 and ?3 first and last year of the finished readings to return: all of them are half of the
// sums of a shelf of read books.
const SLICES = `
  SELECT from_isbn, due, iif(due = 0, json_set(sums, '$.finished', json((
    SELECT json_group_object(key, json(value)) FROM json_each(sums, '$.finished') WHERE key BETWEEN ?2 AND ?3
  ))), NULL) AS sums
  FROM ShelfSlices WHERE user_id = ?1 ORDER BY from_isbn`;

/** Cuts a shelf into slices. ?1 user. */
export const CUT = `
  INSERT INTO ShelfSlices (user_id, from_isbn, due)
  SELECT ?1, iif(n = 1, '', isbn), 1
  FROM (SELECT isbn, row_number() OVER (ORDER BY isbn) AS n FROM UserLibrary WHERE user_id = ?1)
  WHERE n % ${SLICE_SIZE} = 1 AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT DO NOTHING`;

// ?2 year.
const GOAL = `SELECT ${GOAL_COLUMNS} FROM Goals WHERE user_id = ?1 AND year = ?2 AND removed_at IS NULL`;

// ?2 and ?3 ISBNs.
const TITLES = `
  SELECT entry.isbn, coalesce(book.title, ${OWN} ->> '$.title') AS title
  FROM UserLibrary AS entry INDEXED BY sqlite_autoindex_UserLibrary_1
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND entry.isbn IN (?2, ?3)`;

// Stores nothing if a write has changed the slice since it was read.
const KEEP = `
  UPDATE ShelfSlices SET sums = ?4, due = 0 WHERE user_id = ?1 AND from_isbn = ?2 AND due = ?3`;

// Both halves remain due.
const SPLIT = `
  INSERT INTO ShelfSlices (user_id, from_isbn, due)
  SELECT user_id, ?3, due FROM ShelfSlices WHERE user_id = ?1 AND from_isbn = ?2
  ON CONFLICT DO NOTHING`;

/** All statements, for a test of their query plans. */
export const STATS_STATEMENTS = {
  SEQ,
  SLICES,
  CUT,
  ENTRIES,
  PROGRESS,
  GOAL,
  TITLES,
  KEEP,
  SPLIT,
};

interface SliceRow {
  from_isbn: string;
  /** 0 when the sums are current. */
  due: number;
  /** NULL when they are due. */
  sums: string | null;
}

/** The shelf to sum, and the years (inclusive) of the finished readings to list. */
interface Summed {
  userId: string;
  timeZone: string;
  years: { first: string; last: string };
}

const NO_YEARS = { first: "~", last: "" };

/** A slice: entries with `from` <= isbn < `until`. */
interface Slice extends SliceRow {
  until: string;
}

interface StateRow {
  seq: number;
  time_zone: string | null;
}

/** Statistics of shelves, from sums over slices of 500 entries. Only slices that a write has changed are summed again. */
export interface LibraryNumbers {
  /** The number of the user's latest write, 0 if there was none, and their time zone. @throws DomainError DATABASE_UNAVAILABLE */
  state(userId: string): Promise<ShelfState>;
  /** @param now ms since the epoch @throws DomainError DATABASE_UNAVAILABLE */
  stats(
    userId: string,
    query: StatsQuery,
    state: Pick<ShelfState, "timeZone">,
    now: number,
  ): Promise<LibraryStats>;
  /** The sums of a shelf, without lists of finished readings. @throws DomainError DATABASE_UNAVAILABLE */
  sums(userId: string, timeZone: string): Promise<ShelfSums>;
}

/** @param log receives every failure */
export function d1LibraryNumbers(db: D1Database, log: Log): LibraryNumbers {
  const database = d1Errors(log);
  const { read } = database;
  return {
    async state(userId) {
      const row = await read(db.prepare(SEQ).bind(userId).first<StateRow>());
      return { seq: row?.seq ?? 0, timeZone: row?.time_zone ?? "UTC" };
    },
    async stats(userId, query, { timeZone }, now) {
      const { from, to } = query.period;
      const years = { first: from.slice(0, 4), last: to.slice(0, 4) };
      const goal = read(db.prepare(GOAL).bind(userId, query.year).first<GoalRow>());
      const sums = await sumShelf(db, database, { userId, timeZone, years });
      const row = await goal;
      const user = { timeZone, today: dayIn(timeZone, now), ...(row ? { goal: goalOf(row) } : {}) };
      return titled(userId, statsOf(sums, query, user));
    },
    sums: (userId, timeZone) => sumShelf(db, database, { userId, timeZone, years: NO_YEARS }),
  };

  /** Adds the titles of the longest and the shortest book. */
  async function titled(userId: string, stats: LibraryStats): Promise<LibraryStats> {
    const { longest, shortest } = stats.period;
    if (!longest || !shortest) return stats;
    const statement = db.prepare(TITLES).bind(userId, longest.isbn, shortest.isbn);
    const { results } = await read(statement.all<{ isbn: string; title: string | null }>());
    const titles = new Map(results.map(({ isbn, title }) => [isbn, title ?? isbn]));
    const named = (book: typeof longest) => ({
      ...book,
      ...defined({ title: titles.get(book.isbn) }),
    });
    return {
      ...stats,
      period: { ...stats.period, longest: named(longest), shortest: named(shortest) },
    };
  }
}

/** Sums a shelf. Slices that a write has changed or an earlier release summed are summed again. */
async function sumShelf(db: D1Database, database: Database, summed: Summed): Promise<ShelfSums> {
  const slices = await slicesOf(db, database, summed);
  const sums: PartSums[] = [];
  const due: Slice[] = [];
  for (const slice of slices) {
    const kept = slice.sums === null ? undefined : (JSON.parse(slice.sums) as PartSums);
    if (kept?.form === SUMS_FORM) sums.push(kept);
    else due.push(slice);
  }
  for (let start = 0; start < due.length; start += SLICES_PER_BATCH) {
    const group = due.slice(start, start + SLICES_PER_BATCH);
    sums.push(...(await sumSlices(db, database, summed, group)));
  }
  return addSums(sums);
}

/** Reads the slices of a shelf; creates them if it has none. */
async function slicesOf(
  db: D1Database,
  { read, write }: Database,
  { userId, years }: Summed,
): Promise<Slice[]> {
  const select = db.prepare(SLICES).bind(userId, years.first, years.last);
  let { results } = await read(select.all<SliceRow>());
  if (results.length === 0) {
    const [, cut] = await write(db.batch<SliceRow>([db.prepare(CUT).bind(userId), select]));
    results = cut?.results ?? [];
  }
  return results.map((row, index) => ({ ...row, until: results[index + 1]?.from_isbn ?? "~" }));
}

/** Sums slices that are due and stores the sums. */
async function sumSlices(
  db: D1Database,
  { read, write }: Database,
  { userId, timeZone }: Summed,
  slices: readonly Slice[],
): Promise<PartSums[]> {
  const selects = slices.flatMap(({ from_isbn: from, until }) =>
    [ENTRIES, PROGRESS].map((sql) => db.prepare(sql).bind(userId, from, until)),
  );
  const answers = await read(db.batch(selects));
  const sums: PartSums[] = [];
  const kept = slices.map(({ from_isbn: from, due }, index) => {
    const rows = (answers[2 * index]?.results ?? []) as EntryRow[];
    const progress = (answers[2 * index + 1]?.results ?? []) as ProgressRow[];
    const entries = summedEntries(rows, progress);
    const made = sumsOf(entries, timeZone);
    sums.push(made);
    const middle = entries[Math.floor(entries.length / 2)];
    return rows.length > MAX_SLICE_SIZE && middle
      ? db.prepare(SPLIT).bind(userId, from, middle.isbn)
      : db.prepare(KEEP).bind(userId, from, due, JSON.stringify(made));
  });
  await write(db.batch(kept));
  return sums;
}

const ANY_SLICE = `
  SELECT from_isbn FROM ShelfSlices WHERE user_id = ?1 AND due = 0 ORDER BY random() LIMIT 1`;

// ?2 first isbn of the slice. `is_behind` and `is_unkept` tell that recent writes may not have
// marked the slice as due yet.
const SLICE = `
  SELECT due, sums, (SELECT time_zone FROM Shelves WHERE user_id = ?1) AS time_zone, EXISTS (SELECT 1 FROM ShelfRefreshes) AS is_behind,
    EXISTS (
      SELECT 1 FROM UserLibrary INDEXED BY idx_user_library_unkept WHERE user_id = ?1 AND kept_version <> version
    ) AS is_unkept
  FROM ShelfSlices WHERE user_id = ?1 AND from_isbn = ?2`;

const END = `SELECT min(from_isbn) AS until FROM ShelfSlices WHERE user_id = ?1 AND from_isbn > ?2`;

const SPOILED = "UPDATE ShelfSlices SET due = 1 WHERE user_id = ?1 AND from_isbn = ?2 AND due = 0";

/**
 * Sums a random slice of a user again. If its sums differ, it is marked as due.
 * @returns whether the sums were right; true for a user without slices
 */
export async function checkSlice(db: D1Database, userId: string): Promise<boolean> {
  const from = await db.prepare(ANY_SLICE).bind(userId).first<string>("from_isbn");
  if (from === null) return true;
  const until = await db.prepare(END).bind(userId, from).first<string>("until");
  const [slice, entries, progress] = await db.batch([
    db.prepare(SLICE).bind(userId, from),
    db.prepare(ENTRIES).bind(userId, from, until ?? "~"),
    db.prepare(PROGRESS).bind(userId, from, until ?? "~"),
  ]);
  const [stored] = (slice?.results ?? []) as {
    due: number;
    sums: string;
    time_zone: string | null;
    is_behind: number;
    is_unkept: number;
  }[];
  if (!stored || stored.due !== 0 || stored.is_behind || stored.is_unkept) return true;
  if ((JSON.parse(stored.sums) as PartSums).form !== SUMS_FORM) return true;
  const rows = (entries?.results ?? []) as EntryRow[];
  const summed = summedEntries(rows, (progress?.results ?? []) as ProgressRow[]);
  const sums = sumsOf(summed, stored.time_zone ?? "UTC");
  if (JSON.stringify(sums) === stored.sums) return true;
  await db.prepare(SPOILED).bind(userId, from).run();
  return false;
}
