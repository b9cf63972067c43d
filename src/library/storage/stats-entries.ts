import { formatSchema, statusSchema } from "../../../contract/library-fields.ts";
import { defined, withoutNulls } from "../../platform/defined.ts";
import type { DatedProgress } from "../domain/reading-days.ts";
import type { SummedEntry } from "../domain/shelf-sums.ts";
import { OWN, READINGS, readingsOf, TAGS } from "./entry-rows.ts";
import { AUTHORS, authorsIn, FORMAT, SERIES, seriesIn } from "./shelf-filter-sql.ts";

/** The SQL of a JSON text that `json_array` writes as a text, whichever expression it comes from. */
const text = (sql: string): string => `(${sql}) || ''`;

// ?2 first isbn of the slice, ?3 first isbn of the next one. INDEXED BY holds the planner to one range. An entry is one text, the
// JSON of `EntryColumns`, which D1 returns in less time than 14 columns.
export const ENTRIES = `
  SELECT json_array(
    entry.isbn, entry.status, entry.rating, ${text(READINGS)}, book.isbn IS NOT NULL,
    book.page_count, book.language, book.categories,
    CASE WHEN book.isbn IS NULL THEN ${OWN} END,
    ${FORMAT}, entry.year, ${text(TAGS)}, ${text(AUTHORS)}, ${text(SERIES)}
  ) AS entry
  FROM UserLibrary AS entry INDEXED BY sqlite_autoindex_UserLibrary_1
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND entry.isbn >= ?2 AND entry.isbn < ?3
  ORDER BY entry.isbn`;

// In the order of idx_progress_book.
export const PROGRESS = `
  SELECT isbn, reading_id, page, percent, minutes, at FROM Progress INDEXED BY idx_progress_book
  WHERE user_id = ?1 AND isbn >= ?2 AND isbn < ?3 AND removed_at IS NULL ORDER BY isbn, reading_id, at, id`;

/** An entry as the statistics read it. */
export interface EntryRow {
  entry: string;
}

/** The columns of an entry, in JSON. Lists are JSON in a text. */
type EntryColumns = readonly [
  isbn: string,
  status: string | null,
  rating: number | null,
  readings: string,
  isKnown: 0 | 1,
  pageCount: number | null,
  language: string | null,
  categories: string | null,
  own: string | null,
  format: string | null,
  year: number | null,
  tags: string,
  authors: string | null,
  series: string | null,
];

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
  return entries.map((row) => {
    const entry = summedOf(JSON.parse(row.entry) as EntryColumns);
    return { ...entry, progress: ofBook.get(entry.isbn) ?? [] };
  });
}

/** Maps columns to what the statistics see. */
function summedOf(columns: EntryColumns): Omit<SummedEntry, "progress"> {
  const [isbn, status, rating, readings, isKnown, pageCount, language, categories] = columns;
  const [, , , , , , , , ownText, format, year, tags, authors, series] = columns;
  const own = ownText === null ? {} : (JSON.parse(ownText) as OwnDetails);
  const seen = isKnown ? { pageCount, language, categories: parsed(categories) } : own;
  return {
    isbn,
    readings: readingsOf(readings),
    authors: authorsIn(authors),
    series: seriesIn(series),
    tags: JSON.parse(tags) as string[],
    categories: textsOf(seen.categories),
    ...defined({
      status: statusSchema.safeParse(status).data,
      rating: rating ?? undefined,
      pageCount: seen.pageCount ?? undefined,
      language: seen.language ?? undefined,
      format: formatSchema.safeParse(format).data,
      year: year ?? undefined,
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
