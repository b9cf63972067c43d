import type { LibraryStats } from "../../../contract/library.ts";
import { statusSchema } from "../../../contract/library-fields.ts";
import { d1Errors, type Database } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import {
  addSums,
  statsOf,
  sumsOf,
  type ShelfSums,
  type SummedEntry,
} from "../domain/shelf-sums.ts";
import { OWN, READINGS, readingsOf } from "./entry-rows.ts";

/** Entries of a new slice. */
const SLICE_SIZE = 500;
/** A slice with more entries is split. */
const MAX_SLICE_SIZE = 1000;
/** Slices that are read in one batch. */
const SLICES_PER_BATCH = 10;

const SEQ = "SELECT seq FROM Shelves WHERE user_id = ?1";

const SLICES = "SELECT from_isbn, due, sums FROM ShelfSlices WHERE user_id = ?1 ORDER BY from_isbn";

/** Cuts a shelf into slices. ?1 user. */
export const CUT = `
  INSERT INTO ShelfSlices (user_id, from_isbn, due)
  SELECT ?1, iif(n = 1, '', isbn), 1
  FROM (SELECT isbn, row_number() OVER (ORDER BY isbn) AS n FROM UserLibrary WHERE user_id = ?1)
  WHERE n % ${SLICE_SIZE} = 1 AND NOT EXISTS (SELECT 1 FROM DeletedUsers WHERE user_id = ?1)
  ON CONFLICT DO NOTHING`;

// ?2 first isbn of the slice, ?3 first isbn of the next one. INDEXED BY holds the planner to one range.
const ENTRIES = `
  SELECT entry.isbn, entry.status, entry.rating, ${READINGS} AS readings, book.isbn IS NOT NULL AS is_known,
    book.page_count, book.language, book.authors, book.categories,
    CASE WHEN book.isbn IS NULL THEN ${OWN} END AS own
  FROM UserLibrary AS entry INDEXED BY sqlite_autoindex_UserLibrary_1
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND entry.isbn >= ?2 AND entry.isbn < ?3
  ORDER BY entry.isbn`;

// Not kept if a write has changed the slice since it was read.
const KEEP = `
  UPDATE ShelfSlices SET sums = ?4, due = 0 WHERE user_id = ?1 AND from_isbn = ?2 AND due = ?3`;

// Both halves remain due.
const SPLIT = `
  INSERT INTO ShelfSlices (user_id, from_isbn, due)
  SELECT user_id, ?3, due FROM ShelfSlices WHERE user_id = ?1 AND from_isbn = ?2
  ON CONFLICT DO NOTHING`;

/** All statements, for a test of their query plans. */
export const STATS_STATEMENTS = { SEQ, SLICES, CUT, ENTRIES, KEEP, SPLIT };

interface SliceRow {
  from_isbn: string;
  /** 0 when the sums are current. */
  due: number;
  sums: string;
}

/** A slice: entries with `from` <= isbn < `until`. */
interface Slice extends SliceRow {
  until: string;
}

interface EntryRow {
  isbn: string;
  status: string | null;
  rating: number | null;
  readings: string;
  is_known: number;
  page_count: number | null;
  language: string | null;
  authors: string | null;
  categories: string | null;
  own: string | null;
}

/** Statistics of shelves, from sums over slices of 500 entries. Only slices that a write has changed are summed again. */
export interface LibraryNumbers {
  /** The number of the user's latest write, 0 if there was none. @throws DomainError DATABASE_UNAVAILABLE */
  seq(userId: string): Promise<number>;
  /** @param year the year of `byMonth` @throws DomainError DATABASE_UNAVAILABLE */
  stats(userId: string, year: number): Promise<LibraryStats>;
}

/** @param log receives every failure */
export function d1LibraryNumbers(db: D1Database, log: Log): LibraryNumbers {
  const database = d1Errors(log);
  const { read } = database;
  return {
    seq: async (userId) => (await read(db.prepare(SEQ).bind(userId).first<number>("seq"))) ?? 0,
    async stats(userId, year) {
      const slices = await slicesOf(db, database, userId);
      const sums = slices
        .filter(({ due }) => due === 0)
        .map((slice) => JSON.parse(slice.sums) as ShelfSums);
      const due = slices.filter((slice) => slice.due !== 0);
      for (let start = 0; start < due.length; start += SLICES_PER_BATCH) {
        const group = due.slice(start, start + SLICES_PER_BATCH);
        sums.push(...(await sumSlices(db, database, userId, group)));
      }
      return statsOf(addSums(sums), year);
    },
  };
}

