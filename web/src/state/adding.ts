/** Adds a book by its ISBN, with or without a connection. */
import { ConnectionError, type BooksTrackClient } from "../../../client/src/index.ts";
import type { Shelf } from "./library.ts";

/**
 * `queued`: the service looks the book up when there is a connection. `unknown`: no catalogue has
 * it.
 */
export type Added =
  | { readonly kind: "added" | "known"; readonly isbn: string; readonly title: string }
  | { readonly kind: "queued" | "unknown"; readonly isbn: string };

export interface AddingDeps {
  shelf: Pick<Shelf, "edit" | "listed">;
  catalogue: Pick<BooksTrackClient["catalogue"], "byIsbn">;
}

/**
 * @param isbn as typed or scanned
 * @throws BooksTrackError if the service rejects the text or cannot look it up; StoreError
 */
export async function addByIsbn(isbn: string, { shelf, catalogue }: AddingDeps): Promise<Added> {
  const known = shelf.listed(isbn);
  if (known) return { kind: "known", isbn, title: known.title };
  try {
    const book = await catalogue.byIsbn(isbn);
    if (book === null) return { kind: "unknown", isbn };
    const there = shelf.listed(book.isbn);
    if (there) return { kind: "known", isbn: book.isbn, title: there.title };
    await shelf.edit({ op: "add", isbn: book.isbn, preview: book });
    return { kind: "added", isbn: book.isbn, title: book.title };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    await shelf.edit({ op: "add", isbn });
    return { kind: "queued", isbn };
  }
}
