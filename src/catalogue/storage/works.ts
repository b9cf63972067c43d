import type { Book } from "../../../contract/catalogue.ts";
import { BOOK_COLUMNS, toStoredBook, type BookRow } from "./book-row.ts";

const MAX_EDITIONS = 100;

const ON_SHELF = `
  SELECT isbn FROM UserLibrary WHERE user_id = ?1 AND isbn IN (SELECT value FROM json_each(?2))`;

const COUNTS = `
  SELECT work_id AS workId, count(*) AS editions FROM Books
  WHERE work_id IN (SELECT value FROM json_each(?1)) GROUP BY work_id`;

const OF_WORK = `
  SELECT ${BOOK_COLUMNS} FROM Books WHERE work_id = ?1
  ORDER BY publication_year DESC, isbn LIMIT ${MAX_EDITIONS}`;

/** The books of a list that are on a user's shelf. */
export async function onShelf(
  db: D1Database,
  userId: string,
  isbns: readonly string[],
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(ON_SHELF)
    .bind(userId, JSON.stringify(isbns))
    .all<{ isbn: string }>();
  return new Set(results.map(({ isbn }) => isbn));
}

/** How many editions of each work the catalogue has. */
export async function editionCounts(
  db: D1Database,
  workIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (workIds.length === 0) return new Map();
  const { results } = await db
    .prepare(COUNTS)
    .bind(JSON.stringify(workIds))
    .all<{ workId: string; editions: number }>();
  return new Map(results.map(({ workId, editions }) => [workId, editions]));
}

/** The catalogue's editions of a work, newest first, at most 100. */
export async function editionsOfWork(db: D1Database, workId: string): Promise<Book[]> {
  const { results } = await db.prepare(OF_WORK).bind(workId).all<BookRow>();
  return results.map((row) => toStoredBook(row).book);
}
