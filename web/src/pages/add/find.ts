/** Books that a search has found, and which of them the shelf has. */
import type { SearchHit } from "../../../../client/src/index.ts";
import type { ListedBook } from "../../state/library.ts";

/** Finds the book of the shelf that a hit names: this edition, or another one of the work. */
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

/** The hits of the next page after those before it, each once: the catalogue may have changed in between. */
export function withNext(before: readonly SearchHit[], next: readonly SearchHit[]): SearchHit[] {
  const known = new Set(before.map(({ isbn }) => isbn));
  return [...before, ...next.filter(({ isbn }) => !known.has(isbn))];
}
