import { jsonPieces } from "../../platform/d1/json-pieces.ts";
import type { StoredBook } from "../domain/book-record.ts";
import type { PlannedBook } from "../domain/load/plan-batch.ts";
import type { LoadProgress } from "../domain/load/store-batch.ts";
import {
  BOOK_COLUMNS,
  FIRST_VERSIONS,
  INSERT_BOOKS,
  OVERWRITE,
  toRow,
  toStoredBook,
  WRITTEN_COLUMNS,
  type BookRow,
} from "./book-row.ts";
import { searchTextsOf, writeSearchTexts } from "./search-texts.ts";

interface LoadRow {
  next_batch: number;
  books: number;
  completed_at: number | null;
}

const FIND = "SELECT next_batch, books, completed_at FROM CatalogueLoads WHERE load = ?1";

const HELD = `SELECT ${BOOK_COLUMNS} FROM Books WHERE isbn IN (SELECT value FROM json_each(?1))`;

const COMPLETED = "SELECT 1 FROM CatalogueLoads WHERE completed_at IS NOT NULL LIMIT 1";

// The checkpoint comes first and guards the rest: it moves only if the batch is the next one and every book has the version
// that the plan was made against. ?2 batch, ?3 books, ?4 now, ?5 whether it is the last, ?6 the versions.
const CHECKPOINT = `
  INSERT INTO CatalogueLoads (load, next_batch, books, updated_at, completed_at)
  SELECT ?1, ?2 + 1, ?3, ?4, iif(?5, ?4, NULL)
  WHERE ?2 = coalesce((SELECT next_batch FROM CatalogueLoads WHERE load = ?1), 0) AND NOT EXISTS (
    SELECT 1 FROM json_each(?6) AS due LEFT JOIN Books ON Books.isbn = due.key
    WHERE coalesce(Books.version, 0) <> due.value
  )
  ON CONFLICT (load) DO UPDATE SET next_batch = excluded.next_batch, books = CatalogueLoads.books + excluded.books,
    updated_at = excluded.updated_at, completed_at = excluded.completed_at`;

const IS_NEXT =
  "EXISTS (SELECT 1 FROM CatalogueLoads WHERE load = ?2 AND next_batch = ?3 AND updated_at = ?4)";

const WRITE_BOOKS = `
  ${INSERT_BOOKS}
  SELECT ${WRITTEN_COLUMNS.map((name) => `value ->> '${name}'`).join(", ")}, ${FIRST_VERSIONS}
  FROM json_each(?1) WHERE ${IS_NEXT}
  ON CONFLICT(isbn) DO UPDATE SET ${OVERWRITE}`;

const WRITE_TEXTS = writeSearchTexts(IS_NEXT);

/** The state of a load; an unknown load begins with batch 0. */
export async function findLoad(db: D1Database, load: string): Promise<LoadProgress> {
  const { results, meta } = await db.prepare(FIND).bind(load).all<LoadRow>();
  const [row] = results;
  return {
    nextBatch: row?.next_batch ?? 0,
    books: row?.books ?? 0,
    completed: typeof row?.completed_at === "number",
    databaseBytes: meta.size_after,
  };
}

/** Whether any load has been completed. */
export async function hasLoadedCatalogue(db: D1Database): Promise<boolean> {
  return (await db.prepare(COMPLETED).first()) !== null;
}

/** Those of the books that are stored. */
export async function heldBooks(
  db: D1Database,
  isbns: readonly string[],
): Promise<ReadonlyMap<string, StoredBook>> {
  const { results } = await db.prepare(HELD).bind(JSON.stringify(isbns)).all<BookRow>();
  return new Map(results.map((row) => [row.isbn, toStoredBook(row)]));
}

/**
 * Writes a batch: books, search texts and checkpoint in one transaction. False if it is not the next batch of the load, or
 * if a book has been written since the plan was made.
 */
export async function writeBatch(
  db: D1Database,
  position: { load: string; batch: number; isLast: boolean; books: number; now: number },
  writes: readonly PlannedBook[],
): Promise<boolean> {
  const { load, batch, isLast, books, now } = position;
  const versions = Object.fromEntries(writes.map(({ book, version }) => [book.isbn, version]));
  const rows = writes.map((record) => toRow(record)).sort((a, b) => (a.isbn < b.isbn ? -1 : 1));
  const texts = searchTextsOf(writes.map(({ book }) => book));
  const guarded = (sql: string, list: readonly unknown[]): D1PreparedStatement[] =>
    jsonPieces(list).map((json) => db.prepare(sql).bind(json, load, batch + 1, now));
  const [moved] = await db.batch([
    db.prepare(CHECKPOINT).bind(load, batch, books, now, Number(isLast), JSON.stringify(versions)),
    ...guarded(WRITE_BOOKS, rows),
    ...guarded(WRITE_TEXTS, texts),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}
