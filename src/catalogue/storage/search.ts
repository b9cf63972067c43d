import type { Book } from "../../../contract/catalogue.ts";
import { MAX_RESULTS, type SearchPosition } from "../domain/search/cursor.ts";
import { KIND, MISSING, rankBooks, type Ranked, type RankedQuery } from "../domain/search/rank.ts";
import type { SearchDeps, SearchHit, WorksOption } from "../domain/search/search.ts";
import { isMinor } from "../domain/search/title-keys.ts";
import { groupByWork, mostComplete, workByText, type EditionRef } from "../domain/search/works.ts";
import type { Log } from "../../platform/log.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import { BOOK_COLUMNS, readBlob, toStoredBook, type BookRow } from "./book-row.ts";
import { nearMatch, rankedQuery, searchMatch } from "./search-match.ts";
import { editionCounts, onShelf } from "./works.ts";
import { misspelled, nearWords, spansOf, WORDS_OF_SPANS, type FoundWord } from "./search-words.ts";

/** D1 normally searches 100,000 books within 100 ms. */
const SEARCH_BUDGET_MS = 2000;
/**
 * Maximum number of matching books that are ranked. Words shared by more books, such as `the`, do
 * not identify a book; whole titles are found regardless of the number.
 */
const MAX_SCORED = 10_000;
/** The best books by score, which are then ranked by how the words match. */
const MAX_RANKED = 80;
/** The first books are read with their data, so that most searches need no second query. */
const MAX_EAGER = 24;
/** Nearly matching books that are ranked. */
const MAX_NEAR = 80;
/** With fewer books, none of them found by its title, the search continues with near matches. */
const TOO_FEW = 3;
/** So many words, all of them in one book, have no typing error: that book is enough. */
const TELLING_WORDS = 3;

/**
 * Weights of isbn, title, main_title, subtitle, authors. The main title is part of the title and
 * counts once.
 */
const SCORE = "bm25(BookSearch, 0, 10, 0, 3, 5)";

const TEXTS = `BookSearch.title, main_title AS mainTitle, subtitle, BookSearch.authors, popularity, work_id AS workId`;

/** A book as ranked by SQL; the texts are null after the first `MAX_RANKED`, the data after the first `MAX_EAGER`. */
interface FoundRow {
  isbn: string;
  score: number;
  title: string | null;
  mainTitle: string | null;
  subtitle: string | null;
  authors: string | null;
  popularity: number;
  workId: string | null;
  data: string | null;
}

// ?1 every word, ?2 exact matches, ?3 titles that begin with the words.
const SEARCH = `
  WITH exact AS MATERIALIZED (
    SELECT rowid AS id FROM BookSearch WHERE BookSearch MATCH ?2 LIMIT ${MAX_RESULTS}
  ),
  starts AS MATERIALIZED (
    SELECT rowid AS id FROM BookSearch WHERE BookSearch MATCH ?3 LIMIT ${MAX_SCORED}
  ),
  matching AS MATERIALIZED (
    SELECT rowid AS id, ${SCORE} AS score FROM BookSearch WHERE BookSearch MATCH ?1 LIMIT ${MAX_SCORED}
  ),
  ranked AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY tier, score, id) AS position, id, score FROM (
      SELECT 0 AS tier, 0 AS score, id FROM exact
      UNION ALL
      SELECT iif(id IN (SELECT id FROM starts), 1, 2), score, id FROM matching WHERE id NOT IN (SELECT id FROM exact)
    )
    ORDER BY position LIMIT ${MAX_RESULTS}
  )
  SELECT CAST(ranked.id AS TEXT) AS isbn, score, BookSearch.title, main_title AS mainTitle, subtitle, BookSearch.authors,
         coalesce(popularity, 0) AS popularity, work_id AS workId,
         iif(position <= ${MAX_EAGER}, canonical_metadata, NULL) AS data
  FROM ranked
  LEFT JOIN BookSearch ON position <= ${MAX_RANKED} AND BookSearch.rowid = ranked.id
  LEFT JOIN Books ON position <= ${MAX_RANKED} AND Books.isbn = BookSearch.isbn
  WHERE position > ${MAX_RANKED} OR Books.isbn IS NOT NULL
  ORDER BY position`;

