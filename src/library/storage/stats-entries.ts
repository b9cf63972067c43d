import { formatSchema, statusSchema } from "../../../contract/library-fields.ts";
import { defined, withoutNulls } from "../../platform/defined.ts";
import type { DatedProgress } from "../domain/reading-days.ts";
import type { SummedEntry } from "../domain/shelf-sums.ts";
import { OWN, READINGS, readingsOf, TAGS } from "./entry-rows.ts";
import { authorsIn, FORMAT, NAMES, seriesIn, type NamesRow } from "./shelf-filter-sql.ts";

// ?2 first isbn of the slice, ?3 first isbn of the next one. INDEXED BY holds the planner to one range.
export const ENTRIES = `
  SELECT entry.isbn, entry.status, entry.rating, ${READINGS} AS readings, book.isbn IS NOT NULL AS is_known,
    book.page_count, book.language, book.categories,
    CASE WHEN book.isbn IS NULL THEN ${OWN} END AS own,
    ${FORMAT} AS format, entry.year, ${TAGS} AS tags, ${NAMES}
  FROM UserLibrary AS entry INDEXED BY sqlite_autoindex_UserLibrary_1
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND entry.isbn >= ?2 AND entry.isbn < ?3
  ORDER BY entry.isbn`;

// In the order of idx_progress_book.
export const PROGRESS = `
  SELECT isbn, reading_id, page, percent, minutes, at FROM Progress INDEXED BY idx_progress_book
  WHERE user_id = ?1 AND isbn >= ?2 AND isbn < ?3 AND removed_at IS NULL ORDER BY isbn, reading_id, at, id`;

/** An entry as the statistics read it. */
export interface EntryRow extends NamesRow {
  isbn: string;
  status: string | null;
  rating: number | null;
  readings: string;
  is_known: number;
  page_count: number | null;
  language: string | null;
  categories: string | null;
  own: string | null;
  format: string | null;
  year: number | null;
  tags: string;
}

/** Progress as the statistics read it. */
export interface ProgressRow {
  isbn: string;
  reading_id: string;
  page: number | null;
  percent: number | null;
  minutes: number | null;
  at: number;
}

/** Maps rows of entries to what the statistics see, with the progress in each. */
export function summedEntries(
  entries: readonly EntryRow[],
  progress: readonly ProgressRow[],
): SummedEntry[] {
  const ofBook = new Map<string, DatedProgress[]>();
  for (const { isbn, reading_id: readingId, page, percent, minutes, at } of progress) {
    const list = ofBook.get(isbn) ?? [];
    list.push({ readingId, at, ...withoutNulls({ page, percent, minutes }) });
    ofBook.set(isbn, list);
  }
  return entries.map((row) => ({ ...summedOf(row), progress: ofBook.get(row.isbn) ?? [] }));
}

/** Maps a row to what the statistics see. */
function summedOf(row: EntryRow): Omit<SummedEntry, "progress"> {
  const own = row.own === null ? {} : (JSON.parse(row.own) as OwnDetails);
  const seen = row.is_known
    ? { ...row, categories: parsed(row.categories) }
    : { page_count: own.pageCount, language: own.language, categories: own.categories };
  return {
    isbn: row.isbn,
    readings: readingsOf(row.readings),
    authors: authorsIn(row.authors),
    series: seriesIn(row.series),
    tags: JSON.parse(row.tags) as string[],
    categories: textsOf(seen.categories),
    ...defined({
      status: statusSchema.safeParse(row.status).data,
      rating: row.rating ?? undefined,
      pageCount: seen.page_count ?? undefined,
      language: seen.language ?? undefined,
      format: formatSchema.safeParse(row.format).data,
      year: row.year ?? undefined,
    }),
  };
}

interface OwnDetails {
  pageCount?: number;
  language?: string;
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