/** Reads the slices of a shelf; cuts a shelf that has none. */
async function slicesOf(
  db: D1Database,
  { read, write }: Database,
  userId: string,
): Promise<Slice[]> {
  const select = db.prepare(SLICES).bind(userId);
  let { results } = await read(select.all<SliceRow>());
  if (results.length === 0) {
    const [, cut] = await write(db.batch<SliceRow>([db.prepare(CUT).bind(userId), select]));
    results = cut?.results ?? [];
  }
  return results.map((row, index) => ({ ...row, until: results[index + 1]?.from_isbn ?? "~" }));
}

/** Sums slices that are due and keeps the sums. */
async function sumSlices(
  db: D1Database,
  { read, write }: Database,
  userId: string,
  slices: readonly Slice[],
): Promise<ShelfSums[]> {
  const selects = slices.map(({ from_isbn: from, until }) =>
    db.prepare(ENTRIES).bind(userId, from, until),
  );
  const answers = await read(db.batch<EntryRow>(selects));
  const sums: ShelfSums[] = [];
  const kept = slices.map(({ from_isbn: from, due }, index) => {
    const rows = answers[index]?.results ?? [];
    const made = sumsOf(rows.map(summedOf));
    sums.push(made);
    const middle = rows[Math.floor(rows.length / 2)];
    return rows.length > MAX_SLICE_SIZE && middle
      ? db.prepare(SPLIT).bind(userId, from, middle.isbn)
      : db.prepare(KEEP).bind(userId, from, due, JSON.stringify(made));
  });
  await write(db.batch(kept));
  return sums;
}

const ANY_SLICE = `
  SELECT from_isbn FROM ShelfSlices WHERE user_id = ?1 AND due = 0 ORDER BY random() LIMIT 1`;

// ?2 first isbn of the slice. Books that were written a moment ago have not reached the slices yet.
const SLICE = `
  SELECT due, sums, EXISTS (SELECT 1 FROM ShelfRefreshes) AS is_behind,
    EXISTS (
      SELECT 1 FROM UserLibrary INDEXED BY idx_user_library_unkept WHERE user_id = ?1 AND kept_version <> version
    ) AS is_unkept
  FROM ShelfSlices WHERE user_id = ?1 AND from_isbn = ?2`;

const END = `SELECT min(from_isbn) AS until FROM ShelfSlices WHERE user_id = ?1 AND from_isbn > ?2`;

const SPOILED = "UPDATE ShelfSlices SET due = 1 WHERE user_id = ?1 AND from_isbn = ?2 AND due = 0";

/**
 * Sums a random slice of a user again. If its sums differ, it is marked due.
 * @returns whether the sums were right; true for a user without slices
 */
export async function checkSlice(db: D1Database, userId: string): Promise<boolean> {
  const from = await db.prepare(ANY_SLICE).bind(userId).first<string>("from_isbn");
  if (from === null) return true;
  const until = await db.prepare(END).bind(userId, from).first<string>("until");
  const [slice, entries] = await db.batch([
    db.prepare(SLICE).bind(userId, from),
    db.prepare(ENTRIES).bind(userId, from, until ?? "~"),
  ]);
  const [stored] = (slice?.results ?? []) as {
    due: number;
    sums: string;
    is_behind: number;
    is_unkept: number;
  }[];
  if (!stored || stored.due !== 0 || stored.is_behind || stored.is_unkept) return true;
  const sums = sumsOf(((entries?.results ?? []) as EntryRow[]).map(summedOf));
  if (JSON.stringify(sums) === stored.sums) return true;
  await db.prepare(SPOILED).bind(userId, from).run();
  return false;
}

/** Maps a row to what the statistics see. */
function summedOf(row: EntryRow): SummedEntry {
  const own = row.own === null ? {} : (JSON.parse(row.own) as OwnDetails);
  const seen = row.is_known
    ? { ...row, authors: parsed(row.authors), categories: parsed(row.categories) }
    : { page_count: own.pageCount, language: own.language, ...own };
  return {
    readings: readingsOf(row.readings),
    authors: textsOf(seen.authors),
    categories: textsOf(seen.categories),
    ...defined({
      status: statusSchema.safeParse(row.status).data,
      rating: row.rating ?? undefined,
      pageCount: seen.page_count ?? undefined,
      language: seen.language ?? undefined,
    }),
  };
}

interface OwnDetails {
  pageCount?: number;
  language?: string;
  authors?: unknown;
  categories?: unknown;
}

/** Parses a JSON column that may be invalid. */
function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
}

const textsOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