// ?1 every word with typing errors, ?2 every word but one, used only if ?1 finds nothing.
const SEARCH_NEAR = `
  WITH close AS MATERIALIZED (SELECT rowid AS id FROM BookSearch WHERE BookSearch MATCH ?1 LIMIT ${MAX_NEAR}),
  near AS MATERIALIZED (
    SELECT id FROM close
    UNION ALL
    SELECT rowid FROM BookSearch WHERE NOT EXISTS (SELECT 1 FROM close) AND BookSearch MATCH ?2
    LIMIT ${MAX_NEAR}
  )
  SELECT Books.isbn, 0 AS score, ${TEXTS},
         iif((SELECT count(*) FROM near) <= ${MAX_EAGER}, canonical_metadata, NULL) AS data
  FROM near JOIN BookSearch ON BookSearch.rowid = near.id JOIN Books ON Books.isbn = BookSearch.isbn`;

const KNOWN = `SELECT ${BOOK_COLUMNS} FROM Books WHERE isbn IN (SELECT value FROM json_each(?1))`;

/** All results of a search in order. The first `exact` have every word as typed. */
interface Results {
  readonly refs: readonly EditionRef[];
  readonly exact: number;
  /** The JSON of the books that were read with it. Only the page's books are parsed. */
  readonly blobs: ReadonlyMap<string, string>;
}

/**
 * Full-text search in D1.
 * @param log receives every failure; callers only see `failed`
 */
export function d1BookSearch(db: D1Database, log: Log): SearchDeps["catalogue"] {
  const known = async (isbn13s: readonly string[]): Promise<Book[]> => {
    if (isbn13s.length === 0) return [];
    const { results } = await db.prepare(KNOWN).bind(JSON.stringify(isbn13s)).all<BookRow>();
    return results.map((row) => toStoredBook(row).book);
  };
  const reading = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
    const read = await withTimeout(SEARCH_BUDGET_MS, work);
    if (read.ok) return read.value;
    log.error("d1_search_failed", { error: read.error });
    return undefined;
  };

  return {
    async search(query, { limit, after, near = false, works }) {
      const page = await reading(
        (async () => {
          const found = await resultsOf(db, rankedQuery(query), near && after === undefined);
          const groups = works ? groupByWork(found.refs) : found.refs.map(({ isbn }) => [isbn]);
          const from = startOf(groups, after);
          const some = groups.slice(from, from + limit);
          const isbns = some.flat();
          const data = new Map(
            isbns.flatMap((isbn) => {
              const book = readBlob(found.blobs.get(isbn) ?? "");
              return book ? [[isbn, book] as const] : [];
            }),
          );
          const others = await known(isbns.filter((isbn) => !data.has(isbn)));
          for (const book of others) data.set(book.isbn, book);
          const books = await hitsOf(db, some, data, works, known);
          const exact = new Set(found.refs.slice(0, found.exact).map(({ isbn }) => isbn));
          return {
            books,
            position: from + some.length,
            // An edition on the shelf may not contain the words itself.
            exact: some.filter((group) => group.some((isbn) => exact.has(isbn))).length,
            more: groups.length > from + some.length,
          };
        })(),
      );
      return page ? { kind: "page", ...page } : { kind: "failed" };
    },

    known: async (isbn13s) => (await reading(known(isbn13s))) ?? [],
  };
}

/** One book of each group; with `works`, the one that represents its work, and how many editions there are. */
async function hitsOf(
  db: D1Database,
  groups: readonly (readonly string[])[],
  data: ReadonlyMap<string, Book>,
  works: WorksOption | undefined,
  known: (isbns: readonly string[]) => Promise<readonly Book[]>,
): Promise<SearchHit[]> {
  const editions = groups.map((isbns) => isbns.flatMap((isbn) => data.get(isbn) ?? []));
  if (!works) return editions.flat();
  const shelved = await shelvedOf(db, editions, works, known);
  const counts = await editionCounts(
    db,
    editions.flat().flatMap(({ workId }) => workId ?? []),
  );
  return editions.flatMap((some) => {
    const own = some.flatMap((book) => shelved.get(book) ?? []);
    const book = own.at(0) ?? mostComplete(some);
    const editionCount = Math.max(some.length, counts.get(book?.workId ?? "") ?? 0);
    return book ? [{ ...book, editionCount }] : [];
  });
}

/** The editions on the caller's shelf for some books, which may be editions that the search has not found. */
async function shelvedOf(
  db: D1Database,
  editions: readonly (readonly Book[])[],
  { userId }: WorksOption,
  known: (isbns: readonly string[]) => Promise<readonly Book[]>,
): Promise<ReadonlyMap<Book, Book>> {
  if (userId === undefined) return new Map();
  const all = editions.flat();
  const shelved = await onShelf(db, userId, all);
  const byIsbn = new Map(all.map((book) => [book.isbn, book]));
  const isbns = new Set(all.flatMap((book) => shelved.of(book)?.isbn ?? []));
  for (const book of await known([...isbns].filter((isbn) => !byIsbn.has(isbn)))) {
    byIsbn.set(book.isbn, book);
  }
  return new Map(
    all.flatMap((book) => {
      const own = byIsbn.get(shelved.of(book)?.isbn ?? "");
      return own ? [[book, own] as const] : [];
    }),
  );
}

