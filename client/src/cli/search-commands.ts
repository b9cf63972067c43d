import type { Book, SearchHit } from "../schema.ts";
import type { Context } from "./context.ts";
import { counted, printable, table } from "./terminal.ts";

/** Prints the books that a search finds, best first. */
export async function search(
  { q, works, limit }: { q: string; works: boolean; limit: number | undefined },
  { client, json, terminal, signal }: Context,
): Promise<void> {
  const query = { q, signal, ...(works ? { works: "1" as const } : {}) };
  const { books } = await client.catalogue.search(
    limit === undefined ? query : { ...query, limit },
  );
  terminal.out(json ? `${JSON.stringify(books)}\n` : table(books.map(lineOf)));
}

/** Prints the other editions of a book's work. */
export async function listEditions(
  isbn: string,
  { client, json, terminal, signal }: Context,
): Promise<void> {
  const found = await client.catalogue.editions(isbn, { signal });
  terminal.out(json ? `${JSON.stringify(found)}\n` : table(found.editions.map(lineOf)));
}

function lineOf(book: Book | SearchHit): string[] {
  const editions = "editionCount" in book ? counted(book.editionCount, "edition") : undefined;
  return [book.isbn, book.title, book.authors.join(", "), book.publishedDate, editions].map(
    (value) => printable(value ?? ""),
  );
}
