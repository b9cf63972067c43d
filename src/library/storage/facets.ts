import { formatSchema, statusSchema } from "../../../contract/library-fields.ts";
import { d1Errors, type Database } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import {
  addFacetSums,
  facetSums,
  type FacetedEntry,
  type FacetSums,
} from "../domain/shelf-facets.ts";
import type { ShelfFilter } from "../domain/shelf-query.ts";
import { TAGS } from "./entry-rows.ts";
import {
  authorsIn,
  comparesNames,
  FORMAT,
  LANGUAGE,
  NAMES,
  selectSql,
  seriesIn,
  type NamesRow,
} from "./shelf-filter-sql.ts";
import { matchingNames } from "./shelf-pages.ts";
import { CUT } from "./stats.ts";

/** Slices per batch, and entries per statement. */
const SLICES_PER_BATCH = 10;
const ENTRIES_PER_STATEMENT = 2000;
/**
 * Maximum length of a slice's stored counts in UTF-16 units, well below D1's 2 MB per row. Longer
 * ones are computed on every request.
 */
const MAX_KEPT = 400_000;

const SEQ = "SELECT seq FROM Shelves WHERE user_id = ?1";

const SLICES = `
  SELECT from_isbn, due, facets FROM ShelfSlices WHERE user_id = ?1 ORDER BY from_isbn`;

const COLUMNS = `
  entry.status, ${FORMAT} AS format, entry.year, ${TAGS} AS tags, ${LANGUAGE} AS language, ${NAMES}`;

// ?2 first isbn of the slice, ?3 first isbn of the next one. INDEXED BY forces the planner to use
// one range.
const ENTRIES = `
  SELECT ${COLUMNS}
  FROM UserLibrary AS entry INDEXED BY sqlite_autoindex_UserLibrary_1
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND entry.isbn >= ?2 AND entry.isbn < ?3`;

// Stores nothing if a write has increased seq since the counts were computed. A trigger drops the
// counts of a slice that a write changes.
const KEEP = `
  UPDATE ShelfSlices SET facets = ?4
  WHERE user_id = ?1 AND from_isbn = ?2 AND due = ?3
    AND coalesce((SELECT seq FROM Shelves WHERE user_id = ?1), 0) = ?5`;

/** All statements, for a test of their query plans. */
export const FACET_STATEMENTS = { SEQ, SLICES, ENTRIES, KEEP };

interface Slice {
  from_isbn: string;
  due: number;
  /** JSON of the counts; NULL when they are not current. */
  facets: string | null;
}

type EntryRow = NamesRow & {
  status: string | null;
  format: string | null;
  year: number | null;
  tags: string;
  language: string | null;
};

/**
 * Facets of shelves. A whole shelf's facets are added up from counts per slice of 500 entries; only
 * changed slices are counted again.
 */
export interface LibraryFacetCounts {
  /** @throws DomainError DATABASE_UNAVAILABLE */
  count(userId: string, filter: ShelfFilter): Promise<FacetSums>;
}

/** @param log receives every failure */
export function d1LibraryFacets(db: D1Database, log: Log): LibraryFacetCounts {
  const database = d1Errors(log);
  return {
    count: (userId, filter) =>
      Object.values(filter).every((value) => value === undefined)
        ? wholeShelf(db, database, userId)
        : matching(db, database, userId, filter),
  };
}

/**
 * Counts the entries that match a filter, with one pass over the shelf and one over the matching
 * entries.
 */
async function matching(
  db: D1Database,
  database: Database,
  userId: string,
  filter: ShelfFilter,
): Promise<FacetSums> {
  const { read } = database;
  const ids = comparesNames(filter)
    ? await matchingNames(db, database, userId, filter)
    : await matchingIds();
  const sums: FacetSums[] = [];
  for (let start = 0; start < ids.length; start += ENTRIES_PER_STATEMENT) {
    const some = { ids: ids.slice(start, start + ENTRIES_PER_STATEMENT) };
    const { sql, values } = selectSql(userId, COLUMNS, some, true);
    const statement = db.prepare(sql).bind(...values);
    const { results } = await read(statement.all<EntryRow>());
    sums.push(facetSums(results.map(facetedOf)));
  }
  return addFacetSums(sums);

  async function matchingIds(): Promise<number[]> {
    const { sql, values } = selectSql(userId, "entry.id", { filter });
    const statement = db.prepare(sql).bind(...values);
    const { results } = await read(statement.all<{ id: number }>());
    return results.map(({ id }) => id);
  }
}

async function wholeShelf(db: D1Database, database: Database, userId: string): Promise<FacetSums> {
  const { read } = database;
  const seq = (await read(db.prepare(SEQ).bind(userId).first<number>("seq"))) ?? 0;
  const slices = await slicesOf(db, database, userId);
  const sums = slices.flatMap(({ facets }) =>
    facets === null ? [] : [JSON.parse(facets) as FacetSums],
  );
  const due = slices.filter(({ facets }) => facets === null);
  for (let start = 0; start < due.length; start += SLICES_PER_BATCH) {
    const group = due.slice(start, start + SLICES_PER_BATCH);
    sums.push(...(await countSlices(db, database, { userId, seq }, group)));
  }
  return addFacetSums(sums);
}

/** A slice: entries with `from_isbn` <= isbn < `until`. */
type BoundedSlice = Slice & { until: string };

/** Reads the slices of a shelf; creates them if it has none. */
async function slicesOf(
  db: D1Database,
  { read, write }: Database,
  userId: string,
): Promise<BoundedSlice[]> {
  const select = db.prepare(SLICES).bind(userId);
  let { results } = await read(select.all<Slice>());
  if (results.length === 0) {
    const [, cut] = await write(db.batch<Slice>([db.prepare(CUT).bind(userId), select]));
    results = cut?.results ?? [];
  }
  return results.map((row, index) => ({ ...row, until: results[index + 1]?.from_isbn ?? "~" }));
}

/** Counts slices and stores the counts. */
async function countSlices(
  db: D1Database,
  { read, write }: Database,
  { userId, seq }: { userId: string; seq: number },
  slices: readonly BoundedSlice[],
): Promise<FacetSums[]> {
  const selects = slices.map(({ from_isbn: from, until }) =>
    db.prepare(ENTRIES).bind(userId, from, until),
  );
  const answers = await read(db.batch<EntryRow>(selects));
  const sums = slices.map((_, index) => facetSums((answers[index]?.results ?? []).map(facetedOf)));
  const kept = slices.flatMap(({ from_isbn: from, due }, index) => {
    const json = JSON.stringify(sums[index]);
    return json.length > MAX_KEPT ? [] : [db.prepare(KEEP).bind(userId, from, due, json, seq)];
  });
  if (kept.length > 0) await write(db.batch(kept));
  return sums;
}

/** Maps a row to the values that facets count. */
function facetedOf(row: EntryRow): FacetedEntry {
  return {
    tags: JSON.parse(row.tags) as string[],
    authors: authorsIn(row.authors),
    series: seriesIn(row.series),
    ...defined({
      status: statusSchema.safeParse(row.status).data,
      format: formatSchema.safeParse(row.format).data,
      year: row.year ?? undefined,
      language: row.language ?? undefined,
    }),
  };
}
