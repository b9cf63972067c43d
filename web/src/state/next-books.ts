import type { ListedBook, SyncEngine } from "../../../client/src/sync/index.ts";

/** Number of changed books from which reading all books is less work. */
const MANY_BOOKS = 100;

/** The books after some of them, or all, have changed. */
export async function nextBooks(
  books: ReadonlyMap<string, ListedBook>,
  engine: SyncEngine,
  isbns: readonly string[] | undefined,
): Promise<ReadonlyMap<string, ListedBook>> {
  if (isbns === undefined || isbns.length > MANY_BOOKS) {
    return new Map((await engine.books()).map((book) => [book.isbn, book]));
  }
  const read = await Promise.all(isbns.map((isbn) => engine.book(isbn)));
  const next = new Map(books);
  isbns.forEach((isbn, index) => {
    const book = read[index];
    if (book === undefined) next.delete(isbn);
    else next.set(isbn, book);
  });
  return next;
}