function startOf(
  groups: readonly (readonly string[])[],
  after: SearchPosition | undefined,
): number {
  if (!after) return 0;
  const at = groups.findIndex((isbns) => isbns.includes(after.isbn13));
  return at < 0 ? after.position : at + 1;
}

async function resultsOf(db: D1Database, query: RankedQuery, near: boolean): Promise<Results> {
  const { matching, exact, starts } = searchMatch(query);
  const spans = near ? spansOf(query) : [];
  const [found, words] = await db.batch([
    db.prepare(SEARCH).bind(matching, exact, starts),
    ...(spans.length > 0
      ? [
          db
            .prepare(WORDS_OF_SPANS)
            .bind(JSON.stringify(spans), matching, exact, starts, enoughFor(query)),
        ]
      : []),
  ]);
  const rows = (found?.results ?? []) as FoundRow[];
  const ranked = rankBooks(query, rows.filter(isCandidate));
  const refs = inOrder(rows, [
    ...ranked.map(({ isbn }) => isbn),
    ...rows.slice(ranked.length).map(({ isbn }) => isbn),
  ]);
  const blobs = blobsOf(rows);
  if (!near || isEnough(ranked, enoughFor(query))) return { refs, exact: refs.length, blobs };
  const others = await nearResults(db, query, {
    words: (words?.results ?? []) as FoundWord[],
    listed: new Set(refs.map(({ isbn }) => isbn)),
  });
  return {
    refs: [...refs, ...others.refs],
    exact: refs.length,
    blobs: new Map([...others.blobs, ...blobs]),
  };
}

function blobsOf(rows: readonly FoundRow[]): ReadonlyMap<string, string> {
  return new Map(rows.flatMap(({ isbn, data }) => (data === null ? [] : [[isbn, data] as const])));
}

/** The books with their works, in the order of the ISBNs. */
function inOrder(rows: readonly FoundRow[], isbns: readonly string[]): EditionRef[] {
  const byIsbn = new Map(rows.map((row) => [row.isbn, row]));
  return isbns.map((isbn) => {
    const row = byIsbn.get(isbn);
    const text = row && isCandidate(row) ? workByText(row) : isbn;
    return { isbn, work: row?.workId ?? text };
  });
}

/** The number of matching books that ends a search. */
function enoughFor({ text, author }: RankedQuery): number {
  const words = [...(text?.words ?? []), ...(author?.words ?? [])];
  const telling = words.filter(({ forms: [typed = []] }) => !isMinor(typed.join(" ")));
  return telling.length < TELLING_WORDS ? TOO_FEW : 1;
}

/** Whether the books probably include what the user meant. */
function isEnough(ranked: readonly Ranked[], enough: number): boolean {
  const [best] = ranked;
  return best !== undefined && (ranked.length >= enough || best.kind !== KIND.words);
}

/** The books with the fewest errors among those that are not listed yet. */
async function nearResults(
  db: D1Database,
  query: RankedQuery,
  { words, listed }: { words: readonly FoundWord[]; listed: ReadonlySet<string> },
): Promise<Pick<Results, "refs" | "blobs">> {
  const { all, lone } = misspelled(query, words);
  const attempt = async (unexplained: readonly string[]) => {
    const near = await nearWords(db, query, words, unexplained);
    const { close, loose } = nearMatch(query, near);
    const { results } = await db.prepare(SEARCH_NEAR).bind(close, loose).all<FoundRow>();
    const others = results.filter(({ isbn }) => !listed.has(isbn));
    return { results, ranked: rankBooks({ ...query, near }, others.filter(isCandidate)) };
  };
  let { results, ranked } = await attempt(lone);
  const lacksWord = (ranked[0]?.cost ?? MISSING) >= MISSING;
  if (lacksWord && all.length > lone.length) ({ results, ranked } = await attempt(all));
  const best = ranked.filter(({ cost }) => cost === ranked[0]?.cost);
  const isbns = best.map(({ isbn }) => isbn);
  return { refs: inOrder(results, isbns), blobs: blobsOf(results) };
}

function isCandidate(row: FoundRow): row is FoundRow & { title: string } {
  return row.title !== null;
}
