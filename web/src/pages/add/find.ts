/** Search hits, and which of them are on the shelf. */
import type { SearchHit } from "../../../../client/src/index.ts";
import type { ListedBook } from "../../state/library.ts";

/** Finds the book on the shelf for a hit: this edition, or another one of the work. */
export function shelved(
  books: readonly ListedBook[],
): (hit: Pick<SearchHit, "isbn" | "workId">) => ListedBook | undefined {
  const byIsbn = new Map(books.map((book) => [book.isbn, book]));
  const byWork = new Map(
    books.flatMap((book) => (book.workId === undefined ? [] : [[book.workId, book] as const])),
  );
  return ({ isbn, workId }) =>
    byIsbn.get(isbn) ?? (workId === undefined ? undefined : byWork.get(workId));
}

/**
 * Appends the hits of the next page without duplicates, because the catalogue may have changed in
 * between.
 */
export function withNext(before: readonly SearchHit[], next: readonly SearchHit[]): SearchHit[] {
  const known = new Set(before.map(({ isbn }) => isbn));
  return [...before, ...next.filter(({ isbn }) => !known.has(isbn))];
}
