import { MAX_RESULTS } from "../domain/search/cursor.ts";
import type { SearchDeps } from "../domain/search/search.ts";
import type { Log } from "../../platform/log.ts";
import { BOOK_COLUMNS, toStoredBook, type BookRow } from "./book-row.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import { searchMatch } from "./search-match.ts";

type FoundRow = BookRow & { position: number };

/** D1 searches 100,000 books within 100 ms or has a problem. */
const SEARCH_BUDGET_MS = 2000;
/**
 * Maximum number of matching books that are ranked. Words that more books share, such as `the`, do not identify a book;
 * whole titles are found whatever the number.
 */
const MAX_RANKED = 10_000;

/** Isbn, title, main_title, subtitle, authors: the main title is part of the title and counts once. */
const SCORE = "bm25(BookSearch, 0, 10, 0, 3, 5)";

// ?1 broad match, ?2 exact match, ?3 and ?4 are the book and position to continue after, ?5 is the limit.
const SEARCH = `
  WITH exact AS MATERIALIZED (
    SELECT rowid AS id, ${SCORE} AS score FROM BookSearch WHERE BookSearch MATCH ?2
    ORDER BY score, id LIMIT ${MAX_RESULTS}
  ),
  matching AS MATERIALIZED (
    SELECT rowid AS id, ${SCORE} AS score FROM BookSearch WHERE BookSearch MATCH ?1 LIMIT ${MAX_RANKED}
  ),
  ranked AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY tier, score, id) AS position, id FROM (
      SELECT 0 AS tier, score, id FROM exact
      UNION ALL
      SELECT 1, score, id FROM matching WHERE id NOT IN (SELECT id FROM exact)
    )
    ORDER BY position LIMIT ${MAX_RESULTS}
  ),
  found AS MATERIALIZED (
    SELECT position, isbn FROM ranked JOIN BookSearch ON BookSearch.rowid = ranked.id
  )
  SELECT position, ${BOOK_COLUMNS} FROM found JOIN Books USING (isbn)
  WHERE position > coalesce((SELECT position FROM found WHERE isbn = ?3), ?4)
  ORDER BY position LIMIT ?5`;

const KNOWN = `SELECT ${BOOK_COLUMNS} FROM Books WHERE isbn IN (SELECT value FROM json_each(?1))`;

/**
 * Full-text search in D1; one statement each.
 * @param log receives every failure; callers only see `failed`
 */
export function d1BookSearch(db: D1Database, log: Log): SearchDeps["catalogue"] {
  const rowsOf = async <Row>(statement: D1PreparedStatement): Promise<Row[] | undefined> => {
    const read = await withTimeout(SEARCH_BUDGET_MS, statement.all<Row>());
    if (read.ok) return read.value.results;
    log.error("d1_search_failed", { error: read.error });
    return undefined;
  };

  return {
    async search(query, { limit, after }) {
      const { matching, exact } = searchMatch(query);
      const bindings = [matching, exact, after?.isbn13 ?? "", after?.position ?? 0, limit + 1];
      const rows = await rowsOf<FoundRow>(db.prepare(SEARCH).bind(...bindings));
      if (!rows) return { kind: "failed" };
      const page = rows.slice(0, limit);
      return {
        kind: "page",
        books: page.map((row) => toStoredBook(row).book),
        position: page.at(-1)?.position ?? 0,
        more: rows.length > limit,
      };
    },

    async known(isbn13s) {
      const rows = await rowsOf<BookRow>(db.prepare(KNOWN).bind(JSON.stringify(isbn13s)));
      return (rows ?? []).map((row) => toStoredBook(row).book);
    },
  };
}
