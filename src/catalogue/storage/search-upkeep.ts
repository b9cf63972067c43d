import { FOLD } from "../domain/search/index-text.ts";
import { asList, asObject } from "../domain/text/json-values.ts";
import { foldedOf } from "./book-row.ts";
import { searchTextsOf, writeSearchTexts } from "./search-texts.ts";

/** Books of one step, which is one read and one batch. */
const STEP = 100;
const MAX_BOOKS = 1000;

interface UnsearchedRow {
  isbn: string;
  title: string;
  authors: string;
  subtitle: string | number | null;
  series: string | null;
  version: number;
}

const READ = `
  SELECT isbn, title, authors, version,
         iif(json_valid(canonical_metadata), canonical_metadata ->> '$.subtitle', NULL) AS subtitle,
         iif(json_valid(canonical_metadata), canonical_metadata -> '$.series', NULL) AS series
  FROM Books`;

const UNSEARCHED = `
  ${READ} INDEXED BY idx_books_unsearched WHERE searched_version <> version ORDER BY isbn LIMIT ${STEP}`;

const UNFOLDED = `
  ${READ} INDEXED BY idx_books_unfolded WHERE folded <> version * 16 + ${FOLD} ORDER BY isbn LIMIT ${STEP}`;

// A book that was written since it was read is left to the next step.
const WRITE_TEXTS = writeSearchTexts(`EXISTS (
    SELECT 1 FROM Books WHERE isbn = made.value ->> 'isbn' AND version = made.value ->> 'version'
  )`);

const MARK_SEARCHED = `
  UPDATE Books SET searched_version = version, folded = ${foldedOf("version")} FROM json_each(?1) AS seen
  WHERE Books.isbn = seen.value ->> 'isbn' AND Books.version = seen.value ->> 'version'`;

/** Exported for a test of the query plan. */
export const UPKEEP_STATEMENTS = { UNSEARCHED, UNFOLDED, MARK_SEARCHED };

/**
 * Writes the search texts of at most 1,000 books that another release or an operator wrote, or that
 * have a text of an earlier definition. A step is one batch that also marks its books, so an
 * interrupted run loses nothing, and concurrent runs are harmless.
 * @returns the number of books
 */
export async function searchBooksOfOthers(db: D1Database): Promise<number> {
  let done = 0;
  for (const find of [UNFOLDED, UNSEARCHED]) {
    let found = STEP;
    while (found === STEP && done < MAX_BOOKS) {
      const { results } = await db.prepare(find).all<UnsearchedRow>();
      found = results.length;
      if (found > 0) await db.batch(stepOf(db, results));
      done += found;
    }
  }
  return done;
}

function stepOf(db: D1Database, rows: readonly UnsearchedRow[]): D1PreparedStatement[] {
  const versions = new Map(rows.map(({ isbn, version }) => [isbn, version]));
  const texts = searchTextsOf(
    rows.map(({ isbn, title, authors, subtitle, series }) => ({
      isbn,
      title,
      subtitle: subtitle === null ? null : String(subtitle),
      authors: namesOf(authors),
      series: seriesOf(series),
    })),
  ).map((text) => ({ ...text, version: versions.get(text.isbn) }));
  const seen = rows.map(({ isbn, version }) => ({ isbn, version }));
  return [
    db.prepare(WRITE_TEXTS).bind(JSON.stringify(texts)),
    db.prepare(MARK_SEARCHED).bind(JSON.stringify(seen)),
  ];
}

/** The series in a JSON column; empty if it has another shape. */
function seriesOf(series: string | null): { name: string; position?: string }[] {
  const parsed: unknown = series === null ? [] : JSON.parse(series);
  return asList(parsed).flatMap((item) => {
    const { name, position } = asObject(item) ?? {};
    if (typeof name !== "string") return [];
    return [typeof position === "string" ? { name, position } : { name }];
  });
}

/** The names in the authors column; a text that is not a list counts as one name. */
function namesOf(authors: string): string[] {
  try {
    const parsed: unknown = JSON.parse(authors);
    if (Array.isArray(parsed)) return parsed.filter((name) => typeof name === "string");
  } catch {
    // Not JSON, because it was written by hand.
  }
  return [authors];
}
