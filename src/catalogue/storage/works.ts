import type { Book } from "../../../contract/catalogue.ts";
import { statusSchema } from "../../../contract/library-fields.ts";
import { defined } from "../../platform/defined.ts";
import type { Edition, OnShelf } from "../domain/search/search.ts";
import { BOOK_COLUMNS, toStoredBook, type BookRow } from "./book-row.ts";

const MAX_EDITIONS = 100;

// ?1 user, ?2 editions, ?3 works. The most recently added edition represents its work.
export const ON_SHELF = `
  SELECT wanted.value AS wanted, entry.isbn, entry.status, 0 AS isOfWork, entry.added_at AS addedAt
  FROM json_each(?2) AS wanted CROSS JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn = wanted.value
  UNION ALL
  SELECT wanted.value, entry.isbn, entry.status, 1, entry.added_at
  FROM json_each(?3) AS wanted CROSS JOIN UserLibrary AS entry ON entry.user_id = ?1 AND entry.isbn IN (
    SELECT isbn FROM Books WHERE work_id = wanted.value LIMIT ${MAX_EDITIONS}
  )
  ORDER BY addedAt`;

const COUNTS = `
  SELECT work_id AS workId, count(*) AS editions FROM Books
  WHERE work_id IN (SELECT value FROM json_each(?1)) GROUP BY work_id`;

const OF_WORK = `
  SELECT ${BOOK_COLUMNS} FROM Books WHERE work_id = ?1
  ORDER BY publication_year DESC, isbn LIMIT ${MAX_EDITIONS}`;

interface ShelvedRow {
  /** The requested ISBN or work id. */
  wanted: string;
  isbn: string;
  status: string | null;
  isOfWork: number;
}

/** The editions on a user's shelf among some editions and works. */
export interface Shelved {
  /** The edition on the shelf for a book: the book itself, else another edition of its work. */
  of(book: Edition): OnShelf | undefined;
}

/** Looks up books on a user's shelf by ISBN and by work, with at most 100 editions per work. */
export async function onShelf(
  db: D1Database,
  userId: string,
  books: readonly Edition[],
): Promise<Shelved> {
  const isbns = JSON.stringify(books.map(({ isbn }) => isbn));
  const works = JSON.stringify([...new Set(books.flatMap(({ workId }) => workId ?? []))]);
  const statement = db.prepare(ON_SHELF).bind(userId, isbns, works);
  const { results } = await statement.all<ShelvedRow>();
  const of = (kind: number): Map<string, OnShelf> =>
    new Map(
      results
        .filter(({ isOfWork }) => isOfWork === kind)
        .map(({ wanted, isbn, status }) => {
          const known = statusSchema.safeParse(status).data;
          return [wanted, { isbn, ...defined({ status: known }) }];
        }),
    );
  const [byIsbn, byWork] = [of(0), of(1)];
  return { of: ({ isbn, workId }) => byIsbn.get(isbn) ?? byWork.get(workId ?? "") };
}

/** The number of editions of each work in the catalogue. */
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
