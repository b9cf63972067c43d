import type { ImportPlace, StagedRow } from "../domain/job/shelf-state.ts";
import type { EntryImage } from "../../library/domain/entry.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";
import type { DueRow, ReadEntry } from "../domain/job/work-on-job.ts";
import {
  BOOK_BINDING,
  BOOK_SERIES,
  bookSeriesOf,
  ENTRY_COLUMNS,
  entryOf,
  OWN,
  ownOf,
  type EntryRow,
} from "../../library/module.ts";
import { defined, withoutNulls } from "../../platform/defined.ts";

/**
 * Maximum bytes of rows and entries in one step; a review has up to 300 KB, and an isolate has 128
 * MB.
 */
const STEP_BYTES = 4_000_000;

// The planner assumes that a job or a shelf has only a few rows. CROSS JOIN and INDEXED BY prevent it from reading all rows
// for each book.
const SIZES = `
  SELECT entry.isbn,
    octet_length(coalesce(entry.review, '')) + octet_length(coalesce(entry.notes, '')) +
    octet_length(coalesce(entry.extra, '')) + coalesce(octet_length(${OWN}), 0) +
    octet_length(entry.readings) + octet_length(entry.tags) AS bytes
  FROM json_each(?2) AS wanted
  CROSS JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = wanted.value`;

const PLACES = `
  SELECT wanted.value AS wanted, ${ENTRY_COLUMNS}, ${OWN} AS own,
    book.version AS book_version, book.title, book.authors, book.publication_year,
    CASE WHEN book.publication_year IS NULL AND json_valid(book.canonical_metadata)
      THEN book.canonical_metadata ->> 'publishedDate' END AS published_date, ${BOOK_SERIES} AS book_series,
    ${BOOK_BINDING} AS book_binding,
    EXISTS (
      SELECT 1 FROM ImportResults INDEXED BY idx_import_results_isbn
      WHERE job_id = ?3 AND isbn = wanted.value AND enrichment IS NOT NULL
    ) AS is_counted,
    (
      SELECT count(*) FROM ImportResults INDEXED BY idx_import_results_isbn
      WHERE job_id = ?3 AND isbn = wanted.value
    ) AS earlier_rows,
    CASE WHEN ?4 THEN (
      SELECT after FROM ImportResults INDEXED BY idx_import_results_isbn
      WHERE job_id = ?3 AND isbn = wanted.value AND after IS NOT NULL ORDER BY row DESC LIMIT 1
    ) END AS after,
    gone.version AS removed_version, gone.trashed_until IS NOT NULL AS is_in_trash
  FROM json_each(?2) AS wanted
  LEFT JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = wanted.value
  LEFT JOIN RemovedEntries AS gone ON entry.id IS NULL AND gone.user_id = ?1 AND gone.isbn = wanted.value
  LEFT JOIN Books AS book ON book.isbn = wanted.value`;

interface ImportPlaceRow extends EntryRow {
  wanted: string;
  own: string | null;
  book_version: number | null;
  title: string | null;
  authors: string | null;
  publication_year: number | null;
  published_date: string | null;
  book_series: string | null;
  book_binding: string | null;
  is_counted: number;
  earlier_rows: number;
  after: string | null;
  removed_version: number | null;
  is_in_trash: number;
}

/** Places on a shelf, and the versions of their entries that a write must check. */
export interface ReadPlaces {
  places: Map<string, ImportPlace>;
  read: ReadEntry[];
}

/** Selects the first rows that fit into one step together with their entries; at least one. */
export async function rowsInStep(
  db: D1Database,
  userId: string,
  rows: readonly DueRow[],
): Promise<StagedRow[]> {
  const statement = db.prepare(SIZES).bind(userId, JSON.stringify(keysOf(rows)));
  const { results } = await statement.all<{ isbn: string; bytes: number }>();
  const sizes = new Map(results.map(({ isbn, bytes }) => [isbn, bytes]));
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    const keys = keysOf([row]);
    bytes += row.bytes + keys.reduce((sum, key) => sum + (sizes.get(key) ?? 0), 0);
    for (const key of keys) sizes.delete(key);
    return index > 0 && bytes > STEP_BYTES;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}

/** Reads the places of the rows. */
export async function readPlaces(
  db: D1Database,
  job: WorkedJob,
  rows: readonly StagedRow[],
): Promise<ReadPlaces> {
  return placesOf(db, job, keysOf(rows));
}

/** Reads places by their keys. */
export async function placesOf(
  db: D1Database,
  { jobId, userId, dryRun }: WorkedJob,
  keys: readonly string[],
): Promise<ReadPlaces> {
  const statement = db.prepare(PLACES).bind(userId, JSON.stringify(keys), jobId, Number(dryRun));
  const { results } = await statement.all<ImportPlaceRow>();
  return {
    places: new Map(results.map((row) => [row.wanted, placeOf(row, dryRun)])),
    read: results.map(({ wanted, id, entry_version }) => ({
      isbn: wanted,
      id,
      version: entry_version,
    })),
  };
}

/** In a preview any book may recur in a later step, so its image is always stored. */
function placeOf(row: ImportPlaceRow, recurs: boolean): ImportPlace {
  const after = row.after === null ? undefined : (JSON.parse(row.after) as EntryImage);
  const entry = after ? after.entry : entryOf(row);
  const own = after ? after.own : ownOf(row.own, row.title !== null);
  return {
    bookVersion: row.book_version ?? 0,
    isCounted: row.is_counted === 1,
    recurs,
    earlierRows: row.earlier_rows,
    ...(row.is_kept === 0 ? { isUnkept: true } : {}),
    ...(row.is_in_trash === 1 ? { isInTrash: true } : {}),
    ...withoutNulls({ removedVersion: row.removed_version }),
    ...(row.title === null ? {} : { book: bookOf(row, row.title) }),
    ...defined({ entry, own }),
  };
}

function bookOf(row: ImportPlaceRow, title: string): NonNullable<ImportPlace["book"]> {
  return {
    title,
    authors: row.authors === null ? [] : (JSON.parse(row.authors) as string[]),
    ...withoutNulls({ publicationYear: row.publication_year, publishedDate: row.published_date }),
    ...defined({ series: bookSeriesOf(row.book_series), binding: row.book_binding ?? undefined }),
  };
}

function keysOf(rows: readonly StagedRow[]): string[] {
  const keys = rows.flatMap(
    ({ isbn, localId, review }) => isbn ?? review?.shelvedAs ?? localId ?? [],
  );
  return [...new Set(keys)];
}
